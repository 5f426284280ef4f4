import type { Response } from 'express';
import * as z from 'zod';
import { goneSignal } from '../../http/gone.ts';
import { validate } from '../../http/validate.ts';
import { RECORDS_PATH } from '../../kinds/paths.ts';
import { hex64 } from '../../kinds/sections/schema.ts';
import { normalizeRecordNumber } from '../../kinds/record-number.ts';
import { SCHEMAS } from '../../kinds/schemas.ts';
import { LOOK_UPS } from '../../kinds/look-ups.ts';
import type { LedgerRecord, Lookup } from '../../log/model.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { rule } from '../../text/member-rules.ts';
import { RECORD_STATES, type RecordState, type StateSizes } from '../../text/record-states.ts';
import { callerOf, mayLook, requireRight } from '../access/authorize.ts';
import { ItemPage } from '../answers.ts';
import { pageCursor, readCursor } from '../cursor.ts';
import { EXAMPLES } from '../examples.ts';
import { type IndexRange, intersection, rangeInState, rangeReceived } from '../listed-range.ts';
import { fewest, type Listing, pageOf, type RunLong } from '../listing.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED, type ServerParts } from '../operation.ts';
import { PublicPage, publicLookUp } from '../public-look-up.ts';
import { RATES } from '../rates.ts';
import { cachingOf, headlineOf, isFoundBy, stateSizes } from '../records.ts';

const lookups = Object.fromEntries(Object.values(LOOK_UPS).flatMap((ofKind) => Object.entries(ofKind)));
const lookupQueries = SCHEMAS.flatMap(({ view, queries }) =>
  Object.entries(queries).map(([name, query]) => {
    const label = LOOK_UPS[view.name]![name]!.label;
    return [name, query.optional().describe(`${label.en} (${label.zh})`)] as const;
  }),
);

/** Longer pages, and others that cost as much, are made a few at a time. */
const LONG_PAGE = 100;

const LOOKUP_NAMES = [...Object.keys(lookups), 'number'];

const time = z.iso.datetime({ offset: true });

const Query = z
  .strictObject({
    number: z.string().min(1).max(64).optional().describe('record number (存证编号)'),
    tx: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, rule('txHash'))
      .toLowerCase()
      .optional()
      .describe('hash of an anchor transaction: the records that it was the first to anchor'),
    since: time.optional().describe('`receivedAt` is this time or later'),
    until: time.optional().describe('`receivedAt` is before this time'),
    state: z.enum(RECORD_STATES).optional().describe('state at present'),
    name: z.string().min(1).max(1000).optional().describe('the whole name of the file; needs `case`'),
    namePrefix: z.string().min(1).max(1000).optional().describe('how the name of the file begins; needs `case`'),
    order: z.enum(['oldest', 'newest']).default('oldest').describe('which records come first'),
    cursor: z.string().max(100).optional().describe('`nextCursor` of the page before, or the `Link` header'),
    limit: z
      .string()
      .regex(/^(?:[1-9][0-9]{0,2}|1000)$/, rule('pageLimit'))
      .default('100')
      .describe('records a page, 1 to 1000'),
  })
  .extend(Object.fromEntries(lookupQueries))
  .refine((query) => !isNamed(query) || 'case' in query, { path: ['name'], error: rule('nameNeedsCase') });

const PublicQuery = z.strictObject({ sha256: hex64 });

type Query = z.infer<typeof Query>;
type Lookups = Readonly<Record<string, string | undefined>>;

export default define(
  {
    method: 'get',
    path: RECORDS_PATH,
    id: 'listEvidence',
    tag: 'records',
    act: 'search',
    isOpenToStrangers: true,
    summary: 'Look up records, all or by their properties, in order of registration',
    description:
      'A record is listed where all that is given fits it. ' +
      '`total` counts the records of all pages; it is null above 10,000, and where more than 2,000 records had to be read. ' +
      'Where look-ups are combined, or a name is given, a page reads at most 2,000 records: ' +
      'it may have fewer than `limit` and still a `nextCursor`. ' +
      'In a ledger with accounts strangers may ask for one `sha256` and nothing else: they learn of public records that they exist.',
    rate: RATES.read,
    parameters: { query: Query, header: CONDITIONAL },
    answers: {
      200: jsonAnswer('a page', z.union([ItemPage, PublicPage]), EXAMPLES.itemPage, {
        ...ETAG,
        Link: '`rel="next"` where there are more',
      }),
      304: NOT_MODIFIED,
    },
    problems: ['validation-failed', 'cursor-invalid', 'index-damaged', 'too-many-listings'],
  },
  (parts) => async (request, response) => {
    if (callerOf(response).kind === 'stranger') {
      const asked = PublicQuery.safeParse(request.query);
      if (!asked.success) return requireRight(parts, response, 'search', undefined);
      response.json(await publicLookUp(parts, asked.data.sha256));
      return;
    }
    const query = validate(Query, request.query as Json);
    const question = questionOf(query);
    const { size } = parts.log.store.head();
    const before = query.cursor === undefined ? { size } : readCursor(query.cursor, question, size);
    const gone = goneSignal(response);
    const sizes = await stateSizes(parts);
    const limit = Number(query.limit);
    const from = 'from' in before ? before.from : undefined;
    const inSlot: RunLong = (work) => parts.longListings.run(work);
    const make = async (runLong: RunLong) => {
      const all = await listingOf(parts, query, before.size, sizes, gone);
      const listing = visibleTo(parts, response, all);
      return pageOf(parts, listing, { from, limit, sizes, gone, runLong });
    };
    const page = await (isLong(query) ? inSlot(() => make((work) => work())) : make(inSlot));
    const total = 'total' in before ? before.total : page.total;
    const nextCursor =
      page.next === undefined ? null : pageCursor({ size: before.size, from: page.next, total }, question);
    if (nextCursor !== null) {
      const search = new URLSearchParams({ ...(request.query as Record<string, string>), cursor: nextCursor });
      response.links({ next: `${RECORDS_PATH}?${search.toString()}` });
    }
    const answer = { size: before.size.toString(), items: page.items, total: total ?? null, nextCursor };
    response.setHeader('Cache-Control', cachingOf(parts)).json(answer);
  },
);

