import { indexFolder, journalFolder } from './folders.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { STORE_FAULTS } from '../../text/store.ts';
import { faultText } from './store-fault.ts';
import { mkdir } from 'node:fs/promises';
import { syncFolder } from '../files/sync-folder.ts';
import { concatBytes } from '../../protocol/encoding/bytes.ts';
import { assert } from '../../protocol/encoding/errors.ts';
import { type Sha256, sha256 } from '../../protocol/encoding/hash.ts';
import { formatEntryBundle } from '../../protocol/merkle/entry-bundle.ts';
import { TILE_WIDTH, tileWidth } from '../../protocol/merkle/tile.ts';
import { treeHasher, type TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { MAX_UINT64 } from '../../protocol/encoding/decimal.ts';
import {
  type AnchorJob,
  checkAnchor,
  checkCommit,
  checkPublish,
  type Commit,
  type Head,
  type LedgerRecord,
  type Lookup,
  type PublishedCheckpoint,
  requireHead,
} from '../../log/model.ts';
import type { Store } from '../../log/ports.ts';
import { type DirectoryEntry, type DirectoryHead, headAfter, requireDirectoryHead } from '../../people/model.ts';
import type { DirectoryStore } from '../../people/ports.ts';
import { applyWhole, emptyState, type IndexState } from './index/apply.ts';
import type { FramePlace } from './journal/frame-place.ts';
import { decodeBody } from './journal/body.ts';
import { decodeDirectoryEntry } from './journal/directory-bytes.ts';
import { IndexDatabase } from './index/index-database.ts';
import { DEFAULT_SEGMENT_BYTES, Journal } from './journal/journal.ts';
import { markClosed, markOpen } from './index/unclean-shutdown.ts';
import { commitPayload, encodePayload, type Payload } from './journal/payload.ts';
import { decodeAnchor } from './journal/anchor-json.ts';
import type { TornTail } from '../../operations/ports.ts';
import { recover } from './recover.ts';
import {
  anchorKey,
  bundleKey,
  directoryKey,
  finalAnchorKey,
  findKey,
  markKey,
  publishedKey,
  recordKey,
  tileKey,
} from './index/keys.ts';
import { damagedRow } from './index/rows.ts';
import { requireWholeTables } from './index/table-check.ts';

export interface StoreOptions {
  /** The data folder, which holds `journal/` and `index/`. The caller holds its lock. */
  readonly dir: string;
  readonly hash?: Sha256;
  readonly hasher?: TreeHasher;
  /** A segment longer than this is followed by a new one. */
  readonly segmentBytes?: number;
  /**
   * Largest tree size that is known outside of this ledger (pinned checkpoint, contract, witness):
   * a torn tail below it is not cut. Asked only where a tail is torn, with the head before it.
   */
  readonly externalSize?: (head: Head) => Promise<bigint>;
  readonly onTornTail?: (tail: TornTail) => void;
  /** Called once, with the failure that made the store refuse all further writes. */
  readonly onFailStop?: (error: LedgerError) => void;
}

/**
 * Makes `journal/` and `index/` with the head of the empty tree as frame 0. Fails where one of them
 * exists.
 */
export async function createStore(options: StoreOptions, head: Head): Promise<LevelStore> {
  const hasher = options.hasher ?? treeHasher(options.hash ?? sha256);
  assert(head.size === 0n, 'the first head should be that of the empty tree');
  const state = emptyState(hasher);
  checkCommit(state.head, { items: [], head });
  await mkdir(journalFolder(options.dir));
  await syncFolder(options.dir);
  const journal = await Journal.create(journalFolder(options.dir), options.segmentBytes ?? DEFAULT_SEGMENT_BYTES);
  let index: IndexDatabase | undefined;
  try {
    index = await IndexDatabase.open(indexFolder(options.dir), { create: true });
    const store = new LevelStore(options, hasher, journal, index, state);
    await store.commit({ items: [], head }, state.head);
    return store;
  } catch (error) {
    await index?.close();
    await journal.close();
    throw error;
  }
}

/**
 * Opens what `createStore` made: replays what the index lacks, cuts a torn tail. Fails with
 * `journal-damaged` (the ledger itself is not whole) or `index-unusable` (it is whole, and `evl
 * rebuild-index` makes the index from it).
 */
export async function openStore(options: StoreOptions): Promise<LevelStore> {
  const hash = options.hash ?? sha256;
  const hasher = options.hasher ?? treeHasher(hash);
  const wasClosed = await markOpen(indexFolder(options.dir));
  if (!wasClosed) await requireWholeTables(indexFolder(options.dir));
  const index = await IndexDatabase.open(indexFolder(options.dir));
  try {
    const { state, next } = await recover(journalFolder(options.dir), index, hash, hasher, options);
    const journal = await Journal.open(journalFolder(options.dir), options.segmentBytes ?? DEFAULT_SEGMENT_BYTES, next);
    return new LevelStore(options, hasher, journal, index, state);
  } catch (error) {
    await index.close();
    await markClosed(indexFolder(options.dir));
    throw error;
  }
}

/**
 * The `Store` on a journal, which is the truth, and LevelDB, which answers reads. What a crash
 * leaves, by the step of a write that it follows:
 *
 *     checked, applied in memory    nothing was written: the old state
 *     new segment created           an empty last segment: the next frame goes there
 *     part of the frame written     a torn tail: cut at the next start, the old state
 *     frame written, not synced     after a kill whole, so made durable and replayed: the new state; after a power cut whole, torn or absent. No
 *                                   request was answered yet
 *     frame synced                  the commit point. The index lacks it: replayed, the new state
 *     index batch written           a batch is whole or absent: present, or replayed
 *     answered                      nothing is left to do
 *
 * A write that fails without a crash leaves one of the same: so the store refuses every later write
 * (fail-stop), and a restart finds out which.
 */
export class LevelStore implements Store, DirectoryStore {
  readonly #hash: Sha256;
  readonly #hasher: TreeHasher;
  readonly #journal: Journal;
  readonly #index: IndexDatabase;
  readonly #dir: string;
  readonly #onFailStop: ((error: LedgerError) => void) | undefined;
  #state: IndexState;
  #failure: LedgerError | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  /** For `createStore` and `openStore`. */
  constructor(options: StoreOptions, hasher: TreeHasher, journal: Journal, index: IndexDatabase, state: IndexState) {
    this.#dir = options.dir;
    this.#onFailStop = options.onFailStop;
    this.#hash = options.hash ?? sha256;
    this.#hasher = hasher;
    this.#journal = journal;
    this.#index = index;
    this.#state = state;
  }

  head(): Head {
    return this.#state.head;
  }

  /** What the scrubber reads: everything up to the newest frame that is durable and indexed. */
  stored(): {
    readonly dir: string;
    readonly hasher: TreeHasher;
    readonly index: IndexDatabase;
    readonly last: FramePlace;
  } {
    return { dir: this.#dir, hasher: this.#hasher, index: this.#index, last: this.#state.place! };
  }

  commit(commit: Commit, expected: Pick<Head, 'size' | 'root'>): Promise<void> {
    return this.#enqueue(async () => {
      requireHead(this.#state.head, expected);
      checkCommit(this.#state.head, commit);
      await this.#write(commitPayload(commit));
    });
  }

  async record(index: bigint): Promise<LedgerRecord | undefined> {
    if (index < 0n || index >= this.#state.head.size) return undefined;
    return decodeBody(await this.#index.getOrThrow(recordKey(index)));
  }

  indexOfId(id: string): Promise<bigint | undefined> {
    return this.#firstFound('.id', id);
  }

  indexOfNumber(number: string): Promise<bigint | undefined> {
    return this.#firstFound('.number', number);
  }

  indexesOf({ by, value }: Lookup, from: bigint, limit: number): Promise<bigint[]> {
    return this.#found(by, value, from, limit);
  }

  async newestIndexesOf({ by, value }: Lookup, below: bigint, limit: number): Promise<bigint[]> {
    const { size } = this.#state.head; // a commit that is under way does not count
    if (below <= 0n || limit < 1) return [];
    const range = { gte: findKey(by, value, 0n), lt: findKey(by, value, below < size ? below : size) };
    return indexesIn(await this.#index.rangeMirrored({ ...range, reverse: true }, limit));
  }

  async marked(scope: Uint8Array): Promise<{ readonly index: bigint; readonly request: Uint8Array } | undefined> {
    const content = await this.#index.getMirrored(markKey(scope));
    return content === undefined
      ? undefined
      : { index: content.readBigUInt64BE(0), request: new Uint8Array(content.subarray(8)) };
  }

  async tile(level: number, index: bigint, width: number): Promise<Uint8Array | undefined> {
    const { head, edge } = this.#state;
    if (!isInTree(level, index, width, head.size)) return undefined;
    const widthNow = tileWidth(level, index, head.size);
    if (widthNow < TILE_WIDTH) return concatBytes(...edge[level]!.slice(0, width));
    return this.#part(tileKey(level, index), width * this.#hasher.empty.length, TILE_WIDTH * this.#hasher.empty.length);
  }

  async bundle(index: bigint, width: number): Promise<Uint8Array | undefined> {
    const { head, entries } = this.#state;
    if (!isInTree('entries', index, width, head.size)) return undefined;
    if (tileWidth('entries', index, head.size) < TILE_WIDTH) return formatEntryBundle(entries.slice(0, width));
    return this.#part(bundleKey(index), width * BUNDLED_ENTRY_BYTES, TILE_WIDTH * BUNDLED_ENTRY_BYTES);
  }

  publish(checkpoint: PublishedCheckpoint): Promise<void> {
    return this.#enqueue(async () => {
      const isKnown = (await this.publishedAt(checkpoint.size)) !== undefined;
      checkPublish(this.#state.head, this.#state.published, isKnown, checkpoint);
      await this.#write({ kind: 'checkpoint', checkpoint });
    });
  }

  published(): PublishedCheckpoint | undefined {
    return this.#state.published;
  }

  async publishedAt(size: bigint): Promise<PublishedCheckpoint | undefined> {
    if (size < 0n || size > this.#state.head.size) return undefined;
    const note = await this.#index.getMirrored(publishedKey(size));
    return note === undefined ? undefined : { size, note: note.toString('utf8') };
  }

  saveAnchor(job: AnchorJob): Promise<void> {
    return this.#enqueue(async () => {
      checkAnchor(this.#state.anchorCount, await this.anchor(job.id), job);
      await this.#write({ kind: 'anchor', job });
    });
  }

  async anchor(id: number): Promise<AnchorJob | undefined> {
    if (!Number.isSafeInteger(id) || id < 0 || id >= this.#state.anchorCount) return undefined;
    return decodeAnchor(await this.#index.getOrThrow(anchorKey(id)));
  }

  anchorCount(): number {
    return this.#state.anchorCount;
  }

  openAnchors(): readonly AnchorJob[] {
    return this.#state.openAnchors;
  }

  async finalAnchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    if (size > MAX_UINT64) return undefined;
    const lt = finalAnchorKey(MAX_UINT64, Number.MAX_SAFE_INTEGER);
    let gte = finalAnchorKey(size < 0n ? 0n : size);
    for (;;) {
      const [row] = await this.#index.rangeMirrored({ gte, lt }, 1);
      if (row === undefined) return undefined;
      const job = decodeAnchor(await this.#index.getOrThrow(anchorKey(Number(row.key.readBigUInt64BE(9)))));
      if (job.state === 'final') return job;
      gte = finalAnchorKey(job.size, job.id + 1); // the chain gave its block up; the row stays
    }
  }

  directoryHead(): DirectoryHead {
    return this.#state.directory;
  }

  appendToDirectory(entries: readonly DirectoryEntry[], expected: DirectoryHead): Promise<void> {
    return this.#enqueue(async () => {
      const before = this.#state.directory;
      requireDirectoryHead(before, expected);
      await this.#write({
        kind: 'directory',
        first: before.count,
        entries,
        head: headAfter(this.#hash, before, entries),
      });
    });
  }

  async directoryEntries(from: number, limit: number): Promise<readonly DirectoryEntry[]> {
    const count = Math.min(limit, this.#state.directory.count - from);
    const keys = Array.from({ length: Math.max(0, count) }, (_, i) => directoryKey(from + i));
    return (await this.#index.requireMany(keys)).map(decodeDirectoryEntry);
  }

  /** Waits for the writes that were begun, then closes the files. */
  async close(): Promise<void> {
    const failure = new LedgerError('store-failed', { reason: STORE_FAULTS.closed });
    await this.#enqueue(async () => {
      this.#failure = failure;
    }).catch(() => {}); // a store that has failed is closed as well
    await this.#journal.close();
    await this.#index.close();
    await markClosed(indexFolder(this.#dir));
  }

  async #firstFound(by: string, value: string): Promise<bigint | undefined> {
    const [index] = await this.#found(by, value, 0n, 1);
    return index;
  }

  async #found(by: string, value: string, from: bigint, limit: number): Promise<bigint[]> {
    const { size } = this.#state.head; // a commit that is under way does not count
    if (from >= size || limit < 1) return [];
    const range = { gte: findKey(by, value, from < 0n ? 0n : from), lt: findKey(by, value, size) };
    return indexesIn(await this.#index.rangeMirrored(range, limit));
  }

  async #part(key: Buffer, length: number, fullLength: number): Promise<Uint8Array> {
    const content = await this.#index.requireTogether(key);
    if (content.length !== fullLength) {
      const values = { found: content.length, expected: fullLength };
      throw damagedRow(key, bilingual(STORE_FAULTS.rowLength, values));
    }
    // a plain array: `Buffer.slice` is not `Uint8Array.slice`
    return new Uint8Array(content.subarray(0, length));
  }

  /**
   * Runs writes one after the other: each begins when the one before has ended, with success or
   * not.
   */
  #enqueue(write: () => Promise<void>): Promise<void> {
    const queued = this.#after(this.#lastWrite, write);
    this.#lastWrite = queued.catch(() => {}); // its caller gets the error
    return queued;
  }

  async #after(before: Promise<void>, write: () => Promise<void>): Promise<void> {
    await before;
    if (this.#failure !== undefined) throw this.#failure;
    await write();
  }

  async #write(payload: Payload): Promise<void> {
    const frame = this.#journal.prepare(encodePayload(payload));
    const applied = applyWhole(this.#hasher, this.#state, payload, frame.place);
    try {
      await this.#journal.append(frame);
      await this.#index.write(applied.rows);
    } catch (cause) {
      // before anything was written
      if (cause instanceof LedgerError && cause.code === 'too-many-files') throw cause;
      throw this.#failStop(frame.place, cause);
    }
    this.#state = applied.state;
  }

  #failStop(place: FramePlace, cause: unknown): LedgerError {
    const reason = bilingual(STORE_FAULTS.failedAt, { seq: place.seq, reason: faultText(cause) });
    const failure = new LedgerError('store-failed', { reason, cause });
    this.#failure = failure;
    this.#onFailStop?.(failure);
    return failure;
  }
}

/** The records that rows of look-ups lead to. */
function indexesIn(rows: readonly { readonly key: Buffer }[]): bigint[] {
  return rows.map(({ key }) => key.readBigUInt64BE(key.length - 8));
}

/** uint16 length || 33 bytes. */
const BUNDLED_ENTRY_BYTES = 35;

function isInTree(level: number | 'entries', index: bigint, width: number, size: bigint): boolean {
  return index >= 0n && width >= 1 && width <= tileWidth(level, index, size);
}
