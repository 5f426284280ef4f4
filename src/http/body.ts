import type { Request } from 'express';
import { type Json, parseJson } from '../protocol/encoding/json.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { DETAILS } from '../text/problem-details.ts';
import type { FairQueue } from './fair-queue.ts';

/**
 * Requires one media type; its parameters (charset) are ignored. Compressed bodies are refused.
 * Throws `media-type-unsupported`.
 */
export function requireMediaType(request: Request, mediaType: string): void {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given !== mediaType) {
    const found = given ?? DETAILS.nothingGiven;
    throw new LedgerError('media-type-unsupported', { found, expected: mediaType });
  }
  requireUncompressed(request);
}

/** Throws `media-type-unsupported` for a body with a content encoding. */
export function requireUncompressed(request: Request): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new LedgerError('encoding/media-type-unsupported', { found: encoding.slice(0, 40) });
  }
}

/** Up to this size a body is parsed at once. */
const SMALL_BODY_BYTES = 4096;

/** Reads the whole body as strict JSON; large ones are parsed in turn with other requests. */
export async function readJsonBody(request: Request, limitBytes: number, fairQueue: FairQueue): Promise<Json> {
  requireMediaType(request, 'application/json');
  const body = await readBody(request, limitBytes);
  if (body.length > SMALL_BODY_BYTES) await fairQueue.next();
  return parseJson('request body', body, limitBytes);
}

/**
 * Reads the whole body; throws `body-too-large` or `body-incomplete`. By events: most bodies are
 * one chunk, and an iterator over them costs more than the rest of the request.
 */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new LedgerError('body-too-large', { limit: limitBytes });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limitBytes) stop(tooLarge());
    };
    const end = () => stop();
    const stop = (error?: unknown) => {
      request.off('data', take).off('end', end).off('close', end).off('error', stop);
      if (error === undefined) resolve();
      else {
        // The connection stays open, so that the refusal can still be answered.
        request.pause();
        reject(error);
      }
    };
    request.on('data', take).on('end', end).on('close', end).on('error', stop);
  });
  if (!request.complete) throw new LedgerError('body-incomplete');
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/**
 * The chunks of a body as they arrive. Leaving the loop early keeps the connection open, so that
 * the refusal can still be answered.
 */
export function chunksOf(request: Request): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer> };
}

/** One line of a body of lines; a line above the limit is not kept. */
export type BodyLine = { readonly bytes: Uint8Array } | { readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * The lines of a streamed body, without their newlines; empty lines are left out. A last line
 * without a newline counts if the body is complete; otherwise throws `body-incomplete`.
 */
export async function* readBodyLines(request: Request, limitBytes: number): AsyncGenerator<BodyLine> {
  let rest: Buffer[] = [];
  let restLength = 0;
  const line = (): BodyLine => (restLength > limitBytes ? { tooLong: true } : { bytes: Buffer.concat(rest) });
  for await (const chunk of chunksOf(request)) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      restLength += end - begin;
      if (restLength <= limitBytes) rest.push(chunk.subarray(begin, end));
      if (restLength > 0) yield line();
      rest = [];
      restLength = 0;
      begin = end + 1;
    }
    restLength += chunk.length - begin;
    if (restLength <= limitBytes) rest.push(chunk.subarray(begin));
    else rest = [];
  }
  if (!request.complete) throw new LedgerError('body-incomplete');
  if (restLength > 0) yield line();
}
