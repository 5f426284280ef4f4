import { type DirectoryHead, EMPTY_DIRECTORY } from '../../../people/model.ts';
import { equalBytes, toHex, uint64Bytes } from '../../../protocol/encoding/bytes.ts';
import { assert } from '../../../protocol/encoding/errors.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { encodeAnchor } from '../journal/anchor-json.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { StoreFault } from '../store-fault.ts';
import { CompactRange } from '../../../protocol/merkle/compact-range.ts';
import { formatEntryBundle } from '../../../protocol/merkle/entry-bundle.ts';
import { hashesAtLevel, TILE_WIDTH } from '../../../protocol/merkle/tile.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { type AnchorJob, type Head, isEnded, type PublishedCheckpoint } from '../../../log/model.ts';
import { encodeDirectoryEntry } from '../journal/directory-bytes.ts';
import type { CommitPayload, DirectoryPayload, JournaledRecord, Payload } from '../journal/payload.ts';
import {
  anchorKey,
  bundleKey,
  directoryKey,
  finalAnchorKey,
  findKey,
  frameKey,
  markKey,
  mirrorKey,
  publishedKey,
  recordKey,
  STATE_KEY,
  tileKey,
} from './keys.ts';
import { sealRow, type Row } from './rows.ts';

/** All that is known after a frame without reading the index; never changed in place. */
export interface IndexState {
  /** The frame that was applied last; undefined before the first. */
  readonly place?: FramePlace;
  readonly head: Head;
  readonly tree: CompactRange;
  /** By tile level, the hashes of the last tile while it is not full. */
  readonly edge: readonly (readonly Uint8Array[])[];
  /** The entries of the last bundle while it is not full. */
  readonly entries: readonly Uint8Array[];
  readonly published?: PublishedCheckpoint;
  readonly anchorCount: number;
  /** By id. */
  readonly openAnchors: readonly AnchorJob[];
  readonly directory: DirectoryHead;
}

export interface Applied {
  readonly rows: readonly Row[];
  readonly state: IndexState;
}

export function emptyState(hasher: TreeHasher): IndexState {
  return {
    head: { size: 0n, root: hasher.empty, note: '', lastTimeMs: 0 },
    tree: new CompactRange(hasher),
    edge: [],
    entries: [],
    anchorCount: 0,
    openAnchors: [],
    directory: EMPTY_DIRECTORY,
  };
}

/**
 * The rows that a frame adds or replaces, and the state after it: the one way from journal to
 * index, for a commit, a replay, a rebuild and the check alike. Reads nothing but its arguments, so
 * the same journal always makes the same rows; applied twice it changes nothing. Throws a
 * `StoreFault` where the frame does not continue the state. The caller has to require that the root
 * of `state.tree` is the stated one.
 */
export function applyPayload(hasher: TreeHasher, state: IndexState, payload: Payload, place: FramePlace): Applied {
  const expectedSeq = state.place === undefined ? 0 : state.place.seq + 1;
  assert(place.seq === expectedSeq, `frame ${place.seq} is applied, should be ${expectedSeq}`);
  const rows: Row[] = [];
  const after = { ...applyKind(hasher, state, payload, rows), place };
  rows.push(sealRow(frameKey(place.seq), placeContent(place)), sealRow(STATE_KEY, stateContent(after, place)));
  return { rows, state: after };
}

/**
 * Applies a payload and requires that the tree has the root that the head states: what does not
 * hash to what was signed is not written.
 */
export function applyWhole(hasher: TreeHasher, state: IndexState, payload: Payload, place: FramePlace): Applied {
  const applied = applyPayload(hasher, state, payload, place);
  const { head, tree } = applied.state;
  if (payload.kind === 'commit') {
    if (equalBytes(tree.root(), head.root)) return applied;
    throw new StoreFault(bilingual(STORE_FAULTS.commitRoot, { size: head.size }));
  }
  return applied;
}

function applyKind(hasher: TreeHasher, state: IndexState, payload: Payload, rows: Row[]): IndexState {
  if (payload.kind === 'commit') return applyCommit(hasher, state, payload, rows);
  if (payload.kind === 'checkpoint') return applyCheckpoint(state, payload.checkpoint, rows);
  if (payload.kind === 'directory') return applyDirectory(state, payload, rows);
  return applyAnchor(state, payload.job, rows);
}

