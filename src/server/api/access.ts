import * as z from 'zod';
import { ACCESS_KIND, parseStatement } from '../../people/access/statement.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { requireRight } from '../access/authorize.ts';
import { caseObject } from '../access/case-object.ts';
import { entriesAfter, requestsAbout } from '../access/read-access.ts';
import { EntryPageQuery, readEntryPage } from '../entry-page.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { sectionOf } from '../records.ts';

/** Who looked at what: the access log for auditors, and that of a case for its supervisor. */

const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const AT = '2026-03-01T08:00:00.000Z';
const uuid = z.string();
const count = z.number().int();
const status = count.nullable().describe('of HTTP; 0: the client left before; null: not known');

const Stream = z
  .strictObject({
    stream: uuid,
    recorded: z
      .strictObject({ to: count, head: z.string(), record: uuid, index: z.string() })
      .nullable()
      .describe('the newest record of the log that states a head of it'),
  })
  .meta({ id: 'AccessStream', description: 'The access log of one run of the service.' });

const Entry = z
  .looseObject({
    seq: count,
    at: z.string(),
    entry: z.enum(['began', 'asked', 'answered', 'counted', 'refused', 'cut']),
  })
  .meta({ id: 'AccessEntry', description: 'An entry of the access log: ids alone, never names.' });

const CaseRequest = z
  .strictObject({
    at: z.string(),
    person: uuid.describe('or `host`'),
    name: z.string().nullable(),
    organisation: z.string().nullable(),
    key: uuid.nullable(),
    operation: z.string(),
    record: uuid.nullable(),
    status,
  })
  .meta({ id: 'CaseRequest', description: 'Somebody asked for something of a case.' });

export default [
  define(
    {
      method: 'get',
      path: '/v1/access',
      id: 'listAccessStreams',
      tag: 'people',
      act: 'read-access-log',
      summary: 'The streams of the access log, the oldest first',
      rate: RATES.read,
      answers: {
        200: jsonAnswer('all of them', z.strictObject({ items: z.array(Stream) }), {
          items: [{ stream: ID, recorded: { to: 12, head: `${'A'.repeat(43)}=`, record: ID, index: '4' } }],
        }),
      },
      problems: ['index-damaged'],
    },
    (parts) => async (_request, response) => {
      const items: Json[] = [];
      for (const stream of await parts.access.streams.list()) {
        items.push({ stream, recorded: await recordedHead(parts, stream) });
      }
      response.setHeader('Cache-Control', 'no-store').json({ items });
    },
  ),
  define(
    {
      method: 'get',
      path: '/v1/access/{id}',
      id: 'listAccessEntries',
      tag: 'people',
      act: 'read-access-log',
      summary: 'The entries of one stream of the access log, a page at a time',
      rate: RATES.read,
      parameters: { path: z.object({ id: z.string().describe('id of the stream') }), query: EntryPageQuery },
      answers: {
        200: jsonAnswer(
          'a page; `nextAfter` is null where there are no more',
          z.strictObject({ items: z.array(Entry), nextAfter: count.nullable() }),
          {
            items: [
              { seq: 2, at: AT, entry: 'asked', by: ID, act: 'look', operation: 'fetchReceipt', record: ID, case: ID },
            ],
            nextAfter: null,
          },
        ),
      },
      problems: ['validation-failed', 'not-found', 'too-many-listings'],
    },
    (parts) => async (request, response) => {
      const page = readEntryPage(request);
      const { streams } = parts.access;
      const stream = String(request.params['id']);
      if (!(await streams.list()).includes(stream)) throw new LedgerError('record/not-found');
      const entries = await parts.longListings.run(() => entriesAfter(parts.hash, streams, stream, page));
      const nextAfter = entries.length < page.limit ? null : entries.at(-1)!.seq;
      response.setHeader('Cache-Control', 'no-store').json({ items: entries.map(({ value }) => value), nextAfter });
    },
  ),
  define(
    {
      method: 'get',
      path: '/v1/cases/{id}/access',
      id: 'listCaseAccess',
      tag: 'people',
      act: 'read-access-to-case',
      object: 'in-handler',
      summary: 'Who looked at a case: the newest 1,000 requests about it, for its supervisor',
      description:
        'Listings that were not searched by the number of the case are not among them: the log does not hold what they listed.',
      rate: RATES.read,
      parameters: { path: z.object({ id: z.string().describe('id of the case') }) },
      answers: {
        200: jsonAnswer('the newest first', z.strictObject({ items: z.array(CaseRequest) }), {
          items: [
            {
              at: AT,
              person: ID,
              name: '承办人',
              organisation: '人民检察院',
              key: null,
              operation: 'fetchContent',
              record: ID,
              status: 200,
            },
          ],
        }),
      },
      problems: ['not-found', 'too-many-listings'],
    },
    (parts) => async (request, response) => {
      const object = caseObject(parts, request);
      requireRight(parts, response, 'read-access-to-case', object);
      const { directory } = parts.people;
      const found = await parts.longListings.run(() =>
        requestsAbout(parts.hash, parts.access.streams, object.case!.id),
      );
      const text = (value: Json | undefined) => (typeof value === 'string' ? value : null);
      const items = found.map(({ asked: { at, value }, status: answered = null }) => {
        const person = directory.person(text(value['by']) ?? '');
        const organisation = person && directory.organisation(person.organisation);
        return {
          at,
          person: text(value['by']) ?? '',
          name: person?.name ?? null,
          organisation: organisation?.name ?? null,
          key: text(value['key']),
          operation: text(value['operation']) ?? '',
          record: text(value['record']),
          status: answered,
        };
      });
      response.setHeader('Cache-Control', 'no-store').json({ items });
    },
  ),
];

async function recordedHead({ log }: ServerParts, stream: string): Promise<Json> {
  const [index] = await log.store.newestIndexesOf({ by: 'stream', value: stream }, log.store.head().size, 1);
  if (index === undefined) return null;
  const record = await log.record(index);
  const { to } = parseStatement(sectionOf(record, ACCESS_KIND));
  const { head } = sectionOf(record, ACCESS_KIND);
  return { to, head: head!, record: record.header.id, index: index.toString() };
}
