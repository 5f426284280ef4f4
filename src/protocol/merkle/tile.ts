import { ProtocolError } from '../encoding/errors.ts';
import { HASH_BYTES } from '../encoding/hash.ts';
import type { LeafRange } from './inclusion.ts';
import { completeSubtrees, type NodeId } from './subtree.ts';
import type { TreeHasher } from './tree-hasher.ts';

/**
 * A tile of C2SP tlog-tiles. Tile `index` at level `level` holds up to 256 hashes; hash i is that
 * of the complete subtree of 256^level leaves with the index `index` * 256 + i. Bundles (`entries`)
 * hold the entries themselves.
 */
export interface TileId {
  readonly level: number | 'entries';
  readonly index: bigint;
  /** The number of hashes or entries: 256 for a full tile, 1 to 255 for a partial one. */
  readonly width: number;
}

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MAX_LEVEL = 63;
const MAX_PATH_LENGTH = 64;

/** `tile/<L>/<N>[.p/<W>]`, without a leading slash. */
export function tilePath({ level, index, width }: TileId): string {
  const digits = index.toString().padStart(3, '0');
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g)!;
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Parses the canonical path of a tile; throws `tile-path-invalid` for every other spelling. */
export function parseTilePath(path: string): TileId {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(
    path.length <= MAX_PATH_LENGTH ? path : '',
  );
  if (match !== null) {
    const [, level, index, width] = match;
    const id: TileId = {
      level: level === 'entries' ? level : Number(level),
      index: BigInt(index!.replaceAll(/[x/]/g, '')),
      width: width === undefined ? TILE_WIDTH : Number(width),
    };
    const isInRange = (id.level === 'entries' || id.level <= MAX_LEVEL) && id.width >= 1 && id.width <= TILE_WIDTH;
    if (isInRange && tilePath(id) === path) return id;
  }
  throw new ProtocolError('tile-path-invalid', 'path is not the canonical path of a tile');
}

/** The number of hashes (or entries) at `level` in a tree of `size` leaves. */
export function hashesAtLevel(level: number | 'entries', size: bigint): bigint {
  return level === 'entries' ? size : size >> BigInt(TILE_HEIGHT * level);
}

/** The width of tile `index` at `level` in a tree of `size` leaves; 0 where there is none. */
export function tileWidth(level: number | 'entries', index: bigint, size: bigint): number {
  const rest = hashesAtLevel(level, size) - index * BigInt(TILE_WIDTH);
  if (rest <= 0n) return 0;
  return rest >= BigInt(TILE_WIDTH) ? TILE_WIDTH : Number(rest);
}

/** All tiles of a tree of `size` leaves, without bundles, level by level, left to right. */
export function* tilesOfTree(size: bigint): Generator<TileId & { readonly level: number }> {
  for (let level = 0; hashesAtLevel(level, size) > 0n; level++) {
    for (let index = 0n; tileWidth(level, index, size) > 0; index++) {
      yield { level, index, width: tileWidth(level, index, size) };
    }
  }
}

/**
 * The tile that holds a complete subtree, and its place there: `innerLevel` 0 to 7 inside the tile,
 * `position` among the nodes of that level.
 */
export function locateNode(node: NodeId): { level: number; index: bigint; innerLevel: number; position: number } {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const innerLevel = node.level % TILE_HEIGHT;
  const nodesPerTile = BigInt(TILE_WIDTH >> innerLevel);
  return { level, index: node.index / nodesPerTile, innerLevel, position: Number(node.index % nodesPerTile) };
}

/** The tiles of a tree of `size` leaves that are needed to hash these ranges, each once. */
export function tilesForRanges(ranges: readonly LeafRange[], size: bigint): (TileId & { readonly level: number })[] {
  const tiles = new Map<string, TileId & { readonly level: number }>();
  for (const range of ranges) {
    for (const node of completeSubtrees(range)) {
      const { level, index } = locateNode(node);
      tiles.set(`${level}/${index}`, { level, index, width: tileWidth(level, index, size) });
    }
  }
  return [...tiles.values()];
}

/** The hashes of one tile, and the nodes above them inside the tile, computed on first use. */
export class TileNodes {
  readonly #hasher: TreeHasher;
  readonly #levels: Uint8Array[];

  constructor(hasher: TreeHasher, tile: Uint8Array) {
    this.#hasher = hasher;
    this.#levels = [tile];
  }

  node(innerLevel: number, position: number): Uint8Array {
    while (this.#levels.length <= innerLevel) {
      const below = this.#levels.at(-1)!;
      this.#levels.push(this.#hasher.parents(below.subarray(0, below.length - (below.length % (2 * HASH_BYTES)))));
    }
    const hash = this.#levels[innerLevel]!.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
    if (hash.length !== HASH_BYTES) {
      throw new ProtocolError('tile-too-short', `tile has no node ${position} at its level ${innerLevel}`);
    }
    return hash;
  }
}

/** Looks nodes up in tiles: the argument `node` of `hashesOfRanges`. */
export function nodesInTiles(tile: (level: number, index: bigint) => TileNodes): (id: NodeId) => Uint8Array {
  return (id) => {
    const { level, index, innerLevel, position } = locateNode(id);
    return tile(level, index).node(innerLevel, position);
  };
}
