import { STORE_FAULTS } from '../../text/store.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { normalizeCaseNumber } from '../../kinds/case-number.ts';
import { normalizeDepositNumber } from '../../kinds/deposit-number.ts';
import { rule } from '../../evidence/member-rule.ts';
import { isUuid } from '../../kinds/record-id.ts';
import type { LedgerRecord } from '../../log/model.ts';
import { isJsonObject, type Json, type JsonObject } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { DETAILS } from '../../text/problem-details.ts';
import { bilingual } from '../../text/message.ts';
import type { RecordState } from '../../text/record-states.ts';
import { validate } from '../../http/body.ts';
import type { ServerContext } from '../context.ts';
import { pageCursor, readCursor } from '../cursor.ts';
import { Problem } from '../../http/problem.ts';
import type { FairQueue } from '../../http/fair-queue.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, rule('hex64'));
const ITEMS_A_TURN = 10;
/** For whoever asked alone, and to be asked for again each time; the ETag saves the body. */
export const REVALIDATE = 'private, no-cache';

export const Query = z.strictObject({
  case: z.string().min(1).max(200).optional(),
  sha256: digest.optional(),
  sm3: digest.optional(),
  number: z.string().min(1).max(64).optional(),
  cursor: z.string().max(100).optional(),
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]{0,2}|1000)$/, rule('limit'))
    .default('100'),
});

/** `GET /v1/evidence…`: what was registered. */
export function lookupRoutes(context: ServerContext, fairQueue: FairQueue): Router {
  const { log } = context;
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/evidence', async (request, response) => {
    const { cursor, ...query } = validate(Query, request.query as Json);
    const question = questionOf(query);
    const { size } = log.store.head();
    const page = cursor === undefined ? { size, from: 0n } : readCursor(cursor, question, size);
    const limit = Number(query.limit);
    const found = await indexes(context, query, page.from, limit + 1, page.size);
    const shown = found.slice(0, limit);
    const next = found[limit];
    const nextCursor = next === undefined ? null : pageCursor({ size: page.size, from: next }, question);
    if (nextCursor !== null) {
      const search = new URLSearchParams({ ...(request.query as Record<string, string>), cursor: nextCursor });
      response.links({ next: `/v1/evidence?${search.toString()}` });
    }
    response.setHeader('Cache-Control', REVALIDATE).json({
      size: page.size.toString(),
      items: await itemsOf(context, fairQueue, shown),
      nextCursor,
    });
  });

  router.get('/evidence/:id', async (request, response) => {
    const { index, record } = await findRecord(context, request);
    const { header, sections } = record;
    const disclosed = receiptJson(await log.newestReceipt(index, record))['record'] as JsonObject;
    response
      .setHeader('Cache-Control', REVALIDATE)
      .json({ ...item(await stateSizes(context), index, { header, sections, lookups: [] }), record: disclosed });
  });

  router.get('/evidence/:id/receipt', async (request, response) => {
    const { index, record } = await findRecord(context, request);
    const receipt = receiptJson(await log.newestReceipt(index, record));
    response.setHeader('Cache-Control', REVALIDATE).json(receipt);
  });
  return router;
}

async function itemsOf(context: ServerContext, fairQueue: FairQueue, listed: readonly bigint[]): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  const sizes = await stateSizes(context);
  for (let at = 0; at < listed.length; at += ITEMS_A_TURN) {
    const some = listed.slice(at, at + ITEMS_A_TURN);
    items.push(...(await Promise.all(some.map(async (index) => item(sizes, index, await recordAt(context, index))))));
    if (listed.length > ITEMS_A_TURN) await fairQueue.next();
  }
  return items;
}

/** Everything that decides what is listed, in one spelling. */
function questionOf(query: Partial<z.infer<typeof Query>>): string {
  return JSON.stringify((['case', 'sha256', 'sm3', 'number'] as const).map((name) => query[name] ?? null));
}

/** Indexes below `size` that fit the query, ascending from `from`. */
async function indexes(
  { log }: ServerContext,
  query: Omit<z.infer<typeof Query>, 'cursor'>,
  from: bigint,
  limit: number,
  size: bigint,
): Promise<bigint[]> {
  const asked = (['case', 'sha256', 'sm3', 'number'] as const).filter((name) => query[name] !== undefined);
  const [by] = asked;
  if (asked.length > 1) {
    const detail = bilingual(DETAILS.oneQuestion, { names: asked.join(', ') });
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

export async function findRecord(
  context: ServerContext,
  request: Request,
): Promise<{ index: bigint; record: LedgerRecord }> {
  const id = String(request.params['id']);
  const index = isUuid(id) ? await context.log.store.indexOfId(id) : undefined;
  if (index === undefined) throw new Problem('not-found', DETAILS.noRecord);
  return { index, record: await recordAt(context, index) };
}

async function recordAt({ log }: ServerContext, index: bigint): Promise<LedgerRecord> {
  const record = await log.store.record(index);
  if (record === undefined) {
    throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.recordMissing, { record: index }) });
  }
  return record;
}

/** The size of the tree in each state: a record has the strongest state whose size is above its index. */
type StateSizes = Readonly<Record<Exclude<RecordState, 'registered'>, bigint>>;

async function stateSizes({ log }: ServerContext): Promise<StateSizes> {
  const final = await log.anchoredSize();
  const inBlocks = log.store.openAnchors().filter(({ inclusion }) => inclusion !== undefined);
  const anchored = inBlocks.reduce((largest, { size }) => (size > largest ? size : largest), final);
  return { final, anchored, published: log.store.published()?.size ?? 0n };
}

function stateOf(index: bigint, sizes: StateSizes): RecordState {
  return (['final', 'anchored', 'published'] as const).find((state) => index < sizes[state]) ?? 'registered';
}

function item(sizes: StateSizes, index: bigint, record: LedgerRecord): JsonObject {
  return {
    id: record.header.id,
    number: record.header.number,
    index: index.toString(),
    receivedAt: sectionOf(record, 'time')['receivedAt'] ?? null,
    case: sectionOf(record, 'case'),
    file: sectionOf(record, 'file'),
    digests: sectionOf(record, 'digests'),
    hasContent: record.content !== undefined,
    state: stateOf(index, sizes),
  };
}

export function sectionOf(record: LedgerRecord, name: string): JsonObject {
  const value = record.sections.find((section) => section.name === name)?.value;
  return isJsonObject(value) ? value : {};
}
