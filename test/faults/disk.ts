import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bytesOf, type Call, offsetOf, pathOf, stringsIn } from './strace.ts';

/** System calls that change files or make them durable. */
export const DISK_CALLS = [
  'openat',
  'write',
  'pwrite64',
  'ftruncate',
  'fdatasync',
  'fsync',
  'rename',
  'mkdir',
  'unlink',
];

interface Written {
  readonly offset: number;
  readonly bytes: Buffer;
  isDurable: boolean;
  /**
   * Its sync failed: Linux takes such pages for clean, so that a later successful sync proves
   * nothing about them.
   */
  isGivenUp: boolean;
}

interface Entry {
  /** The bytes that were written since the beginning; undefined: a folder. */
  readonly writes: Written[] | undefined;
  /** Whether its folder was synced since it got its name. */
  isDurable: boolean;
  end: number;
}

/** What a power cut does to bytes that were written and not synced. */
export type Unsynced = (bytes: Buffer) => Buffer;

/**
 * The content of a disk below a folder, and the part of it that is certain, from the system calls
 * of a program: bytes are durable when a sync of their file that began after they were written has
 * ended, a name when its folder was synced after it was created. `before` is a copy of the folder
 * from before the first call.
 */
export class Disk {
  readonly #folder: string;
  readonly #before: string;
  readonly #entries = new Map<string, Entry>();
  /** What each sync covers: the writes before it began. */
  readonly #syncing = new Map<Call, { readonly names: Entry[]; readonly writes: Written[] }>();

  constructor(folder: string, before: string) {
    this.#folder = folder;
    this.#before = before;
  }

  begin(call: Call): void {
    if (call.name === 'fdatasync' || call.name === 'fsync') this.#syncing.set(call, this.#covered(pathOf(call)));
    // what was begun may be on the disk already
    if (call.name === 'write' || call.name === 'pwrite64') this.#write(call);
  }

  end(call: Call): void {
    const synced = this.#syncing.get(call);
    if (synced !== undefined) return settle(synced, call.result === 0);
    if (call.result === undefined || call.result < 0) return;
    const path = pathOf(call);
    switch (call.name) {
      case 'openat':
        if (/O_CREAT/.test(call.args) && this.#isBelow(path)) this.#create(path, []);
        return;
      case 'mkdir':
        if (this.#isBelow(path)) this.#create(path, undefined);
        return;
      case 'rename':
        return this.#rename(path, stringsIn(call.args)[1]!.toString('utf8'));
      default:
    }
  }

  /** Files and folders that were made or written to since the beginning, absolute. */
  get paths(): string[] {
    return [...this.#entries.keys()];
  }

  /** The offset up to which a file's bytes are certainly on the disk. */
  durableEnd(path: string): number {
    const entry = this.#entries.get(path);
    return entry?.writes?.find(({ isDurable }) => !isDurable)?.offset ?? entry?.end ?? this.#lengthBefore(path);
  }

  /** Whether the file is certainly on the disk, whole and under this name. */
  isDurable(path: string): boolean {
    const entry = this.#entries.get(path);
    if (entry === undefined) return existsSync(this.#pathBefore(path));
    return this.isNameDurable(path) && entry.writes?.every(({ isDurable }) => isDurable) === true;
  }

  /** A name survives if each folder on the way to it has it. */
  isNameDurable(path: string): boolean {
    if (!this.#isBelow(path)) return true;
    return this.#entries.get(path)?.isDurable !== false && this.isNameDurable(dirname(path));
  }

  /**
   * Makes the folder as a power cut now could leave it: `unsynced` states for each file what
   * happens to bytes that were not synced; names that were not synced are gone.
   */
  cut(to: string, unsynced: (path: string) => Unsynced): void {
    cpSync(this.#before, to, { recursive: true });
    for (const [path, { writes }] of this.#entries) {
      if (!this.isNameDurable(path)) continue;
      const target = join(to, relative(this.#folder, path));
      if (writes === undefined) mkdirSync(target, { recursive: true });
      else
        writeFileSync(
          target,
          contentOf(writes, existsSync(target) ? readFileSync(target) : Buffer.alloc(0), unsynced(path)),
        );
    }
  }

  #isBelow(path: string): boolean {
    return path.startsWith(`${this.#folder}/`);
  }

  #covered(path: string): { readonly names: Entry[]; readonly writes: Written[] } {
    const names = [...this.#entries].filter(([name]) => dirname(name) === path).map(([, entry]) => entry);
    const writes = this.#entries.get(path)?.writes ?? [];
    return { names, writes: writes.filter(({ isGivenUp }) => !isGivenUp) };
  }

  #create(path: string, writes: Written[] | undefined): void {
    if (this.#entries.has(path) || existsSync(this.#pathBefore(path))) return;
    this.#entries.set(path, { writes, isDurable: false, end: 0 });
  }

  #write(call: Call): void {
    const path = pathOf(call);
    if (!this.#isBelow(path)) return;
    const entry = this.#entries.get(path) ?? { writes: [], isDurable: true, end: this.#lengthBefore(path) };
    this.#entries.set(path, entry);
    const bytes = bytesOf(call);
    const offset = offsetOf(call) ?? entry.end;
    const writes = entry.writes!;
    const same = writes.findIndex((written) => written.offset === offset && written.bytes.equals(bytes));
    // what is there for certain stays, written once more
    if (writes[same]?.isDurable === true) return;
    if (same >= 0) writes.splice(same, 1);
    writes.push({ offset, bytes, isDurable: false, isGivenUp: false });
    entry.end = Math.max(entry.end, offset + bytes.length);
  }

  #rename(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined) return;
    this.#entries.delete(from);
    entry.isDurable = false;
    this.#entries.set(to, entry);
  }

  #lengthBefore(path: string): number {
    const before = this.#pathBefore(path);
    return existsSync(before) ? statSync(before).size : 0;
  }

  #pathBefore(path: string): string {
    return join(this.#before, relative(this.#folder, path));
  }
}

function contentOf(writes: readonly Written[], before: Buffer, unsynced: Unsynced): Buffer {
  let content = before;
  for (const { offset, bytes, isDurable } of writes) {
    const written = isDurable ? bytes : unsynced(bytes);
    if (written.length === 0) continue;
    const longer = Buffer.alloc(Math.max(content.length, offset + written.length));
    content.copy(longer);
    written.copy(longer, offset);
    content = longer;
  }
  return content;
}

function settle(
  { names, writes }: { readonly names: Entry[]; readonly writes: Written[] },
  hasSucceeded: boolean,
): void {
  for (const written of writes) {
    if (hasSucceeded) written.isDurable = true;
    else if (!written.isDurable) written.isGivenUp = true;
  }
  if (hasSucceeded) for (const name of names) name.isDurable = true;
}

/** The calls in the order in which they began and ended. */
export function* eventsOf(
  calls: readonly Call[],
): Generator<{ readonly line: number; readonly at: 'begin' | 'end'; readonly call: Call }> {
  const events = calls.flatMap((call) => [
    { line: call.begin, at: 'begin' as const, call },
    ...(call.end === undefined ? [] : [{ line: call.end, at: 'end' as const, call }]),
  ]);
  // a call that nothing interrupted begins and ends on one line
  yield* events.toSorted((a, b) => a.line - b.line);
}