/** The listing without what the caller may not look at. */
function visibleTo(parts: ServerParts, response: Response, listing: Listing): Listing {
  if (callerOf(response).kind === 'local') return listing;
  const { matches = () => true } = listing;
  return { ...listing, matches: (record) => matches(record) && mayLook(parts, response, record) };
}

/**
 * Whether the page may take more reads than one of 100 records: by its length, by what is compared
 * with the records, or by the search for a transaction. Times take some thirty.
 */
function isLong(query: Query): boolean {
  const isFiltered = askedOf(query).length > 1 || isNamed(query);
  return isFiltered || query.tx !== undefined || Number(query.limit) > LONG_PAGE;
}

/**
 * Everything that decides what is listed, in one spelling: a cursor is bound to it. Cursors of
 * single look-ups are those of earlier versions.
 */
function questionOf(query: Query): string {
  const { order, tx, since, until, state, name, namePrefix } = query;
  const filters = JSON.stringify({ ...(order === 'newest' && { order }), tx, since, until, state, name, namePrefix });
  const given: Lookups = query;
  return JSON.stringify(LOOKUP_NAMES.map((each) => given[each] ?? null)) + (filters === '{}' ? '' : filters);
}

/** What the query asks for, of a tree of this size. */
async function listingOf(
  parts: ServerParts,
  query: Query,
  size: bigint,
  sizes: StateSizes,
  gone: AbortSignal,
): Promise<Listing> {
  const asked = askedOf(query);
  const range = await rangeOf(parts, query, size, sizes, gone);
  const lookup = await fewest(parts, asked, range);
  const isNewestFirst = query.order === 'newest';
  const others = asked.filter((each) => each !== lookup);
  if (others.length === 0 && !isNamed(query)) return { lookup, range, isNewestFirst };
  const hasName = namesOf(query);
  const matches = (record: LedgerRecord) => others.every((each) => isFoundBy(record, each)) && hasName(record);
  return { lookup, range, isNewestFirst, matches };
}

async function rangeOf(
  parts: ServerParts,
  { tx, since, until, state }: Query,
  size: bigint,
  sizes: StateSizes,
  gone: AbortSignal,
): Promise<IndexRange> {
  const [sinceMs, untilMs] = [since, until].map((each) => (each === undefined ? undefined : Date.parse(each)));
  const ranges: IndexRange[] = [await rangeReceived(parts, { sinceMs, untilMs }, size)];
  if (state !== undefined) ranges.push(rangeInState(state as RecordState, sizes, size));
  if (tx !== undefined) {
    const job = await parts.anchorTransactions.find(tx, gone);
    ranges.push((job && (await parts.log.anchoredRange(job))) ?? { from: 0n, to: 0n });
  }
  return intersection(ranges);
}

/** The look-ups in the spelling of the index. */
function askedOf(query: Lookups): Lookup[] {
  return LOOKUP_NAMES.flatMap((by) => {
    const typed = query[by];
    if (typed === undefined) return [];
    // what is no number is found nowhere
    return { by, value: by === 'number' ? (normalizeRecordNumber(typed) ?? '') : lookups[by]!.normalize(typed) };
  });
}

function isNamed({ name, namePrefix }: { readonly name?: unknown; readonly namePrefix?: unknown }): boolean {
  return name !== undefined || namePrefix !== undefined;
}

/** Whether a record has the name, or one that begins so; spellings of one character are equal. */
function namesOf({ name, namePrefix }: Query): (record: LedgerRecord) => boolean {
  const [whole, beginning] = [name?.normalize('NFC'), namePrefix?.normalize('NFC')];
  return (record) => {
    const had = headlineOf(record).normalize('NFC');
    return (whole === undefined || had === whole) && (beginning === undefined || had.startsWith(beginning));
  };
}
