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

/** A tile of hashes, computed from the entries. */
export interface ComputedTile extends TileId {
  readonly level: number;
  readonly hashes: Uint8Array;
}

/** The result of one bundle. */
export interface RecomputationStep {
  readonly problems: readonly AuditProblem[];
  /** Tiles of the higher levels that this bundle has filled. */
  readonly completed: readonly ComputedTile[];
  /** True if the recomputation cannot continue. */
  readonly hasEnded: boolean;
}

interface GrowingTile {
  index: bigint;
  width: number;
  readonly hashes: Uint8Array;
}

function growingTile(index: bigint, first: Uint8Array): GrowingTile {
  const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
  hashes.set(first);
  return { index, width: first.length / HASH_BYTES, hashes };
}

const BEGINNING: StartingPoint = { size: 0n, peaks: [], edge: [] };
const ENTRY_BYTES = 33;
const RECORD_ENTRY = 0x01;
const TILE_LEVEL = 8;

/**
 * Recomputes a log's tree from its entries: takes the bundles in order, returns every tile for
 * comparison with the served one, and keeps the requested roots. It can continue where an earlier
 * recomputation ended. Memory does not grow with the log: one tile per level, and the requested
 * roots.
 */
export class Recomputation {
  readonly #hasher: TreeHasher;
  readonly #size: bigint;
  readonly #range: CompactRange;
  /** Requested sizes that are not reached yet, ascending. */
  readonly #pendingSizes: bigint[];
  readonly #roots = new Map<bigint, Uint8Array>();
  /** The tiles of levels 1, 2 … that are not full yet. */
  readonly #growing: GrowingTile[];

  /**
   * `sizes`: where the roots are requested, in any order; each from the start's size up to `size`.
   */
  constructor(hasher: TreeHasher, size: bigint, sizes: readonly bigint[] = [], start: StartingPoint = BEGINNING) {
    this.#hasher = hasher;
    this.#size = size;
    this.#range = new CompactRange(hasher, start.size, start.peaks);
    this.#growing = start.edge.map(({ index, hashes }) => growingTile(index, hashes));
    this.#pendingSizes = [...new Set([...sizes, size])].toSorted((a, b) => (a < b ? -1 : 1));
    assert(
      this.#pendingSizes.every((at) => at >= start.size && at <= size),
      'a requested size lies beyond the tree',
    );
    this.#keepRoots(start.size, undefined);
  }

  /** The number of entries taken so far. */
  get size(): bigint {
    return this.#range.size;
  }

  /** Roots of the complete subtrees of the tree so far, left to right. */
  get peaks(): readonly Uint8Array[] {
    return this.#range.peaks;
  }

  /** The root at a requested size, once it is reached. */
  rootAt(size: bigint): Uint8Array | undefined {
    return this.#roots.get(size);
  }

  /**
   * Takes the next bundle and the level-0 tile that is served for it. If the bundle cannot be
   * parsed, the hashes of the tile are used instead, so that the rest is still examined; if neither
   * can be used, the recomputation ends.
   */
  addBundle(bundle: Uint8Array, servedTile: Uint8Array): RecomputationStep {
    const index = this.size / BigInt(TILE_WIDTH);
    const width = tileWidth('entries', index, this.#size);
    assert(width > 0, 'all bundles were added');
    const problems: AuditProblem[] = [];
    const computed = this.#leafHashes(bundle, index, width, problems);
    const hashes = computed ?? new Uint8Array(servedTile.subarray(0, width * HASH_BYTES));
    if (hashes.length !== width * HASH_BYTES) return { problems, completed: [], hasEnded: true };
    problems.push(...compareTile({ level: 0, index, width, hashes }, servedTile));
    return { problems, completed: this.#append(hashes, width), hasEnded: false };
  }

  /** The partial tiles at the right edge above level 0, once all bundles are added. */
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
    this.#keepRoots(before + BigInt(width), nodes);
    this.#appendTo(this.#range, nodes, BigInt(width));
    return width === TILE_WIDTH ? this.#complete(0, nodes.node(TILE_LEVEL, 0)) : [];
  }

  /** A full tile becomes one hash of the level above, which may become full in turn. */
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
   * Keeps the roots of the requested sizes up to `upTo`; `nodes` holds the leaves after the current
   * size.
   */
  #keepRoots(upTo: bigint, nodes: TileNodes | undefined): void {
    while (this.#pendingSizes.length > 0 && this.#pendingSizes[0]! <= upTo) {
      const size = this.#pendingSizes.shift()!;
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

/** Compares a served tile byte for byte; the problem names the first hash that differs. */
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

/** Whether each entry of the bundle has the form of a record, so that none needs a problem. */
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
