import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { assert, ProtocolError } from '../protocol/encoding/errors.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { hashBundle, isUniformBundle, parseEntryBundle } from '../protocol/merkle/entry-bundle.ts';
import { completeSubtrees } from '../protocol/merkle/subtree.ts';
import { TILE_WIDTH, type TileId, TileNodes, tilePath, tileWidth } from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { contradiction, type AuditProblem, unknown } from './audit-problem.ts';
import type { StartingPoint } from './resume.ts';

/** A tile of hashes as it must be, computed from the entries. */
export interface ComputedTile extends TileId {
  readonly level: number;
  readonly hashes: Uint8Array;
}

/** What came of one bundle. */
export interface RecomputationStep {
  readonly problems: readonly AuditProblem[];
  /** Tiles of the levels above that are full now. */
  readonly completed: readonly ComputedTile[];
  /** Nothing more can be fed. */
  readonly hasEnded: boolean;
}

interface GrowingTile {
  index: bigint;
  width: number;
  readonly hashes: Uint8Array;
}

function growingTile(index: bigint, begun: Uint8Array): GrowingTile {
  const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
  hashes.set(begun);
  return { index, width: begun.length / HASH_BYTES, hashes };
}

const BEGINNING: StartingPoint = { size: 0n, peaks: [], edge: [] };
const ENTRY_BYTES = 33;
const RECORD_ENTRY = 0x01;
const TILE_LEVEL = 8;

/**
 * Hashes a log again, from its entries: feed the bundles in order, check every tile that comes out
 * against the one that is served, and read the roots. It may go on where an earlier one ended.
 * Memory does not grow with the log: one tile for each level, and the roots that were asked for.
 */
export class Recomputation {
  readonly #hasher: TreeHasher;
  readonly #size: bigint;
  readonly #range: CompactRange;
  /** Sizes whose root is wanted and not reached yet, ascending. */
  readonly #wanted: bigint[];
  readonly #roots = new Map<bigint, Uint8Array>();
  /** The tiles of levels 1, 2 … that are being filled. */
  readonly #growing: GrowingTile[];

  /**
   * `wanted`: sizes from the start up to `size` at which the root shall be known afterwards, in any
   * order.
   */
  constructor(hasher: TreeHasher, size: bigint, wanted: readonly bigint[] = [], start: StartingPoint = BEGINNING) {
    this.#hasher = hasher;
    this.#size = size;
    this.#range = new CompactRange(hasher, start.size, start.peaks);
    this.#growing = start.edge.map(({ index, hashes }) => growingTile(index, hashes));
    this.#wanted = [...new Set([...wanted, size])].toSorted((a, b) => (a < b ? -1 : 1));
    assert(
      this.#wanted.every((at) => at >= start.size && at <= size),
      'a wanted size lies beyond the tree',
    );
    this.#noteRoots(start.size, undefined);
  }

  /** The size up to which entries were fed. */
  get size(): bigint {
    return this.#range.size;
  }

  /** Peaks of the tree so far. */
  get peaks(): readonly Uint8Array[] {
    return this.#range.peaks;
  }

  /** The root at a wanted size, once it was reached. */
  rootAt(size: bigint): Uint8Array | undefined {
    return this.#roots.get(size);
  }

