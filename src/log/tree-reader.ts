import { equalBytes, toBase64 } from '../protocol/bytes.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { consistencyRanges } from '../protocol/merkle/consistency.ts';
import { inclusionRanges, type LeafRange, rootFromInclusionPath } from '../protocol/merkle/inclusion.ts';
import { completeSubtrees, hashesOfRanges } from '../protocol/merkle/subtree.ts';
import { nodesInTiles, TileNodes, tilesForRanges } from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type Head, PortError, type Store } from './ports.ts';

const CACHED_TILES = 1024;

/** Proofs from the stored tiles. Nothing that it returns was not hashed up to the root that it is asked for. */
export class TreeReader {
  readonly #store: Store;
  readonly #hasher: TreeHasher;
  readonly #tiles = new Map<string, TileNodes>();

  constructor(store: Store, hasher: TreeHasher) {
    this.#store = store;
    this.#hasher = hasher;
  }

  /** The inclusion path of leaf `index`, checked to lead from `leafHash` to the tree's root. */
  async inclusionPath(index: bigint, leafHash: Uint8Array, tree: Pick<Head, 'size' | 'root'>): Promise<Uint8Array[]> {
    const path = await this.#hashes(inclusionRanges(index, tree.size), tree.size);
    const root = rootFromInclusionPath(this.#hasher, leafHash, index, tree.size, path)!;
    this.#demandRoot(root, tree, `path of record ${index}`);
    return path;
  }

  consistencyProof(oldSize: bigint, newSize: bigint): Promise<Uint8Array[]> {
    return this.#hashes(consistencyRanges(oldSize, newSize), newSize);
  }

  /** Root of the tree at an earlier size. */
  async rootAt(size: bigint): Promise<Uint8Array> {
    return (await this.#range(size)).root();
  }

  /** The right edge to append to, re-read and hashed to the root that was committed. */
  async rightEdge(head: Pick<Head, 'size' | 'root'>): Promise<CompactRange> {
    const range = await this.#range(head.size);
    this.#demandRoot(range.root(), head, 'right edge');
    return range;
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
    for (const { level, index, width } of tilesForRanges(ranges, size)) {
      tiles.set(`${level}/${index}`, await this.#tile(level, index, width));
    }
    return hashesOfRanges(
      this.#hasher,
      ranges,
      nodesInTiles((level, index) => tiles.get(`${level}/${index}`)!),
    );
  }

  async #tile(level: number, index: bigint, width: number): Promise<TileNodes> {
    const key = `${level}/${index}/${width}`;
    const cached = this.#tiles.get(key);
    if (cached !== undefined) {
      this.#tiles.delete(key); // to the young end
      this.#tiles.set(key, cached);
      return cached;
    }
    const bytes = await this.#store.tile(level, index, width);
    if (bytes === undefined) throw new PortError('index-damaged', `tile ${key} is missing from the index`);
    const tile = new TileNodes(this.#hasher, bytes);
    this.#tiles.set(key, tile);
    if (this.#tiles.size > CACHED_TILES) this.#tiles.delete(this.#tiles.keys().next().value!);
    return tile;
  }

  #demandRoot(found: Uint8Array, tree: Pick<Head, 'size' | 'root'>, what: string): void {
    if (!equalBytes(found, tree.root)) {
      throw new PortError(
        'index-damaged',
        `${what} leads to root ${toBase64(found)}, should lead to ${toBase64(tree.root)} at size ${tree.size}`,
      );
    }
  }
}
