import * as z from 'zod';
import { addressGroup, clientOf } from '../../http/client.ts';
import { uuidV7 } from '../../kinds/record-id.ts';
import { PeopleError } from '../../text/people-error.ts';
import { changeAs, requireRecentSignIn, sessionOf } from '../access/authorize.ts';
import { readCookie, setCookie } from '../access/cookies.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from '../access/json-request.ts';
import {
  checkAssertion,
  passkeySite,
  readRegistration,
  registrationOptions,
  signInOptions,
} from '../access/passkeys.ts';
import { maySignIn } from '../access/sign-in.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { beginSession, SIGNED_IN_EXAMPLE, SignedInPerson } from './sign-in.ts';
import type { Request, Response } from 'express';

const CHALLENGE_BYTES = 32;
const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);
/** Members that a browser adds are ignored: what counts is in the bytes that were signed. */
const Credential = { id: base64url, rawId: base64url, type: z.literal('public-key') };
const Registration = z.object({
  ...Credential,
  clientExtensionResults: z.object({}).default({}),
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url }),
});
const Assertion = z.object({
  ...Credential,
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url,
  }),
});
const NewPasskey = z.strictObject({ label: z.string().trim().min(1).max(100), response: Registration });
const PasskeySignIn = z.strictObject({ response: Assertion });
const Options = z
  .looseObject({ challenge: base64url })
  .meta({ id: 'PasskeyOptions', description: 'Options for `navigator.credentials`, in the JSON form of WebAuthn.' });
const Made = z.strictObject({ id: z.string() });
const OWN = { act: 'manage-own-account' } as const;
const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const OPTIONS = { challenge: 'A'.repeat(43), rpId: 'localhost', timeout: 300_000, userVerification: 'required' };
const CREDENTIAL = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} };
const ASSERTED = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'AAAA' };

