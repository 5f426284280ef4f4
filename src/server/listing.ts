import type { LedgerRecord, Lookup } from '../log/model.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import type { StateSizes } from '../text/record-states.ts';
import type { IndexRange } from './listed-range.ts';
import type { ServerParts } from './operation.ts';
import { itemOf, itemsAt, recordFor } from './records.ts';

/** What is listed, in which order. */
export interface Listing {
  /** The look-up whose rows are read; undefined: all records of the range. */
  readonly lookup: Lookup | undefined;
  readonly range: IndexRange;
  readonly isNewestFirst: boolean;
  /** Undefined: all that the look-up finds. Each record that it is asked about is read. */
  readonly matches?: ((record: LedgerRecord) => boolean) | undefined;
}

export interface PageOfListing {
  readonly items: readonly JsonObject[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: bigint | undefined;
  /** Of the whole listing, where it was counted to its end. */
  readonly total: number | undefined;
}

export interface PageRequest {
  /** Undefined: the first page, which is the one that counts. */
  readonly from: bigint | undefined;
  readonly limit: number;
  readonly sizes: StateSizes;
  /** Aborted once nobody waits. */
  readonly gone: AbortSignal;
  /** Counts what is longer than the page. */
  readonly runLong: RunLong;
}

/** Runs work that costs more than a page; throws `too-many-listings` where enough of it is done. */
export type RunLong = <T>(work: () => Promise<T>) => Promise<T>;

/** Records that one page reads to find those that match. */
const MAX_READ = 2000;
const READ_A_TURN = 20;
/** A listing is counted as far as that. */
const MAX_COUNTED = 10_000;
const COUNTED_A_TURN = 1000;

/**
 * A page of a listing. One that is filtered reads at most 2,000 records: it may have fewer items
 * than the limit, or none, and a next one. Throws `index-damaged`, and the reason of `gone`.
 */
export async function pageOf(parts: ServerParts, listing: Listing, request: PageRequest): Promise<PageOfListing> {
  const start = startOf(listing, request.from);
  if (listing.matches !== undefined) return filteredPage(parts, listing, listing.matches, request, start);
  const { limit, sizes, gone } = request;
  const found = await indexesFrom(parts, listing, start, limit + 1);
  const items = await itemsAt(parts, found.slice(0, limit), { lookup: listing.lookup, sizes, gone });
  const next = found[limit];
  if (request.from !== undefined) return { items, next, total: undefined };
  if (next === undefined) return { items, next, total: found.length };
  return { items, next, total: await countOf(parts, listing, request) };
}

async function filteredPage(
  parts: ServerParts,
  listing: Listing,
  matches: (record: LedgerRecord) => boolean,
  { from, limit, sizes, gone }: PageRequest,
  start: bigint,
): Promise<PageOfListing> {
  const items: JsonObject[] = [];
  let [at, read, total] = [start, 0, 0];
  let next: bigint | undefined;
  for (;;) {
    const some = await indexesFrom(parts, listing, at, READ_A_TURN);
    const records = await Promise.all(some.map((index) => recordFor(parts, index, listing.lookup)));
    for (const [i, record] of records.entries()) {
      if (!matches(record)) continue;
      total++;
      if (items.length < limit) items.push(itemOf({ index: some[i]!, record }, sizes));
      else next ??= some[i];
    }
    if (some.length < READ_A_TURN) return { items, next, total: from === undefined ? total : undefined };
    at = after(listing, some.at(-1)!);
    read += some.length;
    if (read >= MAX_READ || (from !== undefined && next !== undefined)) break;
    await parts.fairQueue.next();
    gone.throwIfAborted();
  }
  return { items, next: next ?? (isWithin(listing, at) ? at : undefined), total: undefined };
}

/** Undefined where there are more than is counted. */
async function countOf(
  parts: ServerParts,
  listing: Listing,
  { gone, runLong }: PageRequest,
): Promise<number | undefined> {
  const { lookup, range } = listing;
  if (lookup === undefined) return Number(range.to - range.from);
  return runLong(() => countRows(parts, listing, gone));
}

async function countRows(parts: ServerParts, listing: Listing, gone: AbortSignal): Promise<number | undefined> {
  let count = 0;
  for (let at = startOf(listing, undefined); count <= MAX_COUNTED; await parts.fairQueue.next()) {
    gone.throwIfAborted();
    const some = await indexesFrom(parts, listing, at, COUNTED_A_TURN);
    count += some.length;
    if (some.length < COUNTED_A_TURN) return count;
    at = after(listing, some.at(-1)!);
  }
  return undefined;
}

/** The next indexes of the listing from `at` on, in its order. */
async function indexesFrom(
  { log: { store } }: ServerParts,
  listing: Listing,
  at: bigint,
  limit: number,
): Promise<bigint[]> {
  const { lookup, range, isNewestFirst } = listing;
  if (!isWithin(listing, at)) return [];
  if (lookup === undefined) {
    const left = isNewestFirst ? at - range.from + 1n : range.to - at;
    const length = left < BigInt(limit) ? Number(left) : limit;
    return Array.from({ length }, (_, i) => (isNewestFirst ? at - BigInt(i) : at + BigInt(i)));
  }
  if (lookup.by === 'number') {
    const index = await store.indexOfNumber(lookup.value);
    const isLeft = index !== undefined && (isNewestFirst ? index <= at : index >= at);
    return isLeft && isWithin(listing, index) ? [index] : [];
  }
  const found = isNewestFirst
    ? await store.newestIndexesOf(lookup, at + 1n, limit)
    : await store.indexesOf(lookup, at, limit);
  return found.filter((index) => isWithin(listing, index));
}

/** Where the listing begins, or goes on. */
function startOf({ range, isNewestFirst }: Listing, from: bigint | undefined): bigint {
  if (isNewestFirst) return from === undefined || from >= range.to ? range.to - 1n : from;
  return from === undefined || from < range.from ? range.from : from;
}

function after({ isNewestFirst }: Listing, index: bigint): bigint {
  return isNewestFirst ? index - 1n : index + 1n;
}

function isWithin({ range }: Listing, index: bigint): boolean {
  return index >= range.from && index < range.to;
}

/**
 * The look-up of several whose rows are read: the one with the fewest in the range, as far as that
 * shows at once. The others are compared with the records.
 */
export async function fewest(
  parts: ServerParts,
  lookups: readonly Lookup[],
  range: IndexRange,
): Promise<Lookup | undefined> {
  if (lookups.length < 2) return lookups[0];
  const counts = await Promise.all(
    lookups.map(async (lookup) => {
      const listing = { lookup, range, isNewestFirst: false };
      return (await indexesFrom(parts, listing, range.from, COUNTED_A_TURN)).length;
    }),
  );
  return lookups[counts.indexOf(Math.min(...counts))];
}
