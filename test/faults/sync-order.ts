import { dirname, join } from 'node:path';
import { Disk, eventsOf } from './disk.ts';
import { bytesOf, type Call, offsetOf, pathOf } from './strace.ts';

export interface SyncOrder {
  /** Ids of records that an answer stated. */
  readonly answered: ReadonlySet<string>;
  /** What was not durable when it should have been. */
  readonly violations: readonly string[];
}

const ID = /"id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/g;
const CONTENT = /"content":"([0-9a-f]{64})"/g;

/**
 * Judges the order of a service's system calls: when an answer begins to leave, the frame that
 * holds its record is on the disk for certain, as is the name of its segment; when a frame is
 * begun, so are the contents that its records own. Which frame holds a record is read from the
 * bytes that were written. `before` is a copy of the data folder from before the first call.
 */
export function judgeSyncOrder(calls: readonly Call[], dataDir: string, before: string): SyncOrder {
  const disk = new Disk(dataDir, before);
  const journal = join(dataDir, 'journal');
  const ends = new Map<string, { readonly path: string; readonly end: number }>();
  const answered = new Set<string>();
  const violations: string[] = [];
  for (const { line, at, call } of eventsOf(calls)) {
    if (at === 'end') {
      disk.end(call);
      continue;
    }
    const path = pathOf(call);
    if (call.name === 'pwrite64' && dirname(path) === journal) {
      const text = bytesOf(call).toString('latin1');
      const end = offsetOf(call)! + text.length;
      for (const id of matches(text, ID)) ends.set(id, { path, end });
      for (const sha256 of matches(text, CONTENT)) {
        const content = join(dataDir, 'contents', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
        if (!disk.isDurable(content)) violations.push(`line ${line}: content ${sha256} is journaled and not durable`);
      }
    }
    if (isAnswer(call)) {
      for (const id of matches(bytesOf(call).toString('latin1'), ID)) {
        answered.add(id);
        const frame = ends.get(id);
        if (frame === undefined) violations.push(`line ${line}: record ${id} is answered and was never journaled`);
        else if (disk.durableEnd(frame.path) < frame.end || !disk.isNameDurable(frame.path))
          violations.push(`line ${line}: record ${id} is answered and its frame is not durable`);
      }
    }
    disk.begin(call);
  }
  return { answered, violations };
}

/** A write to a client that states a record. */
export function isAnswer(call: Call): boolean {
  return (call.name === 'write' || call.name === 'writev') && pathOf(call).startsWith('socket:');
}

export function idsIn(call: Call): string[] {
  return matches(bytesOf(call).toString('latin1'), ID);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}
