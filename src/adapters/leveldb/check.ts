import { rm } from 'node:fs/promises';
import { equalBytes, toBase64 } from '../../protocol/bytes.ts';
import { parseCheckpoint } from '../../protocol/checkpoint.ts';
import type { Sha256 } from '../../protocol/hash.ts';
import { isJsonObject } from '../../protocol/json.ts';
import { treeHasher, type TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { parseNote } from '../../protocol/note.ts';
import { recordEntry, recordRoot } from '../../protocol/record/header.ts';
import { sectionCommitment } from '../../protocol/record/section.ts';
import { checkNote, type VerifierKey } from '../../protocol/vkey.ts';
import type { Head, LedgerRecord, PublishedCheckpoint } from '../../log/ports.ts';
import { applyPayload, emptyState, type IndexState } from './apply.ts';
import { decodeBody } from './body.ts';
import { IndexDatabase } from './index-database.ts';
import { listSegments, readJournal, type JournalFault, type JournalFrame } from './journal.ts';
import { decodePayload, type CommitPayload, type JournaledRecord, type Payload } from './payload.ts';
import { BatchWriter } from './rebuild.ts';
import { keyText, recordOfKey, type Row } from './rows.ts';
import { loadStoredState } from './state.ts';
import { indexFolder, journalFolder, nodeSha256 } from './store.ts';
import { damagedTables } from './table-check.ts';

export interface CheckOptions {
  readonly dir: string;
  /** The keys that the notes of this log are signed with. */
  readonly vkeys: readonly VerifierKey[];
  readonly hash?: Sha256;
  readonly hasher?: TreeHasher;
  /** Listed problems; the others are only counted. */
  readonly maxProblems?: number;
  readonly onProgress?: (size: bigint) => void;
  /** Called for each record that owns content (hex SHA-256): content lies elsewhere and is the caller's to check. */
  readonly onContent?: (record: bigint, sha256: string) => void;
}

export interface StoreProblem {
  /** `journal-damaged`, `journal-torn-tail`, `record-damaged`, `commit-damaged`, `checkpoint-damaged`, `index-unusable`, `index-damaged`, `journal-behind`. */
  readonly code: string;
  readonly where: {
    readonly file?: string;
    readonly offset?: number;
    readonly seq?: number;
    readonly record?: bigint;
    readonly key?: string;
  };
  readonly message: string;
  /** Which copy is good, and what makes the other one good again. */
  readonly repair?: string;
}

export interface StoreCheck {
  readonly ok: boolean;
  /** Of the last commit that could be read from the journal. */
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly problems: readonly StoreProblem[];
  /** Problems beyond `maxProblems`. */
  readonly omittedCount: number;
}

const DEFAULT_MAX_PROBLEMS = 1000;
export const REBUILD = 'the journal is good: `evl rebuild-index` makes the index again';
export const RESTORE =
  'the journal is the only full copy: restore it from a backup, and do not rebuild the index before';

/**
 * Reads the whole store and judges it: the journal against itself (frames, records, tree, notes), then the index against the rows that the
 * journal makes, which are written into a scratch database `index.checking` beside it. Never writes to the journal. The caller holds the
 * lock of the folder.
 */
export async function checkStore(options: CheckOptions): Promise<StoreCheck> {
  const problems = new Problems(options.maxProblems ?? DEFAULT_MAX_PROBLEMS);
  const scratchFolder = `${indexFolder(options.dir)}.checking`;
  await rm(scratchFolder, { recursive: true, force: true });
  const index = await openIndex(options.dir, problems);
  const scratch = await IndexDatabase.open(scratchFolder, { create: true, bulk: true });
  try {
    const journal = new JournalCheck(options, problems, scratch, index.seq);
    await journal.run();
    if (index.database !== undefined) {
      if (journal.isIndexAhead) problems.add(behind(index.seq!, journal.state));
      else if (journal.isComparable) await compareIndex(index.database, scratch, problems);
    }
    const { size, root } = journal.state.head;
    return { ok: problems.list.length === 0, size, root, problems: problems.list, omittedCount: problems.omittedCount };
  } finally {
    await scratch.close();
    await index.database?.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

class Problems {
  readonly list: StoreProblem[] = [];
  readonly #max: number;
  omittedCount = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(problem: StoreProblem): void {
    if (this.list.length < this.#max) this.list.push(problem);
    else this.omittedCount++;
  }
}

interface OpenedIndex {
  readonly database?: IndexDatabase;
  /** The frame that it covers last; undefined where that cannot be read. */
  readonly seq?: number;
}

async function openIndex(dir: string, problems: Problems): Promise<OpenedIndex> {
  const tables = await damagedTables(indexFolder(dir));
  for (const { file, offset, message } of tables) {
    problems.add({ code: 'index-unusable', where: { file, offset }, message, repair: REBUILD });
  }
  if (tables.length > 0) return {};
  let database: IndexDatabase;
  try {
    database = await IndexDatabase.open(indexFolder(dir));
  } catch (error) {
    problems.add({
      code: 'index-unusable',
      where: { file: indexFolder(dir) },
      message: textOf(error),
      repair: REBUILD,
    });
    return {};
  }
  try {
    return { database, seq: (await loadStoredState(database)).seq };
  } catch {
    return { database }; // the comparison names the row
  }
}

/** One walk over the journal: every claim in it is computed anew, and the rows of the index are made beside. */
class JournalCheck {
  readonly #options: CheckOptions;
  readonly #hash: Sha256;
  readonly #hasher: TreeHasher;
  readonly #problems: Problems;
  readonly #rows: BatchWriter;
  readonly #indexSeq: number | undefined;
  /** Root by size, of the commits since the last publication and of the published ones. */
  readonly #roots = new Map<bigint, Uint8Array>();
  readonly #publishedSizes = new Set<bigint>();
  #lastReceivedAtMs = 0;
  #isReadable = true;
  state: IndexState;

  constructor(options: CheckOptions, problems: Problems, scratch: IndexDatabase, indexSeq: number | undefined) {
    this.#options = options;
    this.#hash = options.hash ?? nodeSha256;
    this.#hasher = options.hasher ?? treeHasher(this.#hash);
    this.#problems = problems;
    this.#rows = new BatchWriter(scratch);
    this.#indexSeq = indexSeq;
    this.state = emptyState(this.#hasher);
  }

  get isIndexAhead(): boolean {
    return this.#indexSeq !== undefined && this.#indexSeq > (this.state.place?.seq ?? -1);
  }

  /** All frames that the index was made from could be read. */
  get isComparable(): boolean {
    return this.#isReadable || (this.#indexSeq !== undefined && !this.isIndexAhead);
  }

  async run(): Promise<void> {
    let segments;
    try {
      segments = await listSegments(journalFolder(this.#options.dir));
    } catch (error) {
      this.#isReadable = false;
      this.#problems.add({
        code: 'journal-damaged',
        where: { file: journalFolder(this.#options.dir) },
        message: textOf(error),
        repair: RESTORE,
      });
      return;
    }
    for await (const read of readJournal(segments)) {
      if (read.kind === 'fault') {
        this.#fault(read);
        break;
      }
      if (!(await this.#frame(read))) {
        this.#isReadable = false;
        break;
      }
    }
    await this.#rows.flush();
    if (this.state.place === undefined && this.#isReadable) {
      this.#isReadable = false;
      const where = { file: segments[0]!.path, offset: 0, seq: 0 };
      this.#problems.add({ code: 'journal-damaged', where, message: 'journal has no frame', repair: RESTORE });
    }
  }

  #fault({ path, offset, seq, reason, torn, lengthBytes }: JournalFault): void {
    const isTorn = torn && seq > 0 && (this.#indexSeq === undefined || this.#indexSeq < seq);
    if (!isTorn) this.#isReadable = false;
    this.#problems.add({
      code: isTorn ? 'journal-torn-tail' : 'journal-damaged',
      where: { file: path, offset, seq },
      message: `frame ${seq} at offset ${offset}: ${reason}; ${lengthBytes} bytes from there on were not read`,
      repair: isTorn ? 'a crash within a write leaves this, nothing was acknowledged: the next start cuts it' : RESTORE,
    });
  }

  /** False where the walk cannot go on. */
  async #frame(frame: JournalFrame): Promise<boolean> {
    let payload: Payload;
    let rows: readonly Row[];
    const before = this.state.head;
    try {
      payload = decodePayload(frame.payload);
      ({ rows, state: this.state } = applyPayload(this.#hasher, this.state, payload, frame.place));
    } catch (error) {
      this.#report('journal-damaged', frame, textOf(error));
      return false;
    }
    const isIndexed = this.#indexSeq === undefined || frame.place.seq <= this.#indexSeq;
    if (isIndexed && (await this.#rows.add(rows))) this.#options.onProgress?.(this.state.head.size);
    if (payload.kind === 'commit') this.#commit(frame, payload, before);
    if (payload.kind === 'checkpoint') this.#checkpoint(frame, payload.checkpoint);
    return true;
  }

  #commit(frame: JournalFrame, { firstIndex, items, head }: CommitPayload, before: Head): void {
    items.forEach((item, i) => this.#record(frame, firstIndex + BigInt(i), item, head));
    if (head.lastTimeMs < before.lastTimeMs) {
      this.#report('commit-damaged', frame, `last time falls from ${before.lastTimeMs} to ${head.lastTimeMs}`);
    }
    const root = this.state.tree.root();
    if (!equalBytes(root, head.root)) {
      this.#report(
        'commit-damaged',
        frame,
        `root of size ${head.size} is ${toBase64(head.root)}, should be ${toBase64(root)}`,
      );
    }
    const misstated = this.#misstated(head.note, head.size, root);
    if (misstated !== undefined) this.#report('commit-damaged', frame, `note of size ${head.size} ${misstated}`);
    this.#roots.set(head.size, root);
  }

  #record(frame: JournalFrame, index: bigint, item: JournaledRecord, head: Head): void {
    let record: LedgerRecord;
    try {
      record = decodeBody(item.body);
    } catch (error) {
      this.#report('record-damaged', frame, textOf(error), index);
      return;
    }
    for (const reason of misfitsOf(record, item.entry, this.#hash))
      this.#report('record-damaged', frame, reason, index);
    if (record.content !== undefined) this.#options.onContent?.(index, record.content);
    const receivedAtMs = receivedAtOf(record);
    if (receivedAtMs === undefined) return;
    if (receivedAtMs < this.#lastReceivedAtMs || receivedAtMs > head.lastTimeMs) {
      const range = `${this.#lastReceivedAtMs} to ${head.lastTimeMs}`;
      this.#report('record-damaged', frame, `receivedAt is ${receivedAtMs} ms, should be from ${range}`, index);
    }
    this.#lastReceivedAtMs = Math.max(this.#lastReceivedAtMs, receivedAtMs);
  }

  #checkpoint(frame: JournalFrame, { size, note }: PublishedCheckpoint): void {
    const root = this.#roots.get(size);
    const reason = root === undefined ? 'is of a size that no commit made' : this.#misstated(note, size, root);
    if (reason !== undefined) this.#report('checkpoint-damaged', frame, `published note of size ${size} ${reason}`);
    if (root !== undefined) this.#publishedSizes.add(size);
    for (const known of this.#roots.keys()) {
      if (known < size && !this.#publishedSizes.has(known)) this.#roots.delete(known);
    }
  }

  #misstated(source: string, size: bigint, root: Uint8Array): string | undefined {
    try {
      const note = parseNote(source);
      const stated = parseCheckpoint(note.text);
      if (stated.size !== size) return `states size ${stated.size}`;
      if (!equalBytes(stated.root, root)) return `states root ${toBase64(stated.root)}, should state ${toBase64(root)}`;
      const { status } = checkNote(note, this.#options.vkeys);
      return status === 'signed' ? undefined : `is ${status}, should be signed by the key of the log`;
    } catch (error) {
      return `cannot be read: ${textOf(error)}`;
    }
  }

  #report(code: string, { path, place }: JournalFrame, message: string, record?: bigint): void {
    const where = { file: path, offset: place.begin, seq: place.seq, ...(record === undefined ? {} : { record }) };
    this.#problems.add({
      code,
      where,
      message: record === undefined ? message : `record ${record}: ${message}`,
      repair: RESTORE,
    });
  }
}

/** What of a record does not hash to its log entry. */
export function* misfitsOf({ header, sections }: LedgerRecord, entry: Uint8Array, hash: Sha256): Generator<string> {
  if (!equalBytes(recordEntry(recordRoot(hash, header)), entry)) yield 'header does not hash to the log entry';
  const opened = new Set(sections.map(({ name }) => name));
  for (const name of Object.keys(header.sections)) {
    if (!opened.has(name)) yield `section ${JSON.stringify(name)} is not there`;
  }
  if (opened.size !== sections.length) yield 'a section is there twice';
  for (const section of sections) {
    if (toBase64(sectionCommitment(hash, section)) !== header.sections[section.name]) {
      yield `section ${JSON.stringify(section.name)} does not open its commitment`;
    }
  }
}

/** Time of receipt in Unix milliseconds, where the record has the section for it. */
function receivedAtOf({ sections }: LedgerRecord): number | undefined {
  const value = sections.find(({ name }) => name === 'time')?.value;
  const receivedAt = isJsonObject(value) ? value['receivedAt'] : undefined;
  const receivedAtMs = typeof receivedAt === 'string' ? Date.parse(receivedAt) : Number.NaN;
  return Number.isNaN(receivedAtMs) ? undefined : receivedAtMs;
}

function behind(indexSeq: number, { place }: IndexState): StoreProblem {
  const lost = `${(place?.seq ?? -1) + 1}..${indexSeq}`;
  return {
    code: 'journal-behind',
    where: { seq: (place?.seq ?? -1) + 1 },
    message: `index covers frames up to seq ${indexSeq}, of the journal frames ${lost} cannot be read`,
    repair: RESTORE,
  };
}

/** Walks both databases side by side, in order of their keys. */
async function compareIndex(index: IndexDatabase, scratch: IndexDatabase, problems: Problems): Promise<void> {
  const report = (key: Buffer, reason: string) => {
    const record = recordOfKey(key);
    const where = { key: keyText(key), ...(record === undefined ? {} : { record }) };
    problems.add({ code: 'index-damaged', where, message: `index row ${keyText(key)} ${reason}`, repair: REBUILD });
  };
  const stored = index.scan();
  const made = scratch.scan();
  try {
    let [have, want] = [await stored.next(), await made.next()];
    while (have.done !== true || want.done !== true) {
      const order = have.done === true ? 1 : want.done === true ? -1 : have.value.key.compare(want.value.key);
      if (order < 0) report(have.value!.key, 'should not be there');
      else if (order > 0) report(want.value!.key, 'is missing');
      else if (!have.value!.value.equals(want.value!.value))
        report(have.value!.key, 'has another value than the journal makes');
      if (order <= 0) have = await stored.next();
      if (order >= 0) want = await made.next();
    }
  } catch (error) {
    problems.add({ code: 'index-damaged', where: { file: index.folder }, message: textOf(error), repair: REBUILD });
  } finally {
    await stored.return(undefined);
    await made.return(undefined);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
