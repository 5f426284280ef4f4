import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { parseTilePath, tileWidth } from '../../protocol/merkle/tile.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { ServerContext } from '../context.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { RATES } from '../rates.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

export default define(
  {
    method: 'get',
    path: '/log/tile/{path}',
    id: 'fetchTile',
    tag: 'log',
    act: 'public',
    summary: 'A tile or an entry bundle as C2SP tlog-tiles defines it',
    description: 'The path has slashes of its own.',
    rate: RATES.log,
    parameters: {
      path: z.object({
        path: z.string().meta({ description: '`0/000`, `entries/x001/234.p/56` …', example: '0/000.p/1' }),
      }),
      header: CONDITIONAL,
    },
    answers: {
      200: {
        description: 'the bytes: hashes of 32 bytes, or entries with a length of 2 bytes each',
        content: { mediaType: 'application/octet-stream', example: '(binary)' },
        headers: ETAG,
      },
      304: NOT_MODIFIED,
    },
    problems: ['tile-not-found', 'index-damaged'],
  },
  (parts) => async (request, response) => {
    const bytes = await readTile(parts, request.path.slice('/log/'.length));
    response.setHeader('Cache-Control', IMMUTABLE);
    response.setHeader('ETag', tagOf(bytes));
    response.type('application/octet-stream').send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  },
);

/** Throws `tile-not-found` unless this is exactly the path of a tile of the published tree. */
async function readTile({ log }: ServerContext, path: string): Promise<Uint8Array> {
  const { store, reader } = log;
  try {
    const { level, index, width } = parseTilePath(path);
    if (width > tileWidth(level, index, store.published()?.size ?? 0n)) throw new LedgerError('tile-not-found');
    const bytes = level === 'entries' ? await reader.bundle(index, width) : await reader.tile(level, index, width);
    if (bytes === undefined) throw new LedgerError('tile-not-found');
    return bytes;
  } catch (error) {
    if (error instanceof ProtocolError) throw new LedgerError('tile-not-found', { cause: error });
    throw error;
  }
}

/**
 * Cheaper than the hash that Express would compute: a tile only has to differ from what another
 * ledger once served at its path.
 */
function tagOf(bytes: Uint8Array): string {
  return `"${bytes.length.toString(16)}-${crc32(bytes).toString(16)}"`;
}
