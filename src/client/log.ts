import { utf8Text } from '../protocol/encoding/bytes.ts';
import { type Checkpoint, parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { consistencyRanges, rootWithinRanges } from '../protocol/merkle/consistency.ts';
import type { LeafRange } from '../protocol/merkle/inclusion.ts';
import { hashesOfRanges } from '../protocol/merkle/subtree.ts';
import {
  nodesInTiles,
  TILE_WIDTH,
  type TileId,
  TileNodes,
  tilePath,
  tilesForRanges,
  tileWidth,
} from '../protocol/merkle/tile.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { MAX_NOTE_BYTES, type Note, parseNote } from '../protocol/note/note.ts';
import { ANSWER_FAULTS } from '../text/answer-faults.ts';
import { bilingual } from '../text/message.ts';
import { send, type Service } from './http.ts';
import { ServiceProblem, unreadable } from './service-errors.ts';

type HashTile = TileId & { readonly level: number };

const MAX_CACHED_TILES = 512;
const TILES_AT_ONCE = 8;

/**
 * Reads a log that is served as C2SP tlog-tiles. What it returns is not proven: a proof made of
 * these hashes must still be verified against the roots that it is to connect.
 */
export class LogClient {
  readonly #service: Service;
  readonly #hasher: TreeHasher;
  readonly #tiles = new Map<string, Promise<TileNodes>>();

  constructor(service: Service, hasher: TreeHasher) {
    this.#service = service;
    this.#hasher = hasher;
  }

  /** The published checkpoint and its note. Throws `ServiceProblem` and `ServiceUnreachable`. */
  async checkpoint(): Promise<{ note: Note; checkpoint: Checkpoint }> {
    const { status, body } = await send(this.#service, {
      method: 'GET',
      path: '/log/checkpoint',
      limitBytes: MAX_NOTE_BYTES,
    });
    try {
      const note = parseNote(utf8Text(body));
      return { note, checkpoint: parseCheckpoint(note.text) };
    } catch (error) {
      throw unreadable(status, error);
    }
  }

  /**
   * The hashes that connect two sizes of the tree; `oldSize` is at most `newSize`. Throws
   * `ServiceProblem` and `ServiceUnreachable`.
   */
  async consistencyProof(oldSize: bigint, newSize: bigint): Promise<Uint8Array[]> {
    return this.#hashes(consistencyRanges(oldSize, newSize), newSize);
  }

  /** The hashes of `rootWithin` for two sizes; 0 < `oldSize` < `newSize`. Throws the same. */
  async rootWithinPath(oldSize: bigint, newSize: bigint): Promise<Uint8Array[]> {
    return this.#hashes(rootWithinRanges(oldSize, newSize), newSize);
  }

  async #hashes(ranges: readonly LeafRange[], size: bigint): Promise<Uint8Array[]> {
    const needed = tilesForRanges(ranges, size);
    const read = new Map<string, TileNodes>();
    for (let at = 0; at < needed.length; at += TILES_AT_ONCE) {
      const batch = needed.slice(at, at + TILES_AT_ONCE);
      const tiles = await Promise.all(batch.map((tile) => this.#tile(tile)));
      batch.forEach(({ level, index }, i) => read.set(`${level}/${index}`, tiles[i]!));
    }
    try {
      return hashesOfRanges(
        this.#hasher,
        ranges,
        nodesInTiles((level, index) => read.get(`${level}/${index}`)!),
      );
    } catch (error) {
      throw unreadable(200, error);
    }
  }

  /** From the cache, which drops what was least recently used. */
  #tile(tile: HashTile): Promise<TileNodes> {
    const path = tilePath(tile);
    const cached = this.#tiles.get(path);
    this.#tiles.delete(path);
    const nodes = cached ?? this.#fetchTile(tile).then((bytes) => new TileNodes(this.#hasher, bytes));
    this.#tiles.set(path, nodes);
    nodes.catch(() => this.#tiles.delete(path));
    if (this.#tiles.size > MAX_CACHED_TILES) this.#tiles.delete(this.#tiles.keys().next().value!);
    return nodes;
  }

  /** A log may drop partial tiles once wider ones exist; then the wider one is read and cut. */
  async #fetchTile(tile: HashTile): Promise<Uint8Array> {
    try {
      return await this.#fetchExactly(tile);
    } catch (error) {
      if (tile.width === TILE_WIDTH || !isAbsent(error)) throw error;
      const published = (await this.checkpoint()).checkpoint.size;
      const width = tileWidth(tile.level, tile.index, published);
      if (width <= tile.width) throw error;
      return (await this.#fetchExactly({ ...tile, width })).subarray(0, tile.width * HASH_BYTES);
    }
  }

  async #fetchExactly(tile: HashTile): Promise<Uint8Array> {
    const lengthBytes = tile.width * HASH_BYTES;
    const path = `/log/${tilePath(tile)}`;
    const { status, body } = await send(this.#service, { method: 'GET', path, limitBytes: lengthBytes });
    if (body.length === lengthBytes) return body;
    const lengths = { found: body.length, expected: lengthBytes };
    throw new ServiceProblem(status, 'answer-unreadable', bilingual(ANSWER_FAULTS.tileLength, lengths));
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof ServiceProblem && error.status === 404;
}
