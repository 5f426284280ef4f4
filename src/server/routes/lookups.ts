import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { normalizeCaseNumber } from '../../evidence/case-number.ts';
import { normalizeDepositNumber } from '../../evidence/deposit-number.ts';
import { isUuid } from '../../evidence/record-id.ts';
import type { LedgerRecord } from '../../log/ports.ts';
import { PortError } from '../../log/ports.ts';
import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { validate } from '../body.ts';
import type { ServerContext } from '../context.ts';
import { pageCursor, readCursor } from '../cursor.ts';
import { Problem } from '../problem.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
const Query = z.strictObject({
  case: z.string().min(1).max(200).optional(),
  sha256: digest.optional(),
  sm3: digest.optional(),
  number: z.string().min(1).max(64).optional(),
  cursor: z.string().max(100).optional(),
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]{0,2}|1000)$/, 'must be a number from 1 to 1000')
    .default('100'),
});

/** `GET /v1/evidence…`: what was registered. */
export function lookupRoutes(context: ServerContext): Router {
  const { log, contents } = context;
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/evidence', async (request, response) => {
    const query = validate(Query, request.query as Json);
    const { size } = log.store.head();
    const page = query.cursor === undefined ? { size, from: 0n } : readCursor(query.cursor, size);
    const limit = Number(query.limit);
    const found = await indexes(context, query, page.from, limit + 1, page.size);
    const shown = found.slice(0, limit);
    const next = found[limit];
    response.json({
      items: await Promise.all(shown.map(async (index) => item(context, index, await recordAt(context, index)))),
      nextCursor: next === undefined ? null : pageCursor({ size: page.size, from: next }),
    });
  });

  router.get('/evidence/:id', async (request, response) => {
    const { index, record } = await find(context, request);
    const { header, sections } = record;
    const disclosed = receiptJson(await log.newestReceipt(index, record))['record'] as JsonObject;
    response.json({ ...(await item(context, index, { header, sections, lookups: [] })), record: disclosed });
  });

  router.get('/evidence/:id/receipt', async (request, response) => {
    const { index, record } = await find(context, request);
    const receipt = receiptJson(await log.newestReceipt(index, record));
    response.setHeader('Cache-Control', 'no-cache');
    response.json(receipt);
  });

  router.get('/evidence/:id/content', async (request, response) => {
    const { index, record } = await find(context, request);
    if (record.content === undefined) {
      throw new Problem('not-found', 'this record owns no content: only its digests were registered');
    }
    const size = await contents.size(record.content);
    if (size === undefined) throw new PortError('content-damaged', `content of record ${index} is missing`);
    const pieces = contents.read(record.content)[Symbol.asyncIterator]();
    const first = request.method === 'HEAD' ? undefined : await pieces.next(); // damage found by now is still a problem
    const { name, mediaType } = sectionOf(record, 'file');
    response.status(200);
    response.attachment(typeof name === 'string' ? name.split(/[/\\]/).at(-1) : undefined);
    // Evidence is data: never rendered, whatever it calls itself.
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('X-Evidence-Media-Type', typeof mediaType === 'string' ? mediaType : 'application/octet-stream');
    response.setHeader('Content-Length', size);
    response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
    if (first === undefined) response.end();
    else await pipeline(piecesFrom(first, pieces), response);
  });
  return router;
}

/** A stream of which the first piece was read already. */
async function* piecesFrom(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
}

/** Indexes below `size` that fit the query, ascending from `from`. */
async function indexes(
  { log }: ServerContext,
  query: z.infer<typeof Query>,
  from: bigint,
  limit: number,
  size: bigint,
): Promise<bigint[]> {
  const asked = (['case', 'sha256', 'sm3', 'number'] as const).filter((name) => query[name] !== undefined);
  const [by] = asked;
  if (asked.length > 1) {
    const detail = `ask by one of ${asked.join(', ')}, not by several`;
    throw new Problem('validation-failed', detail, [{ pointer: `/${asked[1]}`, code: 'value-wrong', detail }]);
  }
  if (by === undefined) {
    const end = from + BigInt(limit) < size ? from + BigInt(limit) : size;
    return Array.from({ length: Number(end > from ? end - from : 0n) }, (_, i) => from + BigInt(i));
  }
  const value = query[by]!;
  if (by === 'number') {
    const number = normalizeDepositNumber(value);
    const index = number === undefined ? undefined : await log.store.indexOfNumber(number);
    return index === undefined || index >= size ? [] : [index];
  }
  const lookup = { by, value: by === 'case' ? normalizeCaseNumber(value) : value };
  return (await log.store.indexesOf(lookup, from, limit)).filter((index) => index < size);
}

async function find(context: ServerContext, request: Request): Promise<{ index: bigint; record: LedgerRecord }> {
  const id = String(request.params['id']);
  const index = isUuid(id) ? await context.log.store.indexOfId(id) : undefined;
  if (index === undefined) throw new Problem('not-found', 'there is no record with this id');
  return { index, record: await recordAt(context, index) };
}

async function recordAt({ log }: ServerContext, index: bigint): Promise<LedgerRecord> {
  const record = await log.store.record(index);
  if (record === undefined) throw new PortError('index-damaged', `record ${index} is missing from the index`);
  return record;
}

async function item({ log }: ServerContext, index: bigint, record: LedgerRecord): Promise<JsonObject> {
  const { store } = log;
  const isAnchored = (await store.finalAnchorFrom(index + 1n)) !== undefined;
  const isPublished = (store.published()?.size ?? 0n) > index;
  return {
    id: record.header.id,
    number: record.header.number,
    index: index.toString(),
    receivedAt: sectionOf(record, 'time')['receivedAt'] ?? null,
    case: sectionOf(record, 'case'),
    file: sectionOf(record, 'file'),
    digests: sectionOf(record, 'digests'),
    hasContent: record.content !== undefined,
    state: isAnchored ? 'anchored' : isPublished ? 'published' : 'registered',
  };
}

function sectionOf(record: LedgerRecord, name: string): JsonObject {
  const value = record.sections.find((section) => section.name === name)?.value;
  return isJsonObject(value) ? value : {};
}
