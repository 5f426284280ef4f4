import { bilingual } from '../../text/message.ts';
import { STORE_FAULTS } from '../../text/store.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { DETAILS } from '../../text/problem-details.ts';
import type { ServerContext } from '../context.ts';
import { Problem } from '../../http/problem.ts';
import { findRecord, REVALIDATE, sectionOf } from './lookups.ts';

const READ_TIMEOUT_MS = 600_000;

/**
 * `GET /v1/evidence/{id}/content`: the bytes as they were registered, or nothing. Evidence is data:
 * never rendered, whatever it calls itself.
 */
export function downloadRoutes(context: ServerContext): Router {
  const { contents } = context;
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/evidence/:id/content', async (request, response) => {
    const { index, record } = await findRecord(context, request);
    if (record.content === undefined) throw new Problem('not-found', DETAILS.noContent);
    const size = await contents.size(record.content);
    if (size === undefined) {
      throw new LedgerError('content-damaged', {
        content: record.content,
        reason: bilingual(STORE_FAULTS.contentOfRecord, { record: index }),
      });
    }
    const etag = `"${record.content}"`;
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', REVALIDATE);
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const range = rangeOf(request, response, size, etag);
    request.socket.setTimeout(READ_TIMEOUT_MS); // all of a large content is read and hashed, also for a small range of it
    const pieces = contents.read(record.content, range)[Symbol.asyncIterator]();
    const first = request.method === 'HEAD' ? undefined : await pieces.next(); // damage found by now is still a problem
    const { name, mediaType } = sectionOf(record, 'file');
    response.attachment(typeof name === 'string' ? name.split(/[/\\]/).at(-1) : undefined);
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('X-Evidence-Media-Type', typeof mediaType === 'string' ? mediaType : 'application/octet-stream');
    response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
    if (range === undefined) response.status(200).setHeader('Content-Length', size);
    else {
      response.status(206).setHeader('Content-Length', range.end - range.start);
      response.setHeader('Content-Range', `bytes ${range.start}-${range.end - 1}/${size}`);
    }
    if (first === undefined) response.end();
    else await pipeline(piecesFrom(first, pieces), response);
  });
  return router;
}

/** Bytes [start, end). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that is asked for; undefined where the whole is to be sent: no range, several, or
 * one of a content that the client does not mean.
 */
function rangeOf(request: Request, response: Response, size: number, etag: string): ByteRange | undefined {
  const condition = request.headers['if-range'];
  const { range } = request.headers;
  // RFC 9110 §14.2: only GET has ranges, and what is not counted in bytes is passed over
  if (request.method !== 'GET' || range === undefined || !/^bytes=/i.test(range)) return undefined;
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new Problem('range-unsatisfiable', DETAILS.noRange);
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [{ start, end }] = ranges as unknown as [{ start: number; end: number }];
  return { start, end: end + 1 };
}

/** A stream of which the first piece was read already. */
async function* piecesFrom(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
}
