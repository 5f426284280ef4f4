import { bilingual, type Message } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { hashBundle } from '../protocol/merkle/entry-bundle.ts';
import { completeSubtrees } from '../protocol/merkle/subtree.ts';
import { hashesAtLevel, TILE_WIDTH, TileNodes, tileWidth } from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Head } from './model.ts';
import type { Store } from './ports.ts';

/** 8 KiB of hashes each, and as much again for the nodes above them. */
const CACHED_TILES = 1024;
const INNER_LEVELS = 8;

interface Tile {
  readonly bytes: Uint8Array;
  readonly nodes: TileNodes;
}

/** The partial tiles of one tree size, by level, which together hash to its root. */
interface Edge {
  readonly size: bigint;
  readonly tiles: ReadonlyMap<number, Tile>;
}

const NO_EDGE: Edge = { size: 0n, tiles: new Map() };

/**
 * Caches tiles of the store, each hashed up to the committed root once, when it is read: a full
 * tile to its hash in the parent tile, the partial tiles of the right edge together to the root. A
 * read gives correct data or throws `index-damaged`.
 */
export class VerifiedTiles {
  readonly #store: Store;
  readonly #hasher: TreeHasher;
  /** Full tiles, which never change; the least recently used first. */
  readonly #full = new Map<string, Tile>();
  /** Full tiles being read: concurrent readers share one read. */
  readonly #reading = new Map<string, Promise<Tile>>();
  /** The right edge of the newest size that was read. */
  #edge = { size: 0n, whole: Promise.resolve(NO_EDGE) };

  constructor(store: Store, hasher: TreeHasher) {
    this.#store = store;
    this.#hasher = hasher;
  }

  /** The nodes of a tile at the width that it has in the committed tree. */
  async nodes(level: number, index: bigint): Promise<TileNodes> {
    return (await this.#tile(level, index, this.#store.head())).nodes;
  }

  /** The first `width` hashes of a tile; undefined where the committed tree has fewer. */
  async bytes(level: number, index: bigint, width: number): Promise<Uint8Array | undefined> {
    const head = this.#store.head();
    if (width > tileWidth(level, index, head.size)) return undefined;
    return (await this.#tile(level, index, head)).bytes.subarray(0, width * this.#hasher.empty.length);
  }

  /** The first `width` entries of a bundle; undefined where the committed tree has fewer. */
  async bundle(index: bigint, width: number): Promise<Uint8Array | undefined> {
    const bundle = await this.#store.bundle(index, width);
    if (bundle === undefined) return undefined;
    const leaves = (await this.#tile(0, index, this.#store.head())).bytes;
    const hashBytes = this.#hasher.empty.length;
    const hashes = hashBundle(this.#hasher, bundle, width);
    if (equalBytes(hashes, leaves.subarray(0, width * hashBytes))) return bundle;
    for (let at = 0; ; at += hashBytes) {
      const [found, expected] = [hashes, leaves].map((all) => all.subarray(at, at + hashBytes));
      requireHash(found!, expected!, bilingual(STORE_FAULTS.entryOf, { entry: at / hashBytes, index }));
    }
  }

  /** Drops all cached tiles, which may be wrong in memory: the next read goes to the store. */
  forget(): void {
    this.#full.clear();
    this.#reading.clear();
    this.#edge = { size: 0n, whole: Promise.resolve(NO_EDGE) };
  }

  async #tile(level: number, index: bigint, head: Head): Promise<Tile> {
    if (tileWidth(level, index, head.size) < TILE_WIDTH) {
      const tile = (await this.#edgeOf(head)).tiles.get(level);
      if (tile === undefined) {
        throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.tileOutside, { level, index }) });
      }
      return tile;
    }
    const key = `${level}/${index}`;
    const cached = this.#full.get(key);
    if (cached !== undefined) {
      this.#full.delete(key); // becomes the most recently used
      this.#full.set(key, cached);
      return cached;
    }
    const reading = this.#reading.get(key) ?? this.#readFull(level, index, head);
    this.#reading.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#reading.get(key) === reading) this.#reading.delete(key);
    }
  }

  async #readFull(level: number, index: bigint, head: Head): Promise<Tile> {
    const key = `${level}/${index}`;
    const tile = await this.#read(level, index, TILE_WIDTH);
    const parent = await this.#tile(level + 1, index / BigInt(TILE_WIDTH), head);
    requireHash(
      tile.nodes.node(INNER_LEVELS, 0),
      parent.nodes.node(0, Number(index % BigInt(TILE_WIDTH))),
      bilingual(STORE_FAULTS.tile, { key }),
    );
    this.#full.set(key, tile);
    if (this.#full.size > CACHED_TILES) this.#full.delete(this.#full.keys().next().value!);
    return tile;
  }

  #edgeOf(head: Head): Promise<Edge> {
    if (this.#edge.size === head.size) return this.#edge.whole;
    const whole = this.#readEdge(head, this.#edge.whole);
    if (head.size > this.#edge.size) {
      const edge = { size: head.size, whole };
      this.#edge = edge;
      whole.catch(() => {
        if (this.#edge === edge) this.#edge = { size: 0n, whole: Promise.resolve(NO_EDGE) };
      });
    }
    return whole;
  }

  async #readEdge({ size, root }: Head, before: Promise<Edge>): Promise<Edge> {
    const known = await before.catch(() => NO_EDGE);
    const tiles = new Map<number, Tile>();
    const peaks: Uint8Array[] = [];
    for (let level = 0; hashesAtLevel(level, size) > 0n; level++) {
      const count = hashesAtLevel(level, size);
      const width = Number(count % BigInt(TILE_WIDTH));
      if (width === 0) continue;
      // above level 0 an edge tile mostly stays the same from one commit to the next
      const isSame = hashesAtLevel(level, known.size) === count;
      const tile =
        (isSame ? known.tiles.get(level) : undefined) ?? (await this.#read(level, count / BigInt(TILE_WIDTH), width));
      tiles.set(level, tile);
      const subtrees = completeSubtrees({ begin: 0n, end: BigInt(width) });
      peaks.unshift(...subtrees.map((inner) => tile.nodes.node(inner.level, Number(inner.index))));
    }
    requireHash(new CompactRange(this.#hasher, size, peaks).root(), root, bilingual(STORE_FAULTS.rightEdge, { size }));
    return { size, tiles };
  }

  async #read(level: number, index: bigint, width: number): Promise<Tile> {
    const bytes = await this.#store.tile(level, index, width);
    if (bytes === undefined) {
      const values = { level, index, width };
      throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.tileMissing, values) });
    }
    return { bytes, nodes: new TileNodes(this.#hasher, bytes) };
  }
}

function requireHash(found: Uint8Array, expected: Uint8Array, what: Message): void {
  if (equalBytes(found, expected)) return;
  const values = { what, found: toBase64(found), expected: toBase64(expected) };
  throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.hashDiffers, values) });
}
