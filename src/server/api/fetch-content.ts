import { RECORDS_PATH } from '../../kinds/paths.ts';
import { bilingual } from '../../text/message.ts';
import { STORE_FAULTS } from '../../text/store.ts';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import * as z from 'zod';
import { goneSignal } from '../../http/gone.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED, RECORD_ID } from '../operation.ts';
import { RATES } from '../rates.ts';
import { cachingOf, findRecord, sectionOf } from '../records.ts';

const READ_TIMEOUT_MS = 600_000;
const BYTES = { mediaType: 'application/octet-stream', example: EXAMPLES.contentText };

/** Evidence is data: it is never rendered, whatever it claims to be. */
const CONTENT_POLICY = "sandbox; default-src 'none'";

export default define(
  {
    method: 'get',
    path: `${RECORDS_PATH}/{id}/content`,
    id: 'fetchContent',
    tag: 'records',
    act: 'read-content',
    object: 'record',
    summary: 'The bytes as they were registered, or none of them',
    rate: RATES.read,
    parameters: {
      path: RECORD_ID,
      header: CONDITIONAL.extend({
        Range: z.string().optional().describe('one range of bytes'),
        'If-Range': z.string().optional().describe('ETag of the content that the range is meant for'),
      }),
    },
    answers: {
      200: { description: 'all bytes', content: BYTES, headers: ETAG },
      206: { description: 'the range', content: BYTES, headers: { 'Content-Range': 'the range that is sent' } },
      304: NOT_MODIFIED,
    },
    problems: ['not-found', 'range-unsatisfiable', 'content-damaged', 'index-damaged', 'too-many-files'],
  },
  (parts) => async (request, response) => {
    const { index, record } = await findRecord(parts, request);
    if (record.content === undefined) throw new LedgerError('content/not-found');
    const size = await parts.contents.size(record.content);
    if (size === undefined) {
      const reason = bilingual(STORE_FAULTS.contentOfRecord, { record: index });
      throw new LedgerError('content-damaged', { content: record.content, reason });
    }
    const etag = `"${record.content}"`;
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', cachingOf(parts));
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const range = rangeOf(request, response, size, etag);
    // All of a large content is read and hashed, also for a small range of it.
    request.socket.setTimeout(READ_TIMEOUT_MS);
    const pieces = parts.contents.read(record.content, { range, signal: goneSignal(response) })[Symbol.asyncIterator]();
    // Damage that is found before the first piece is still answered with a problem.
    const first = request.method === 'HEAD' ? undefined : await pieces.next();
    const { name, mediaType } = sectionOf(record, 'file');
    response.attachment(typeof name === 'string' ? name.split(/[/\\]/).at(-1) : undefined);
    response.setHeader('Content-Type', BYTES.mediaType);
    response.setHeader('X-Evidence-Media-Type', typeof mediaType === 'string' ? mediaType : BYTES.mediaType);
    response.setHeader('Content-Security-Policy', CONTENT_POLICY);
    if (range === undefined) response.status(200).setHeader('Content-Length', size);
    else {
      response.status(206).setHeader('Content-Length', range.end - range.start);
      response.setHeader('Content-Range', `bytes ${range.start}-${range.end - 1}/${size}`);
    }
    if (first === undefined) response.end();
    else await pipeline(piecesFrom(first, pieces), response);
  },
);

/** Bytes [start, end). */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The single range of a request; undefined where the whole is sent: no range, several, or a range
 * of another content than the client means. Throws `range-unsatisfiable`.
 */
function rangeOf(request: Request, response: Response, size: number, etag: string): ByteRange | undefined {
  const condition = request.headers['if-range'];
  const { range } = request.headers;
  // RFC 9110 §14.2: only GET has ranges, and other units than bytes are ignored.
  if (request.method !== 'GET' || range === undefined || !/^bytes=/i.test(range)) return undefined;
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new LedgerError('range-unsatisfiable');
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [{ start, end }] = ranges as unknown as [{ start: number; end: number }];
  return { start, end: end + 1 };
}

/** A stream whose first piece has been read already. */
async function* piecesFrom(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
}
