import { bilingual } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import type { Request } from 'express';
import type { FairQueue } from '../http/fair-queue.ts';
import { isUuid } from '../kinds/record-id.ts';
import { viewOf } from '../kinds/views.ts';
import type { LedgerRecord } from '../log/model.ts';
import { isJsonObject, type JsonObject } from '../protocol/encoding/json.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { stateOf, type StateSizes } from '../text/record-states.ts';
import type { ServerContext } from './context.ts';

/** For the client alone, and to be revalidated each time; the ETag saves the body. */
export const REVALIDATE = 'private, no-cache';

const ITEMS_A_TURN = 10;

export interface FoundRecord {
  readonly index: bigint;
  readonly record: LedgerRecord;
}

/** The record that the path's `id` names; throws `not-found`. */
export async function findRecord(context: ServerContext, request: Request): Promise<FoundRecord> {
  const id = String(request.params['id']);
  const index = isUuid(id) ? await context.log.store.indexOfId(id) : undefined;
  if (index === undefined) throw new LedgerError('record/not-found');
  return { index, record: await recordAt(context, index) };
}

/** Throws `index-damaged` where a record of the tree is missing. */
async function recordAt({ log }: ServerContext, index: bigint): Promise<LedgerRecord> {
  const record = await log.store.record(index);
  if (record !== undefined) return record;
  throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.recordMissing, { record: index }) });
}

/** The records at these indexes, as a listing shows them. */
export async function itemsAt(
  context: ServerContext,
  fairQueue: FairQueue,
  indexes: readonly bigint[],
): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  const sizes = await stateSizes(context);
  for (let at = 0; at < indexes.length; at += ITEMS_A_TURN) {
    const some = indexes.slice(at, at + ITEMS_A_TURN);
    const found = await Promise.all(some.map(async (index) => ({ index, record: await recordAt(context, index) })));
    items.push(...found.map((each) => itemOf(each, sizes)));
    if (indexes.length > ITEMS_A_TURN) await fairQueue.next();
  }
  return items;
}

/** A record as a listing shows it: with the sections that its kind lists. */
export async function item(context: ServerContext, found: FoundRecord): Promise<JsonObject> {
  return itemOf(found, await stateSizes(context));
}

function itemOf({ index, record }: FoundRecord, sizes: StateSizes): JsonObject {
  const listed = viewOf(record.header.kind)?.listed ?? [];
  return {
    id: record.header.id,
    number: record.header.number,
    index: index.toString(),
    receivedAt: sectionOf(record, 'time')['receivedAt'] ?? null,
    ...Object.fromEntries(listed.map((name) => [name, sectionOf(record, name)])),
    hasContent: record.content !== undefined,
    state: stateOf(index, sizes),
  };
}

/** The value of a section; an empty object where the record has none. */
export function sectionOf(record: LedgerRecord, name: string): JsonObject {
  const value = record.sections.find((section) => section.name === name)?.value;
  return isJsonObject(value) ? value : {};
}

async function stateSizes({ log }: ServerContext): Promise<StateSizes> {
  const final = await log.anchoredSize();
  const inBlocks = log.store.openAnchors().filter(({ inclusion }) => inclusion !== undefined);
  const anchored = inBlocks.reduce((largest, { size }) => (size > largest ? size : largest), final);
  return { final, anchored, published: log.store.published()?.size ?? 0n };
}
