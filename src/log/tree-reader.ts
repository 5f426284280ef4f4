import { bilingual, type Message } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { consistencyRanges } from '../protocol/merkle/consistency.ts';
import { inclusionRanges, type LeafRange, rootFromInclusionPath } from '../protocol/merkle/inclusion.ts';
import { completeSubtrees, hashesOfRanges } from '../protocol/merkle/subtree.ts';
import { nodesInTiles, TILE_WIDTH, type TileNodes, tilesForRanges } from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Head } from './model.ts';
import type { Store } from './ports.ts';
import { VerifiedTiles } from './verified-tiles.ts';

/**
 * Reads proofs, tiles and bundles from the store. Everything that it returns has been hashed up to
 * the committed root; data that does not hash to it throws `index-damaged`.
 */
export class TreeReader {
  readonly #hasher: TreeHasher;
  readonly #tiles: VerifiedTiles;

  constructor(store: Store, hasher: TreeHasher) {
    this.#hasher = hasher;
    this.#tiles = new VerifiedTiles(store, hasher);
  }

  /** The inclusion path of leaf `index`, checked to lead from `leafHash` to the root of `tree`. */
  inclusionPath(index: bigint, leafHash: Uint8Array, tree: Pick<Head, 'size' | 'root'>): Promise<Uint8Array[]> {
    return this.#readTwice(async () => {
      const path = await this.#hashes(inclusionRanges(index, tree.size), tree.size);
      const root = rootFromInclusionPath(this.#hasher, leafHash, index, tree.size, path)!;
      requireRoot(root, tree, bilingual(STORE_FAULTS.pathOfRecord, { record: index }));
      return path;
    });
  }

  /** Throws `index-damaged` unless the committed tree has this leaf at this index. */
  requireLeaf(index: bigint, leafHash: Uint8Array): Promise<void> {
    return this.#readTwice(async () => {
      const width = Number(index % BigInt(TILE_WIDTH)) + 1;
      const leaves = await this.#tiles.bytes(0, index / BigInt(TILE_WIDTH), width);
      const found = leaves?.subarray(-this.#hasher.empty.length);
      if (found !== undefined && equalBytes(found, leafHash)) return;
      const reason = bilingual(STORE_FAULTS.record, { record: index, reason: STORE_FAULTS.headerEntry });
      throw new LedgerError('index-damaged', { reason });
    });
  }

  /** The consistency proof between two sizes (RFC 9162, section 2.1.4). */
  consistencyProof(oldSize: bigint, newSize: bigint): Promise<Uint8Array[]> {
    return this.#readTwice(() => this.#hashes(consistencyRanges(oldSize, newSize), newSize));
  }

  /** The root of the tree at an earlier size. */
  async rootAt(size: bigint): Promise<Uint8Array> {
    return (await this.#readTwice(() => this.#range(size))).root();
  }

  /** The right edge to append to, read and hashed to the root of `head`. */
  async rightEdge(head: Pick<Head, 'size' | 'root'>): Promise<CompactRange> {
    const range = await this.#range(head.size);
    requireRoot(range.root(), head, bilingual(STORE_FAULTS.rightEdge, { size: head.size }));
    return range;
  }

  /** As `Store.tile`. */
  tile(level: number, index: bigint, width: number): Promise<Uint8Array | undefined> {
    return this.#readTwice(() => this.#tiles.bytes(level, index, width));
  }

  /** As `Store.bundle`. */
  bundle(index: bigint, width: number): Promise<Uint8Array | undefined> {
    return this.#readTwice(() => this.#tiles.bundle(index, width));
  }

  async #range(size: bigint): Promise<CompactRange> {
    const whole: LeafRange = { begin: 0n, end: size };
    const peaks = completeSubtrees(whole).map(({ level, index }) => {
      const begin = index << BigInt(level);
      return { begin, end: begin + (1n << BigInt(level)) };
    });
    return new CompactRange(this.#hasher, size, await this.#hashes(peaks, size));
  }

  async #hashes(ranges: readonly LeafRange[], size: bigint): Promise<Uint8Array[]> {
    const tiles = new Map<string, TileNodes>();
    for (const { level, index } of tilesForRanges(ranges, size)) {
      tiles.set(`${level}/${index}`, await this.#tiles.nodes(level, index));
    }
    return hashesOfRanges(
      this.#hasher,
      ranges,
      nodesInTiles((level, index) => tiles.get(`${level}/${index}`)!),
    );
  }

  /** A hash may be wrong in the cache alone: the second attempt reads from the store itself. */
  async #readTwice<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'index-damaged') throw error;
      this.#tiles.forget();
      return read();
    }
  }
}

function requireRoot(found: Uint8Array, tree: Pick<Head, 'size' | 'root'>, what: Message): void {
  if (equalBytes(found, tree.root)) return;
  const values = { what, found: toBase64(found), expected: toBase64(tree.root), size: tree.size };
  throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.proofRoot, values) });
}
