import * as z from 'zod';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { EntryPageQuery, readEntryPage } from '../entry-page.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

/** Every change of the directory, for auditors: who did what and when, by ids. */

const count = z.number().int();
const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const COMMITMENT = `${'A'.repeat(43)}=`;

const Event = z
  .strictObject({
    seq: count.describe('from 1'),
    event: z
      .looseObject({ event: z.string(), at: z.string(), by: z.string() })
      .describe('as it is hashed, in JCS; `personal`: the salted hash of names and other personal values'),
  })
  .meta({ id: 'DirectoryEvent', description: 'An event of the directory: ids and choices, never names.' });

export default define(
  {
    method: 'get',
    path: '/v1/directory',
    id: 'listDirectoryEvents',
    tag: 'people',
    act: 'read-directory-events',
    summary: 'The events of the directory, a page at a time, and the head of their chain',
    description:
      'The head after each event is SHA-256("evidence-ledger/directory/v1" || 0x00 || head before || event): ' +
      'records of the kind `access` state it.',
    rate: RATES.read,
    parameters: { query: EntryPageQuery },
    answers: {
      200: jsonAnswer(
        'a page; `nextAfter` is null where there are no more',
        z.strictObject({
          items: z.array(Event),
          nextAfter: count.nullable(),
          head: z.strictObject({ count, hash: z.string() }).describe('after all events'),
        }),
        {
          items: [
            {
              seq: 1,
              event: {
                at: '2026-03-01T08:00:00.000Z',
                by: 'host',
                event: 'organisation-added',
                kind: 'court',
                organisation: ID,
                personal: COMMITMENT,
              },
            },
          ],
          nextAfter: null,
          head: { count: 1, hash: COMMITMENT },
        },
      ),
    },
    problems: ['validation-failed', 'index-damaged'],
  },
  ({ people }) =>
    async (request, response) => {
      const { after, limit } = readEntryPage(request);
      const { count: total, hash } = people.head();
      const events = await people.events(after, Math.max(0, Math.min(limit, total - after)));
      const items = events.map((event, i) => ({ seq: after + i + 1, event }));
      const last = after + items.length;
      const nextAfter = items.length > 0 && last < total ? last : null;
      response
        .setHeader('Cache-Control', 'no-store')
        .json({ items, nextAfter, head: { count: total, hash: toBase64(hash) } });
    },
);