  /**
   * Takes the next bundle with the level-0 tile that is served for it. Where the bundle cannot be
   * read, the hashes of the tile are taken in its place, so that the rest is still looked at; where
   * neither can be, the recomputation has ended.
   */
  addBundle(bundle: Uint8Array, servedTile: Uint8Array): RecomputationStep {
    const index = this.size / BigInt(TILE_WIDTH);
    const width = tileWidth('entries', index, this.#size);
    assert(width > 0, 'all bundles were fed');
    const problems: AuditProblem[] = [];
    const computed = this.#leafHashes(bundle, index, width, problems);
    const hashes = computed ?? new Uint8Array(servedTile.subarray(0, width * HASH_BYTES));
    if (hashes.length !== width * HASH_BYTES) return { problems, completed: [], hasEnded: true };
    problems.push(...compareTile({ level: 0, index, width, hashes }, servedTile));
    return { problems, completed: this.#append(hashes, width), hasEnded: false };
  }

  /** The tiles at the right edge above level 0, which are not full, once all bundles were fed. */
  partialTiles(): ComputedTile[] {
    assert(this.size === this.#size, 'bundles are missing');
    return this.#growing.flatMap(({ index, width, hashes }, i) =>
      width === 0 ? [] : [{ level: i + 1, index, width, hashes: hashes.subarray(0, width * HASH_BYTES) }],
    );
  }

  #leafHashes(bundle: Uint8Array, index: bigint, width: number, problems: AuditProblem[]): Uint8Array | undefined {
    if (areRecords(bundle, width)) return hashBundle(this.#hasher, bundle, width);
    const where = tilePath({ level: 'entries', index, width });
    let entries: Uint8Array[];
    try {
      entries = parseEntryBundle(bundle, width);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      problems.push(contradiction(error.code, where));
      return undefined;
    }
    entries.forEach((entry, i) => {
      if (entry.length !== ENTRY_BYTES || entry[0] !== RECORD_ENTRY) {
        const kind = formOf(entry.length, entry[0]);
        const expected = formOf(ENTRY_BYTES, RECORD_ENTRY);
        problems.push(unknown('entry-unknown', `entry ${index * BigInt(TILE_WIDTH) + BigInt(i)}`, expected, kind));
      }
    });
    return this.#hasher.leaves(entries);
  }

  #append(hashes: Uint8Array, width: number): ComputedTile[] {
    const nodes = new TileNodes(this.#hasher, hashes);
    const before = this.size;
    this.#noteRoots(before + BigInt(width), nodes);
    this.#appendTo(this.#range, nodes, BigInt(width));
    return width === TILE_WIDTH ? this.#complete(0, nodes.node(TILE_LEVEL, 0)) : [];
  }

  /** A full tile is one hash of the level above, which may thereby become full itself. */
  #complete(below: number, hash: Uint8Array): ComputedTile[] {
    this.#growing[below] ??= growingTile(0n, new Uint8Array(0));
    const tile = this.#growing[below];
    tile.hashes.set(hash, tile.width * HASH_BYTES);
    tile.width++;
    if (tile.width < TILE_WIDTH) return [];
    const full = { level: below + 1, index: tile.index, width: TILE_WIDTH, hashes: tile.hashes.slice() };
    tile.index++;
    tile.width = 0;
    const above = this.#complete(below + 1, new TileNodes(this.#hasher, full.hashes).node(TILE_LEVEL, 0));
    return [full, ...above];
  }

  /**
   * Keeps the roots of the wanted sizes up to `upTo`, of which `nodes` are the leaves since the
   * current size.
   */
  #noteRoots(upTo: bigint, nodes: TileNodes | undefined): void {
    while (this.#wanted.length > 0 && this.#wanted[0]! <= upTo) {
      const size = this.#wanted.shift()!;
      const range = this.#range.clone();
      if (nodes !== undefined) this.#appendTo(range, nodes, size - range.size);
      this.#roots.set(size, range.root());
    }
  }

  #appendTo(range: CompactRange, nodes: TileNodes, count: bigint): void {
    for (const { level, index } of completeSubtrees({ begin: 0n, end: count })) {
      range.append(nodes.node(level, Number(index)), level);
    }
  }
}

/** The served tile, byte for byte; the first hash that differs is named. */
export function compareTile({ hashes, ...id }: ComputedTile, served: Uint8Array): AuditProblem[] {
  const where = tilePath(id);
  if (served.length !== hashes.length) {
    return [contradiction('tile-length-wrong', where, `${hashes.length} B`, `${served.length} B`)];
  }
  if (equalBytes(hashes, served)) return [];
  for (let at = 0; ; at += HASH_BYTES) {
    const [expected, found] = [hashes.subarray(at, at + HASH_BYTES), served.subarray(at, at + HASH_BYTES)];
    if (!equalBytes(expected, found)) {
      return [contradiction('tile-differs', `${where}, hash ${at / HASH_BYTES}`, toBase64(expected), toBase64(found))];
    }
  }
}

/**
 * Whether each entry of the bundle has the form that records have: nothing needs to be said of any.
 */
function areRecords(bundle: Uint8Array, width: number): boolean {
  if (!isUniformBundle(bundle, width, ENTRY_BYTES)) return false;
  const stride = bundle.length / width;
  for (let at = stride - ENTRY_BYTES; at < bundle.length; at += stride) if (bundle[at] !== RECORD_ENTRY) return false;
  return true;
}

/** Length and first byte of an entry. */
function formOf(lengthBytes: number, first: number | undefined): string {
  return first === undefined ? `${lengthBytes} B` : `${lengthBytes} B, 0x${first.toString(16).padStart(2, '0')}…`;
}
