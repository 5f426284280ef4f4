import * as z from 'zod';
import { uuidV7 } from '../../kinds/record-id.ts';
import { ROLES } from '../../people/persons.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { callerOf, changeAs, sessionOf } from '../access/authorize.ts';
import { newApiKey, StatedKey } from '../access/new-api-key.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from '../access/json-request.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

/** The API keys of the person who asks. */

const time = z.iso.datetime({ precision: 3 });
const OwnKey = z
  .strictObject({
    id: z.string(),
    role: z.enum(ROLES),
    label: z.string().nullable(),
    createdAt: time,
    until: time,
    isValid: z.boolean().describe('neither revoked nor ended'),
  })
  .meta({ id: 'OwnApiKey', description: 'An API key of the person who asks, without its secret.' });
const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const OWN = { act: 'manage-own-account' } as const;
const UNTIL = '2027-01-01T00:00:00.000Z';

export default [
  define(
    {
      method: 'get',
      path: '/v1/account/api-keys',
      id: 'listOwnApiKeys',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'The own API keys',
      rate: RATES.read,
      answers: {
        200: jsonAnswer('all of them, newest first', z.strictObject({ items: z.array(OwnKey) }), {
          items: [
            {
              id: ID,
              role: 'handler',
              label: 'scanner',
              createdAt: '2026-03-01T08:00:00.000Z',
              until: UNTIL,
              isValid: true,
            },
          ],
        }),
      },
    },
    ({ people: { directory }, clock }) =>
      (_request, response) => {
        const nowMs = clock();
        const items = directory
          .apiKeysOf(sessionOf(response).person)
          .toSorted((a, b) => b.createdMs - a.createdMs)
          .map(({ id, role, label = null, createdMs, untilMs }) => ({
            id,
            role,
            label,
            createdAt: new Date(createdMs).toISOString(),
            until: new Date(untilMs).toISOString(),
            isValid: directory.apiKey(id, nowMs) !== undefined,
          }));
        response.setHeader('Cache-Control', 'no-store').json({ items });
      },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/api-keys',
      id: 'addOwnApiKey',
      tag: 'people',
      act: 'make-own-key',
      object: 'session',
      summary: 'Make an API key of oneself; it is shown once',
      rate: RATES.write,
      body: {
        mediaType: 'application/json',
        schema: StatedKey,
        example: { role: 'handler', label: 'scanner', until: UNTIL },
      },
      answers: {
        200: jsonAnswer('made and durable', z.strictObject({ id: z.string(), key: z.string() }), {
          id: ID,
          key: `evk_${'0'.repeat(32)}_${'A'.repeat(43)}`,
        }),
      },
      problems: [...SMALL_BODY_PROBLEMS, 'role-not-held', 'until-past', 'api-key-too-long'],
    },
    (parts) => async (request, response) => {
      const stated = await readSmallBody(parts, request, StatedKey);
      const { person } = sessionOf(response);
      const id = uuidV7(parts.clock(), parts.random(10));
      const { event, key } = newApiKey(parts, { id, by: person, person, ...stated });
      await changeAs(parts, response, { act: 'make-own-key' }, () => event);
      response.setHeader('Cache-Control', 'no-store').json({ id, key });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/api-keys/{id}/revoke',
      id: 'revokeOwnApiKey',
      tag: 'people',
      act: 'manage-own-account',
      summary: 'Revoke an own API key, also the one that the request comes with; it is void at once',
      rate: RATES.write,
      parameters: { path: z.object({ id: z.string().describe('id of the key') }) },
      answers: { 204: { description: 'revoked' } },
      problems: ['not-found', 'api-key-unknown'],
    },
    (parts) => async (request, response) => {
      const caller = callerOf(response);
      const key = parts.people.directory.apiKey(String(request.params['id']), parts.clock());
      if (caller.kind !== 'person' || key?.person !== caller.person) throw new LedgerError('record/not-found');
      const { person } = caller;
      await changeAs(parts, response, OWN, () => ({ event: 'api-key-revoked', by: person, key: key.id }));
      response.status(204).end();
    },
  ),
];
