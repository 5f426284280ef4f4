import * as z from 'zod';
import { addressGroup, clientOf } from '../../http/client.ts';
import { ROLES } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import { listRoles, ROLE_NAMES } from '../../text/people.ts';
import { requireRight, sessionOf } from '../access/authorize.ts';
import { newApiKey } from '../access/new-api-key.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from '../access/json-request.ts';
import type { Approval, LoginRequest } from '../access/login-requests.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { uuidV7 } from '../../kinds/record-id.ts';

/**
 * How a program gets an API key of a person: it asks, a signed-in person approves on a page, and
 * the program fetches the key with a secret of which it gave the hash when it asked.
 */

/** The longest term of a key that is given this way. */
const MAX_HOURS = 24 * 30;
const HOUR_MS = 60 * 60_000;
const CodeText = z.string().min(1).max(64).describe('what the address of the page ends with');
const time = z.iso.datetime({ precision: 3 });
// what control characters could disguise is not shown to the person who approves
const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
  .describe('name of the machine that the program runs on, shown to the person');

const Ask = z.strictObject({
  device: DeviceName,
  verifierSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the verifier'),
});
const Asked = z
  .strictObject({ code: z.string(), compare: z.string(), until: time })
  .meta({ id: 'LoginRequest', description: 'A program that waits for its approval.' });
const Shown = z
  .strictObject({
    device: z.string(),
    compare: z.string(),
    createdAt: time,
    until: time,
    isOpen: z.boolean().describe('nobody has decided yet'),
  })
  .meta({ id: 'ShownLoginRequest', description: 'What the person who approves is shown.' });
const Look = z.strictObject({ code: CodeText });
const Decision = z.discriminatedUnion('decision', [
  z.strictObject({ code: CodeText, decision: z.literal('refuse') }),
  z.strictObject({
    code: CodeText,
    decision: z.literal('approve'),
    role: z.enum(ROLES),
    hours: z.int().min(1).max(MAX_HOURS),
  }),
]);
const Collect = z.strictObject({ code: CodeText, verifier: z.string().regex(/^[A-Za-z0-9_-]{43,128}$/) });
const Collected = z
  .strictObject({
    state: z.enum(['open', 'refused', 'approved']),
    key: z.string().nullable().describe('`evk_…`, once'),
    until: time.nullable(),
    person: z.string().nullable().describe('name of the person'),
    role: z.enum(ROLES).nullable(),
  })
  .meta({ id: 'CollectedLogin', description: 'What became of a request, and the key if it was approved.' });

const CODE = 'A'.repeat(22);
const UNTIL = '2026-03-01T08:10:00.000Z';

