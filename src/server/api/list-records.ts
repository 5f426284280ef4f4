import * as z from 'zod';
import { goneSignal } from '../../http/gone.ts';
import { validate } from '../../http/validate.ts';
import { RECORDS_PATH } from '../../kinds/paths.ts';
import { normalizeRecordNumber } from '../../kinds/record-number.ts';
import { SCHEMAS } from '../../kinds/schemas.ts';
import { VIEWS } from '../../kinds/views.ts';
import type { Lookup } from '../../log/model.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { rule } from '../../text/member-rules.ts';
import { bilingual } from '../../text/message.ts';
import { ERRORS } from '../../text/errors.ts';
import { ItemPage } from '../answers.ts';
import type { ServerContext } from '../context.ts';
import { pageCursor, readCursor } from '../cursor.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';
import { RATES } from '../rates.ts';
import { itemsAt, REVALIDATE } from '../records.ts';

const lookups = Object.fromEntries(VIEWS.flatMap((view) => Object.entries(view.lookups)));
const lookupQueries = SCHEMAS.flatMap(({ view, queries }) =>
  Object.entries(queries).map(([name, query]) => {
    const label = view.lookups[name]!.label;
    return [name, query.optional().describe(`${label.en} (${label.zh})`)] as const;
  }),
);

/** Longer pages are made a few at a time. */
const LONG_PAGE = 100;

/** At most one of the look-ups is allowed. */
const LOOKUP_NAMES = [...Object.keys(lookups), 'number'];

const Query = z
  .strictObject({
    number: z.string().min(1).max(64).optional().describe('record number (存证编号)'),
    cursor: z.string().max(100).optional().describe('`nextCursor` of the page before, or the `Link` header'),
    limit: z
      .string()
      .regex(/^(?:[1-9][0-9]{0,2}|1000)$/, rule('pageLimit'))
      .default('100')
      .describe('records a page, 1 to 1000'),
  })
  .extend(Object.fromEntries(lookupQueries));

export default define(
  {
    method: 'get',
    path: RECORDS_PATH,
    id: 'listEvidence',
    tag: 'records',
    summary: 'Look up records, all or by one property, in order of registration',
    description: `Look-ups cannot be combined: at most one of ${LOOKUP_NAMES.map((name) => `\`${name}\``).join(', ')} is taken, two are \`validation-failed\`.`,
    rate: RATES.read,
    parameters: { query: Query, header: CONDITIONAL },
    answers: {
      200: jsonAnswer('a page', ItemPage, EXAMPLES.itemPage, { ...ETAG, Link: '`rel="next"` where there are more' }),
      304: NOT_MODIFIED,
    },
    problems: ['validation-failed', 'cursor-invalid', 'index-damaged', 'too-many-listings'],
  },
  (parts) => async (request, response) => {
    const { cursor, limit, ...given } = validate(Query, request.query as Json);
    const lookup = given as Readonly<Record<string, string | undefined>>;
    const question = questionOf(lookup);
    const { size } = parts.log.store.head();
    const page = cursor === undefined ? { size, from: 0n } : readCursor(cursor, question, size);
    const pageLength = Number(limit);
    const asked = askedOf(lookup);
    const found = await indexesOf(parts, asked, { ...page, limit: pageLength + 1 });
    const next = found[pageLength];
    const nextCursor = next === undefined ? null : pageCursor({ size: page.size, from: next }, question);
    if (nextCursor !== null) {
      const search = new URLSearchParams({ ...(request.query as Record<string, string>), cursor: nextCursor });
      response.links({ next: `${RECORDS_PATH}?${search.toString()}` });
    }
    const listed = found.slice(0, pageLength);
    const make = () => itemsAt(parts, listed, asked, goneSignal(response));
    const items = await (listed.length > LONG_PAGE ? parts.longListings.run(make) : make());
    response.setHeader('Cache-Control', REVALIDATE).json({ size: page.size.toString(), items, nextCursor });
  },
);

/** Everything that decides what is listed, in one spelling: a cursor is bound to it. */
function questionOf(lookup: Readonly<Record<string, string | undefined>>): string {
  return JSON.stringify(LOOKUP_NAMES.map((name) => lookup[name] ?? null));
}

interface Range {
  readonly from: bigint;
  /** Of the tree. */
  readonly size: bigint;
  readonly limit: number;
}

/** Ascending indexes in the range of the records that the look-up finds. */
async function indexesOf(
  { log }: ServerContext,
  asked: Lookup | undefined,
  { from, size, limit }: Range,
): Promise<bigint[]> {
  if (asked === undefined) {
    const end = from + BigInt(limit) < size ? from + BigInt(limit) : size;
    return Array.from({ length: Number(end > from ? end - from : 0n) }, (_, i) => from + BigInt(i));
  }
  if (asked.by === 'number') {
    const index = await log.store.indexOfNumber(asked.value);
    return index === undefined || index >= size ? [] : [index];
  }
  const found = await log.store.indexesOf(asked, from, limit);
  return found.filter((index) => index < size);
}

/** The look-up in the spelling of the index; undefined: all records are listed. */
function askedOf(lookup: Readonly<Record<string, string | undefined>>): Lookup | undefined {
  const by = onlyLookup(lookup);
  if (by === undefined) return undefined;
  const typed = lookup[by]!;
  // what is no number is found nowhere
  if (by === 'number') return { by, value: normalizeRecordNumber(typed) ?? '' };
  return { by, value: lookups[by]!.normalize(typed) };
}

/** Throws `validation-failed` for more than one look-up. */
function onlyLookup(lookup: Readonly<Record<string, string | undefined>>): string | undefined {
  const [by, another] = LOOKUP_NAMES.filter((name) => lookup[name] !== undefined);
  if (another === undefined) return by;
  const names = LOOKUP_NAMES.join(', ');
  const detail = bilingual(ERRORS['look-up/validation-failed'], { names });
  throw new LedgerError('look-up/validation-failed', {
    names,
    errors: [{ pointer: `/${another}`, code: 'value-wrong', detail }],
  });
}
