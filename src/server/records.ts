import { bilingual } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import type { Request } from 'express';
import { isUuid } from '../kinds/record-id.ts';
import { lookupsOf } from '../kinds/look-ups.ts';
import type { Sections } from '../kinds/view.ts';
import { viewOf } from '../kinds/views.ts';
import type { LedgerRecord, Lookup } from '../log/model.ts';
import { isJsonObject, type JsonObject } from '../protocol/encoding/json.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { stateOf, type StateSizes } from '../text/record-states.ts';
import type { ServerContext } from './context.ts';
import type { ServerParts } from './operation.ts';

/** For the client alone, and to be revalidated each time; the ETag saves the body. */
export const REVALIDATE = 'private, no-cache';

/** How an answer about records may be kept: nowhere, once the ledger has accounts. */
export function cachingOf({ people }: ServerContext): string {
  return people.directory.hasPeople() ? 'no-store' : REVALIDATE;
}

const ITEMS_A_TURN = 10;

export interface FoundRecord {
  readonly index: bigint;
  readonly record: LedgerRecord;
}

/** The record that the path's `id` names; throws `not-found`. */
export function findRecord(context: ServerContext, request: Request): Promise<FoundRecord> {
  return recordWithId(context, String(request.params['id']));
}

/** Throws as `findRecord`. */
export async function recordWithId(context: ServerContext, id: string): Promise<FoundRecord> {
  const index = isUuid(id) ? await context.log.store.indexOfId(id) : undefined;
  if (index === undefined) throw new LedgerError('record/not-found');
  const record = await context.log.record(index);
  if (record.header.id !== id.toLowerCase()) throw otherRecord(index, 'id');
  return { index, record };
}

/**
 * The record that a look-up has listed. Throws `index-damaged` where it is another than was looked
 * up: the log commits to records, not to the rows that find them.
 */
export async function recordFor({ log }: ServerContext, index: bigint, lookup?: Lookup): Promise<LedgerRecord> {
  const record = await log.record(index);
  if (lookup === undefined) return record;
  if (!isFoundBy(record, lookup)) throw otherRecord(index, lookup.by);
  return record;
}

/** Whether a look-up finds the record, by what its sections state. */
export function isFoundBy(record: LedgerRecord, { by, value }: Lookup): boolean {
  return by === 'number' ? record.header.number === value : statedLookups(record, by).includes(value);
}

/** The line that names the record: for evidence, the name of the file. */
export function headlineOf(record: LedgerRecord): string {
  return viewOf(record.header.kind)?.headline(valuesOf(record)) ?? '';
}

/** The values that the record's sections give for a look-up. */
function statedLookups(record: LedgerRecord, by: string): string[] {
  const view = viewOf(record.header.kind);
  if (view === undefined) return [];
  return lookupsOf(view, valuesOf(record))
    .filter((each) => each.by === by)
    .map(({ value }) => value);
}

function valuesOf({ sections }: LedgerRecord): Sections {
  return Object.fromEntries(sections.map(({ name, value }) => [name, value]));
}

function otherRecord(record: bigint, by: string): LedgerError {
  return new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.recordOther, { record, by }) });
}

export interface ListedBy {
  /** What listed them; undefined: nothing but the range. */
  readonly lookup: Lookup | undefined;
  readonly sizes: StateSizes;
  readonly gone: AbortSignal;
}

/** The records at these indexes, as a listing shows them. Ends early once `gone` is aborted. */
export async function itemsAt(
  { fairQueue, ...context }: ServerParts,
  indexes: readonly bigint[],
  { lookup, sizes, gone }: ListedBy,
): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  for (let at = 0; at < indexes.length; at += ITEMS_A_TURN) {
    const some = indexes.slice(at, at + ITEMS_A_TURN);
    const read = some.map(async (index) => ({ index, record: await recordFor(context, index, lookup) }));
    const found = await Promise.all(read);
    items.push(...found.map((each) => itemOf(each, sizes)));
    if (indexes.length > ITEMS_A_TURN) await fairQueue.next();
    gone.throwIfAborted();
  }
  return items;
}

/** A record as a listing shows it: with the sections that its kind lists. */
export async function item(context: ServerContext, found: FoundRecord): Promise<JsonObject> {
  return itemOf(found, await stateSizes(context));
}

/** A record as a listing shows it, by sizes of the tree that are known. */
export function itemOf({ index, record }: FoundRecord, sizes: StateSizes): JsonObject {
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

/** How far the log is in each state now. */
export async function stateSizes({ log }: ServerContext): Promise<StateSizes> {
  const final = await log.anchoredSize();
  const inBlocks = log.store.openAnchors().filter(({ inclusion }) => inclusion !== undefined);
  const anchored = inBlocks.reduce((largest, { size }) => (size > largest ? size : largest), final);
  return { final, anchored, published: log.store.published()?.size ?? 0n };
}
