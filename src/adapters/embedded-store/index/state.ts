import { EMPTY_DIRECTORY } from '../../../people/model.ts';
import { equalBytes, fromHex } from '../../../protocol/encoding/bytes.ts';
import { parseDecimal } from '../../../protocol/encoding/decimal.ts';
import { assert } from '../../../protocol/encoding/errors.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { HASH_BYTES, type Sha256 } from '../../../protocol/encoding/hash.ts';
import { CompactRange } from '../../../protocol/merkle/compact-range.ts';
import { hashesAtLevel, TILE_WIDTH } from '../../../protocol/merkle/tile.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { recordEntry, recordRoot } from '../../../protocol/record/header.ts';
import type { Head } from '../../../log/model.ts';
import { parsePlace, type IndexState, type StoredState } from './apply.ts';
import { decodeBody } from '../journal/body.ts';
import { WRITE_BUFFER_BYTES, type IndexDatabase } from './index-database.ts';
import { decodeAnchor } from '../journal/anchor-json.ts';
import { anchorKey, frameKey, parseSequence, publishedKey, recordKey, STATE_KEY, tileKey } from './keys.ts';
import { damagedRow } from './rows.ts';

/**
 * Loads the state from the rows of the index: the right edge of the tree, hashed to the root that
 * the head states, and all else that is kept in memory. Throws `index-damaged`.
 */
export async function loadState(index: IndexDatabase, hash: Sha256, hasher: TreeHasher): Promise<IndexState> {
  const stored = await loadStoredState(index);
  const place = parsePlace(stored.seq, await index.getOrThrow(frameKey(stored.seq)));
  const head: Head = {
    size: parseDecimal('size', stored.size),
    root: fromHex('root', stored.root, HASH_BYTES),
    note: stored.note,
    lastTimeMs: stored.lastTimeMs,
  };
  const entries = await loadEntries(index, head.size, hash);
  const edge = [entries.map((entry) => hasher.leaf(entry)), ...(await loadUpperEdge(index, head.size))];
  const tree = treeOf(hasher, head.size, edge);
  if (!equalBytes(tree.root(), head.root)) throw damagedRow(STATE_KEY, STORE_FAULTS.rowRoot);
  const publishedSize = stored.publishedSize === null ? undefined : parseDecimal('size', stored.publishedSize);
  const openAnchors = await index.requireMany(stored.openAnchors.map(anchorKey));
  return {
    place,
    head,
    tree,
    edge,
    entries,
    ...(publishedSize === undefined
      ? {}
      : {
          published: {
            size: publishedSize,
            note: (await index.getOrThrow(publishedKey(publishedSize))).toString('utf8'),
          },
        }),
    anchorCount: stored.anchorCount,
    openAnchors: openAnchors.map(decodeAnchor),
    directory:
      stored.directory === undefined
        ? EMPTY_DIRECTORY
        : { count: stored.directory.count, hash: fromHex('hash', stored.directory.hash, HASH_BYTES) },
  };
}

export async function loadStoredState(index: IndexDatabase): Promise<StoredState> {
  // written here, under a crc
  return JSON.parse((await index.getOrThrow(STATE_KEY)).toString('utf8')) as StoredState;
}

/**
 * Throws `index-damaged` where LevelDB lost a batch in the middle of its log, where it drops
 * without an error what it cannot read. Its log holds at most two write buffers, and a batch is
 * larger than the frame that it comes from: so the rows of the last frames are compared, over a
 * wide margin of bytes.
 */
export async function requireNoGap(index: IndexDatabase, state: IndexState): Promise<void> {
  let expected = state.place!.seq;
  let seenBytes = 0;
  for await (const row of index.scan({ gte: frameKey(0), lt: frameKey(expected + 1), reverse: true })) {
    const seq = parseSequence(row.key);
    if (seq !== expected) break;
    const place = parsePlace(seq, (await index.get(row.key))!);
    seenBytes += place.end - place.begin;
    expected--;
    if (seenBytes >= 4 * WRITE_BUFFER_BYTES) return;
  }
  if (expected >= 0) throw damagedRow(frameKey(expected), STORE_FAULTS.rowMissing);
}

async function loadEntries(index: IndexDatabase, size: bigint, hash: Sha256): Promise<Uint8Array[]> {
  const keys: Buffer[] = [];
  for (let i = size - (size % BigInt(TILE_WIDTH)); i < size; i++) keys.push(recordKey(i));
  const bodies = await index.requireMany(keys);
  return bodies.map((body) => recordEntry(recordRoot(hash, decodeBody(body).header)));
}

async function loadUpperEdge(index: IndexDatabase, size: bigint): Promise<Uint8Array[][]> {
  const edge: Uint8Array[][] = [];
  for (let level = 1; hashesAtLevel(level, size) > 0n; level++) {
    const count = hashesAtLevel(level, size);
    const width = Number(count % BigInt(TILE_WIDTH));
    edge.push(width === 0 ? [] : await loadTile(index, level, count / BigInt(TILE_WIDTH), width));
  }
  return edge;
}

async function loadTile(index: IndexDatabase, level: number, tileIndex: bigint, width: number): Promise<Uint8Array[]> {
  const key = tileKey(level, tileIndex);
  const tile = await index.getOrThrow(key);
  if (tile.length !== width * HASH_BYTES) {
    throw damagedRow(key, bilingual(STORE_FAULTS.rowLength, { found: tile.length, expected: width * HASH_BYTES }));
  }
  return Array.from({ length: width }, (_, i) => tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** The tree of a size, made from the hashes of its last tiles by level. */
export function treeOf(hasher: TreeHasher, size: bigint, edge: readonly (readonly Uint8Array[])[]): CompactRange {
  const tree = new CompactRange(hasher);
  for (const [level, hashes] of [...edge.entries()].toReversed()) {
    for (const hash of hashes) tree.append(hash, 8 * level);
  }
  assert(tree.size === size, `edge makes a tree of ${tree.size}, should make ${size}`);
  return tree;
}