export default [
  define(
    {
      method: 'post',
      path: '/v1/account/passkeys/begin',
      id: 'beginPasskey',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Begin to add a passkey: options for the browser; needs a sign-in of the last ten minutes',
      rate: RATES.write,
      answers: { 200: jsonAnswer('the options, good once and for five minutes', Options, OPTIONS) },
      problems: ['sign-in-again', 'passkeys-not-here'],
    },
    (parts) => async (request, response) => {
      requireRecentSignIn(parts, response);
      const session = sessionOf(response);
      const site = passkeySite(request, parts.isSecure);
      const challenge = beginStep(parts, request, response, session.id);
      const person = parts.people.directory.person(session.person)!;
      response.json(await registrationOptions(site, person, challenge));
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/passkeys',
      id: 'addPasskey',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Add the passkey that the browser has made',
      rate: RATES.write,
      body: {
        mediaType: 'application/json',
        schema: NewPasskey,
        example: {
          label: '办公室电脑',
          response: { ...CREDENTIAL, response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' } },
        },
      },
      answers: { 200: jsonAnswer('added', Made, { id: ID }) },
      problems: [...SMALL_BODY_PROBLEMS, 'sign-in-ended', 'passkey-unusable', 'passkey-taken', 'passkeys-not-here'],
    },
    (parts) => async (request, response) => {
      const { id: session, person } = sessionOf(response);
      const { label, response: made } = await readSmallBody(parts, request, NewPasskey);
      const challenge = endStep(parts, request, response, session);
      const passkey = uuidV7(parts.clock(), parts.random(10));
      const personal = { ...(await readRegistration(passkeySite(request, parts.isSecure), made, challenge)), label };
      await changeAs(parts, response, OWN, () => ({ event: 'passkey-added', by: person, person, passkey, personal }));
      response.json({ id: passkey });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/passkeys/{id}/remove',
      id: 'removePasskey',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Remove one of the own passkeys; all other sessions end',
      rate: RATES.write,
      parameters: { path: z.object({ id: z.string().describe('id of the passkey') }) },
      answers: { 204: { description: 'removed' } },
      problems: ['sign-in-again', 'sign-in-ended', 'passkey-unknown', 'last-credential', 'last-admin'],
    },
    (parts) => async (request, response) => {
      requireRecentSignIn(parts, response);
      const { person } = sessionOf(response);
      const passkey = String(request.params['id']);
      await changeAs(parts, response, OWN, (directory) => {
        const { passkeys, passwordHash, identities } = directory.person(person)!;
        const isLast = passkeys.length === 1 && passkeys[0]!.id === passkey;
        if (isLast && passwordHash === undefined && identities.length === 0) throw new PeopleError('last-credential');
        return { event: 'passkey-removed', by: person, person, passkey };
      });
      await beginSession(parts, request, response, parts.people.directory.person(person)!);
      response.status(204).end();
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/account/password/remove',
      id: 'removePassword',
      tag: 'people',
      act: 'manage-own-account',
      object: 'session',
      summary: 'Remove the own password, so that passkeys alone sign in; all other sessions end',
      rate: RATES.write,
      answers: { 204: { description: 'removed' } },
      problems: ['sign-in-again', 'sign-in-ended', 'last-credential', 'last-admin'],
    },
    (parts) => async (request, response) => {
      requireRecentSignIn(parts, response);
      const { person } = sessionOf(response);
      await changeAs(parts, response, OWN, (directory) => {
        if (directory.person(person)!.passkeys.length === 0) throw new PeopleError('last-credential');
        return { event: 'password-removed', by: person, person };
      });
      await beginSession(parts, request, response, parts.people.directory.person(person)!);
      response.status(204).end();
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/session/passkey/begin',
      id: 'beginPasskeySignIn',
      tag: 'people',
      act: 'public',
      summary: 'Begin to sign in by passkey: options for the browser',
      description: 'No name is asked for and no credential listed: the browser offers its passkeys of this site.',
      rate: RATES.signIn,
      answers: { 200: jsonAnswer('the options, good once and for five minutes', Options, OPTIONS) },
      problems: ['passkeys-not-here'],
    },
    (parts) => async (request, response) => {
      const site = passkeySite(request, parts.isSecure);
      response.json(await signInOptions(site, beginStep(parts, request, response, undefined)));
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/session/passkey',
      id: 'signInByPasskey',
      tag: 'people',
      act: 'public',
      summary: 'Sign in by passkey; the session is a cookie',
      rate: RATES.signIn,
      body: {
        mediaType: 'application/json',
        schema: PasskeySignIn,
        example: { response: { ...CREDENTIAL, response: ASSERTED } },
      },
      answers: { 200: jsonAnswer('signed in', SignedInPerson, SIGNED_IN_EXAMPLE, { 'Set-Cookie': 'the session' }) },
      problems: [...SMALL_BODY_PROBLEMS, 'sign-in-ended', 'passkey-failed', 'passkeys-not-here'],
    },
    (parts) => async (request, response) => {
      const { response: asserted } = await readSmallBody(parts, request, PasskeySignIn);
      const challenge = endStep(parts, request, response, undefined);
      const site = passkeySite(request, parts.isSecure);
      const { directory } = parts.people;
      const person = directory.personByCredential(asserted.id);
      const passkey = person?.passkeys.find(({ credentialId }) => credentialId === asserted.id);
      if (person === undefined || passkey?.publicKey === undefined || !maySignIn(directory, person)) {
        throw new PeopleError('passkey-failed');
      }
      const known = { person: person.id, credentialId: asserted.id, publicKey: passkey.publicKey };
      const count = parts.sessions.passkeyCount(passkey.id);
      parts.sessions.countPasskey(passkey.id, await checkAssertion(site, asserted, challenge, { ...known, count }));
      await beginSession(parts, request, response, person);
      const { id, name = null, organisation, roles } = person;
      response.json({ id, name, organisation, roles });
    },
  ),
];

/** A new challenge, bound to this browser by a cookie and to a session where there is one. */
function beginStep(
  { random, passkeySteps, isSecure }: ServerParts,
  request: Request,
  response: Response,
  session: string | undefined,
): Uint8Array {
  const challenge = random(CHALLENGE_BYTES);
  const token = passkeySteps.begin({ challenge, session }, addressGroup(clientOf(request)));
  setCookie(response, 'passkey', token, { isSecure, maxAgeMs: undefined });
  response.setHeader('Cache-Control', 'no-store');
  return challenge;
}

/**
 * The challenge of this browser in base64url, used up by this. Throws `sign-in-ended` where there
 * is none, or it was made for another session.
 */
function endStep(
  { passkeySteps, isSecure }: ServerParts,
  request: Request,
  response: Response,
  session: string | undefined,
): string {
  const token = readCookie(request, 'passkey', { isSecure });
  setCookie(response, 'passkey', '', { isSecure, maxAgeMs: 0 });
  const step = token === undefined ? undefined : passkeySteps.take(token);
  if (step === undefined || step.session !== session) throw new PeopleError('sign-in-ended');
  return Buffer.from(step.challenge).toString('base64url');
}
