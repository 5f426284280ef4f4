import * as z from 'zod';
import { addressGroup, clientOf } from '../../http/client.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { changeAs, sessionOf } from '../access/authorize.ts';
import { wordsAbout } from '../access/guessable-password.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from '../access/json-request.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';
import { beginSession } from './sign-in.ts';

const time = z.iso.datetime({ precision: 3 });
const Named = z.strictObject({ id: z.string(), name: z.string().nullable() });
const Account = z
  .strictObject({
    id: z.string(),
    name: z.string().nullable(),
    signInName: z.string().nullable(),
    organisation: Named,
    roles: z.array(z.string()),
    hasPassword: z.boolean(),
    passkeys: z.array(z.strictObject({ id: z.string(), label: z.string().nullable() })),
    sessions: z.array(
      z.strictObject({
        id: z.string(),
        device: z.string(),
        createdAt: time,
        lastSeenAt: time,
        isThis: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Account', description: 'The person who has signed in, and where.' });
const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const EXAMPLE = {
  id: ID,
  name: '承办人',
  signInName: 'chengban',
  organisation: { id: ID, name: '人民检察院' },
  roles: ['handler'],
  hasPassword: true,
  passkeys: [],
  sessions: [
    {
      id: 'ab'.repeat(16),
      device: 'Mozilla/5.0',
      createdAt: '2026-03-01T08:00:00.000Z',
      lastSeenAt: '2026-03-01T08:10:00.000Z',
      isThis: true,
    },
  ],
};
const NewPassword = z.strictObject({ current: z.string().min(1).max(512), password: z.string().min(1).max(512) });

export default [
  define(
    {
      method: 'get',
      path: '/v1/account',
      id: 'showAccount',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Who has signed in, with the sessions that are open',
      rate: RATES.read,
      answers: { 200: jsonAnswer('the account', Account, EXAMPLE) },
    },
    ({ people: { directory }, sessions }) =>
      (_request, response) => {
        const session = sessionOf(response);
        const {
          id,
          name = null,
          signInName = null,
          organisation,
          roles,
          ...person
        } = directory.person(session.person)!;
        response.setHeader('Cache-Control', 'no-store').json({
          id,
          name,
          signInName,
          organisation: { id: organisation, name: directory.organisation(organisation)?.name ?? null },
          roles,
          hasPassword: person.passwordHash !== undefined,
          passkeys: person.passkeys.map((passkey) => ({ id: passkey.id, label: passkey.label ?? null })),
          sessions: sessions.of(id).map((each) => ({
            id: each.id,
            device: each.device,
            createdAt: new Date(each.createdMs).toISOString(),
            lastSeenAt: new Date(each.lastSeenMs).toISOString(),
            isThis: each.id === session.id,
          })),
        });
      },
  ),
  define(
    {
      method: 'post',
      path: '/v1/sessions/{id}/end',
      id: 'endSession',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'End one of the own sessions',
      rate: RATES.write,
      parameters: { path: z.object({ id: z.string().describe('id of the session') }) },
      answers: { 204: { description: 'the session has ended' } },
      problems: ['not-found'],
    },
    ({ sessions }) =>
      async (request, response) => {
        const ended = await sessions.end(sessionOf(response).person, String(request.params['id']));
        if (!ended) throw new LedgerError('record/not-found');
        response.status(204).end();
      },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/password',
      id: 'changePassword',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Change the own password; all other sessions end',
      rate: RATES.signIn,
      body: {
        mediaType: 'application/json',
        schema: NewPassword,
        example: { current: 'the password of now', password: 'another password' },
      },
      answers: { 204: { description: 'changed' } },
      problems: [
        ...SMALL_BODY_PROBLEMS,
        'sign-in-ended',
        'sign-in-failed',
        'sign-in-paused',
        'sign-in-busy',
        'password-too-short',
        'password-common',
        'password-too-long',
      ],
    },
    (parts) => async (request, response) => {
      const { person } = sessionOf(response);
      const { current, password } = await readSmallBody(parts, request, NewPassword);
      const { signInName = '' } = parts.people.directory.person(person)!;
      const address = addressGroup(clientOf(request));
      await parts.signIn.check({ name: signInName, password: current, address, knownDeviceOf: person });
      const passwordHash = await parts.passwords.hash(password, wordsAbout(parts.people.directory, person));
      await changeAs(parts, response, { act: 'manage-own-account' }, () => ({
        event: 'password-set',
        by: person,
        person,
        personal: { passwordHash },
      }));
      await beginSession(parts, request, response, parts.people.directory.person(person)!);
      response.status(204).end();
    },
  ),
];
