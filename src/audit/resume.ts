import { equalBytes } from '../protocol/encoding/bytes.ts';
import { completeSubtrees } from '../protocol/merkle/subtree.ts';
import { hashesAtLevel, TILE_WIDTH, type TileId, TileNodes, tileWidth } from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { AuditState } from './audit-state.ts';

/** A tree of full bundles that was recomputed before, from which a recomputation continues. */
export interface StartingPoint {
  /** A multiple of 256. */
  readonly size: bigint;
  /** Roots of its complete subtrees, left to right. */
  readonly peaks: readonly Uint8Array[];
  /** The partial tiles of levels 1, 2 …; empty where the last tile of a level is full. */
  readonly edge: readonly EdgeTile[];
}

interface EdgeTile {
  readonly index: bigint;
  readonly hashes: Uint8Array;
}

type HashTile = TileId & { readonly level: number };
type Remembered = Pick<AuditState, 'checkpoint' | 'peaks'>;

/**
 * The tiles that are needed to continue from the remembered tree, one for each level above the
 * leaves; width 0 means that no tile has to be read.
 */
export function edgeTiles({ checkpoint }: Pick<Remembered, 'checkpoint'>): HashTile[] {
  const size = fullBundles(checkpoint.size);
  const tiles: HashTile[] = [];
  for (let level = 1; hashesAtLevel(level, size) > 0n; level++) {
    const index = hashesAtLevel(level, size) / BigInt(TILE_WIDTH);
    tiles.push({ level, index, width: tileWidth(level, index, size) });
  }
  return tiles;
}

/**
 * Builds the starting point from the served tiles, in the order of `edgeTiles`. Undefined if a tile
 * does not belong to the remembered tree, whose peaks are known.
 */
export function startingPoint(
  hasher: TreeHasher,
  { checkpoint, peaks }: Remembered,
  served: readonly Uint8Array[],
): StartingPoint | undefined {
  const size = fullBundles(checkpoint.size);
  const own = peaks.slice(0, completeSubtrees({ begin: 0n, end: size }).length);
  const ids = edgeTiles({ checkpoint });
  let known = own;
  for (const [i, { width }] of ids.entries()) {
    const subtrees = completeSubtrees({ begin: 0n, end: BigInt(width) });
    const nodes = new TileNodes(hasher, served[i]!);
    const expected = known.slice(known.length - subtrees.length);
    known = known.slice(0, known.length - subtrees.length);
    const fits = served[i]!.length === width * hasher.empty.length;
    if (!fits) return undefined;
    const found = subtrees.map(({ level, index }) => nodes.node(level, Number(index)));
    if (!found.every((hash, at) => equalBytes(hash, expected[at]!))) return undefined;
  }
  return { size, peaks: own, edge: ids.map(({ index }, i) => ({ index, hashes: served[i]! })) };
}

function fullBundles(size: bigint): bigint {
  return size - (size % BigInt(TILE_WIDTH));
}