export default [
  define(
    {
      method: 'post',
      path: '/v1/login-requests',
      id: 'beginLogin',
      tag: 'people',
      act: 'public',
      summary: 'Ask for an API key that a person approves on the page `/approve#CODE`',
      rate: RATES.login,
      body: {
        mediaType: 'application/json',
        schema: Ask,
        example: { device: 'laptop', verifierSha256: 'ab'.repeat(32) },
      },
      answers: { 200: jsonAnswer('it waits', Asked, { code: CODE, compare: 'KM4R-7TQA', until: UNTIL }) },
      problems: [...SMALL_BODY_PROBLEMS, 'no-accounts'],
    },
    (parts) => async (request, response) => {
      const asked = await readSmallBody(parts, request, Ask);
      if (!parts.people.directory.hasPeople()) throw new PeopleError('no-accounts');
      const begun = parts.loginRequests.begin({ ...asked, address: addressGroup(clientOf(request)) });
      const { code, compare, untilMs } = begun;
      response.setHeader('Cache-Control', 'no-store').json({ code, compare, until: isoOf(untilMs) });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/login-requests/look',
      id: 'lookAtLogin',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Which program asks',
      rate: RATES.login,
      body: { mediaType: 'application/json', schema: Look, example: { code: CODE } },
      answers: {
        200: jsonAnswer('the request', Shown, {
          device: 'laptop',
          compare: 'KM4R-7TQA',
          createdAt: '2026-03-01T08:00:00.000Z',
          until: UNTIL,
          isOpen: true,
        }),
      },
      problems: [...SMALL_BODY_PROBLEMS, 'login-request-unknown'],
    },
    (parts) => async (request, response) => {
      const body = await readSmallBody(parts, request, Look);
      const found = parts.loginRequests.find(body.code);
      response.setHeader('Cache-Control', 'no-store').json({
        device: found.device,
        compare: found.compare,
        createdAt: isoOf(found.createdMs),
        until: isoOf(found.untilMs),
        isOpen: found.verdict === 'open',
      });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/login-requests/decide',
      id: 'decideLogin',
      tag: 'people',
      act: 'make-own-key',
      object: 'session',
      summary: 'Approve the request of a program, or refuse it',
      rate: RATES.login,
      body: {
        mediaType: 'application/json',
        schema: Decision,
        example: { code: CODE, decision: 'approve', role: 'handler', hours: 12 },
      },
      answers: { 204: { description: 'decided' } },
      problems: [...SMALL_BODY_PROBLEMS, 'login-request-unknown', 'login-request-decided', 'role-not-held'],
    },
    (parts) => async (request, response) => {
      const decision = await readSmallBody(parts, request, Decision);
      requireRight(parts, response, 'make-own-key', undefined); // again, after reading
      const { person } = sessionOf(response);
      parts.loginRequests.decide(
        decision.code,
        decision.decision === 'refuse' ? 'refused' : approvalOf(parts, person, decision),
      );
      response.status(204).end();
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/login-requests/collect',
      id: 'collectLogin',
      tag: 'people',
      act: 'public',
      summary: 'What became of the own request; the key of an approved one comes once',
      rate: RATES.login,
      body: {
        mediaType: 'application/json',
        schema: Collect,
        example: { code: CODE, verifier: 'A'.repeat(43) },
      },
      answers: {
        200: jsonAnswer('its state', Collected, { state: 'open', key: null, until: null, person: null, role: null }),
      },
      problems: [...SMALL_BODY_PROBLEMS, 'login-request-unknown', 'role-not-held', 'person-left'],
    },
    (parts) => async (request, response) => {
      const { code, verifier } = await readSmallBody(parts, request, Collect);
      const collected = await parts.loginRequests.collect(code, verifier, async (asked) => {
        if (typeof asked.verdict === 'string') {
          return { state: asked.verdict, key: null, until: null, person: null, role: null };
        }
        return makeKey(parts, asked, asked.verdict);
      });
      response.setHeader('Cache-Control', 'no-store').json(collected);
    },
  ),
];

function approvalOf(
  { people: { directory }, clock }: ServerParts,
  id: string,
  { role, hours }: { readonly role: Approval['role']; readonly hours: number },
): Approval {
  const { roles, sessionsFromMs } = directory.person(id)!;
  if (!roles.includes(role)) {
    throw new PeopleError('role-not-held', { role: ROLE_NAMES[role], roles: listRoles(roles) });
  }
  return { person: id, role, sessionsFromMs, untilMs: clock() + hours * HOUR_MS };
}

/** The key is made when it is fetched: of an approval that nobody fetches nothing remains. */
async function makeKey(parts: ServerParts, { device }: LoginRequest, approval: Approval): Promise<object> {
  const { people, random, clock } = parts;
  const { person, role, untilMs, sessionsFromMs } = approval;
  const owner = people.directory.person(person);
  if (owner?.sessionsFromMs !== sessionsFromMs) throw new PeopleError('login-request-unknown');
  const id = uuidV7(clock(), random(10));
  const until = isoOf(untilMs);
  const { event, key } = newApiKey(parts, { id, by: person, person, role, label: `evl login: ${device}`, until });
  await people.change((directory) => {
    if (directory.person(person)?.sessionsFromMs !== sessionsFromMs) throw new PeopleError('login-request-unknown');
    return event;
  });
  return { state: 'approved', key, until, person: owner.name ?? null, role };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
