import * as z from 'zod';
import { readJsonBody } from '../../http/body.ts';
import { addressGroup, clientOf } from '../../http/client.ts';
import { validate } from '../../http/validate.ts';
import type { Person } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import { logSignIn } from '../access/log-access.ts';
import { sessionOf } from '../access/authorize.ts';
import { readCookie, setCookie } from '../access/cookies.ts';
import { DEVICE_MS } from '../access/sessions.ts';
import { maySignIn } from '../access/sign-in.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import type { Request, Response } from 'express';

const MAX_BODY_BYTES = 8 * 1024;
const SIGN_IN_PROBLEMS = ['body-too-large', 'media-type-unsupported', 'validation-failed'] as const;

const Credentials = z.strictObject({ name: z.string().min(1).max(200), password: z.string().min(1).max(512) });
export const SignedInPerson = z
  .strictObject({ id: z.string(), name: z.string().nullable(), organisation: z.string(), roles: z.array(z.string()) })
  .meta({ id: 'SignedInPerson', description: 'Who has signed in.' });
export const SIGNED_IN_EXAMPLE = {
  id: '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d',
  name: '承办人',
  organisation: '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4e',
  roles: ['handler'],
};

export default [
  define(
    {
      method: 'post',
      path: '/v1/session',
      id: 'signIn',
      tag: 'people',
      act: 'public',
      summary: 'Sign in with name and password; the session is a cookie',
      rate: RATES.signIn,
      body: { mediaType: 'application/json', schema: Credentials, example: { name: 'name', password: 'password' } },
      answers: { 200: jsonAnswer('signed in', SignedInPerson, SIGNED_IN_EXAMPLE, { 'Set-Cookie': 'the session' }) },
      problems: [...SIGN_IN_PROBLEMS, 'sign-in-failed', 'sign-in-ended', 'sign-in-paused', 'sign-in-busy'],
    },
    (parts) => async (request, response) => {
      const body = await readJsonBody(request, MAX_BODY_BYTES, parts.fairQueue);
      const { name, password } = validate(Credentials, body);
      const device = readCookie(request, 'device', parts);
      const signIn = parts.signIn.check({
        name,
        password,
        address: addressGroup(clientOf(request)),
        knownDeviceOf: device === undefined ? undefined : parts.sessions.personOfDevice(device),
      });
      const person = await signIn.catch((error: unknown) => {
        parts.access.count(clientOf(request).address, 'failedSignIns');
        throw error;
      });
      await beginSession(parts, request, response, person);
      const { id, name: shown = null, organisation, roles } = person;
      response.json({ id, name: shown, organisation, roles });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/session/end',
      id: 'signOut',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Sign out: ends the session of this cookie',
      rate: RATES.write,
      answers: { 204: { description: 'the session has ended' } },
    },
    ({ sessions, isSecure }) =>
      async (_request, response) => {
        const { person, id } = sessionOf(response);
        await sessions.end(person, id);
        setCookie(response, 'session', '', { isSecure, maxAgeMs: 0 });
        response.status(204).end();
      },
  ),
];

/**
 * Begins a session of a person in this browser, which is a known device from then on, and has that
 * in the access log. It replaces the session that the browser has.
 *
 * @param judged the person as it was when it was judged; an event that has ended its sessions since
 *   then voids what it was judged by
 * @throws PeopleError `sign-in-ended`
 */
export async function beginSession(
  parts: ServerParts,
  request: Request,
  response: Response,
  { id: person, sessionsFromMs }: Pick<Person, 'id' | 'sessionsFromMs'>,
): Promise<void> {
  const { sessions, isSecure } = parts;
  const { directory } = parts.people;
  await logSignIn(parts, response, person);
  const now = directory.person(person);
  if (now?.sessionsFromMs !== sessionsFromMs || !maySignIn(directory, now)) throw new PeopleError('sign-in-ended');
  const before = readCookie(request, 'session', { isSecure });
  if (before !== undefined) sessions.drop(before);
  const token = await sessions.begin(person, request.headers['user-agent'] ?? '');
  setCookie(response, 'session', token, { isSecure, maxAgeMs: undefined });
  const known = readCookie(request, 'device', { isSecure });
  if (known !== undefined && sessions.personOfDevice(known) === person) return;
  setCookie(response, 'device', await sessions.rememberDevice(person), { isSecure, maxAgeMs: DEVICE_MS });
}