function applyCommit(
  hasher: TreeHasher,
  state: IndexState,
  { firstIndex, items, head }: CommitPayload,
  rows: Row[],
): IndexState {
  if (firstIndex !== state.head.size) {
    throw new StoreFault(bilingual(STORE_FAULTS.commitBegin, { found: firstIndex, size: state.head.size }));
  }
  const tree = state.tree.clone();
  const edge = state.edge.map((hashes) => [...hashes]);
  const grown = new Set<number>();
  let entries = [...state.entries];
  let index = firstIndex;
  for (const item of items) {
    pushRecord(rows, index, item);
    entries.push(new Uint8Array(item.entry)); // a copy: a view would keep a whole frame in memory
    if (entries.length === TILE_WIDTH) {
      rows.push(sealRow(bundleKey(index / BigInt(TILE_WIDTH)), formatEntryBundle(entries)));
      entries = [];
    }
    tree.append(hasher.leaf(item.entry), 0, (node, hash) => {
      if (node.level % 8 !== 0) return;
      const level = node.level / 8;
      const hashes = (edge[level] ??= []);
      hashes.push(hash);
      grown.add(level);
      if (hashes.length < TILE_WIDTH) return;
      rows.push(sealRow(tileKey(level, node.index / BigInt(TILE_WIDTH)), Buffer.concat(hashes)));
      edge[level] = [];
      grown.delete(level);
    });
    index++;
  }
  // the partial tile of level 0 is made from the last records when the index is loaded
  grown.delete(0);
  for (const level of grown) {
    const tileIndex = hashesAtLevel(level, tree.size) / BigInt(TILE_WIDTH);
    rows.push(sealRow(tileKey(level, tileIndex), Buffer.concat(edge[level]!)));
  }
  return { ...state, head, tree, edge, entries };
}

function pushRecord(rows: Row[], index: bigint, { body, findable, mark }: JournaledRecord): void {
  rows.push(sealRow(recordKey(index), body));
  pushMirrored(rows, findKey('.id', findable.id, index));
  pushMirrored(rows, findKey('.number', findable.number, index));
  for (const { by, value } of findable.lookups) pushMirrored(rows, findKey(by, value, index));
  if (mark !== undefined) pushMirrored(rows, markKey(mark.scope), Buffer.concat([uint64Bytes(index), mark.request]));
}

function applyCheckpoint(state: IndexState, checkpoint: PublishedCheckpoint, rows: Row[]): IndexState {
  if (checkpoint.size > state.head.size) {
    const values = { found: checkpoint.size, size: state.head.size };
    throw new StoreFault(bilingual(STORE_FAULTS.publishedTooLarge, values));
  }
  pushMirrored(rows, publishedKey(checkpoint.size), Buffer.from(checkpoint.note, 'utf8'));
  const isNewest = state.published === undefined || checkpoint.size >= state.published.size;
  return isNewest ? { ...state, published: checkpoint } : state;
}

function applyAnchor(state: IndexState, job: AnchorJob, rows: Row[]): IndexState {
  if (job.id > state.anchorCount) {
    throw new StoreFault(bilingual(STORE_FAULTS.anchorGap, { id: job.id, count: state.anchorCount }));
  }
  rows.push(sealRow(anchorKey(job.id), encodeAnchor(job)));
  if (job.state === 'final') pushMirrored(rows, finalAnchorKey(job.size, job.id));
  const others = state.openAnchors.filter(({ id }) => id !== job.id);
  const openAnchors = isEnded(job) ? others : [...others, job].toSorted((a, b) => a.id - b.id);
  return { ...state, openAnchors, anchorCount: Math.max(state.anchorCount, job.id + 1) };
}

function applyDirectory(state: IndexState, { first, entries, head }: DirectoryPayload, rows: Row[]): IndexState {
  const { count } = state.directory;
  if (first !== count) throw new StoreFault(bilingual(STORE_FAULTS.directoryGap, { found: first, count }));
  entries.forEach((entry, i) => rows.push(sealRow(directoryKey(first + i), encodeDirectoryEntry(entry))));
  return { ...state, directory: head };
}

function pushMirrored(rows: Row[], key: Buffer, content?: Uint8Array): void {
  rows.push(sealRow(key, content), sealRow(mirrorKey(key), content));
}

function placeContent({ segment, begin, end, hash }: FramePlace): Buffer {
  const content = Buffer.allocUnsafe(20 + hash.length);
  content.writeUInt32BE(segment, 0);
  content.writeBigUInt64BE(BigInt(begin), 4);
  content.writeBigUInt64BE(BigInt(end), 12);
  content.set(hash, 20);
  return content;
}

export function parsePlace(seq: number, content: Buffer): FramePlace {
  assert(content.length === 52, `frame row ${seq} has ${content.length} bytes, should have 52`);
  return {
    seq,
    segment: content.readUInt32BE(0),
    begin: Number(content.readBigUInt64BE(4)),
    end: Number(content.readBigUInt64BE(12)),
    hash: content.subarray(20),
  };
}

/** The part of the state that no other row holds. */
export interface StoredState {
  readonly seq: number;
  readonly size: string;
  readonly root: string;
  readonly note: string;
  readonly lastTimeMs: number;
  readonly publishedSize: string | null;
  readonly anchorCount: number;
  readonly openAnchors: readonly number[];
  /** Absent where the directory is empty. */
  readonly directory?: { readonly count: number; readonly hash: string };
}

function stateContent({ head, published, anchorCount, openAnchors, directory }: IndexState, place: FramePlace): Buffer {
  const stored: StoredState = {
    seq: place.seq,
    size: head.size.toString(),
    root: Buffer.from(head.root).toString('hex'),
    note: head.note,
    lastTimeMs: head.lastTimeMs,
    publishedSize: published?.size.toString() ?? null,
    anchorCount,
    openAnchors: openAnchors.map(({ id }) => id),
    ...(directory.count > 0 && { directory: { count: directory.count, hash: toHex(directory.hash) } }),
  };
  return Buffer.from(JSON.stringify(stored), 'utf8');
}
