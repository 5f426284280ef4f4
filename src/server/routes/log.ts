import { crc32 } from 'node:zlib';
import { Router } from 'express';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { rotationsJson } from '../../protocol/key-rotation.ts';
import { parseTilePath, tileWidth } from '../../protocol/merkle/tile.ts';
import { trustJson } from '../../protocol/trust.ts';
import { DETAILS } from '../../text/problem-details.ts';
import type { ServerContext } from '../context.ts';
import { Problem } from '../../http/problem.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * Cheaper than the hash that Express would take: a tile only has to differ from what another ledger
 * once served at its path.
 */
function tagOf(bytes: Uint8Array): string {
  return `"${bytes.length.toString(16)}-${crc32(bytes).toString(16)}"`;
}

/**
 * `/log/…`: the log as C2SP tlog-tiles has it, the operator's trust file, and the changes of keys
 * that led to it.
 */
export function logRoutes({ log, trust, rotations }: ServerContext): Router {
  const { store, reader } = log;
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/log/checkpoint', (_request, response) => {
    const published = store.published();
    if (published === undefined) throw new Problem('not-found', DETAILS.noCheckpoint);
    response.setHeader('Cache-Control', 'no-cache');
    response.type('text/plain; charset=utf-8').send(published.note);
  });

  router.get('/log/tile/*path', async (request, response) => {
    const bytes = await readTile(request.path.slice('/log/'.length));
    response.setHeader('Cache-Control', IMMUTABLE);
    response.setHeader('ETag', tagOf(bytes));
    response.type('application/octet-stream').send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  });

  router.get('/trust.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    response.json(trustJson(trust()));
  });

  router.get('/rotations.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    response.json(rotationsJson(rotations()));
  });

  /** Whatever is not exactly the path of a tile that the published tree has is not found. */
  async function readTile(path: string): Promise<Uint8Array> {
    const absent = () => new Problem('tile-not-found', DETAILS.noTile);
    try {
      const { level, index, width } = parseTilePath(path);
      if (width > tileWidth(level, index, store.published()?.size ?? 0n)) throw absent();
      const bytes = level === 'entries' ? await reader.bundle(index, width) : await reader.tile(level, index, width);
      if (bytes === undefined) throw absent();
      return bytes;
    } catch (error) {
      if (error instanceof ProtocolError) throw absent();
      throw error;
    }
  }
  return router;
}
