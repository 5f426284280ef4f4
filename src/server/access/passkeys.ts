import type { Request } from 'express';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { idBytes, personIdOf } from './user-handle.ts';
import type { Person } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';

/**
 * Passkeys for signing in (WebAuthn Level 3): discoverable credentials on P-256, with user
 * verification. No credential is ever listed to a browser that has not signed in, so that nothing
 * depends on a name.
 */

/** COSE: ECDSA with SHA-256 on P-256. */
const ES256 = -7;
const TIMEOUT_MS = 5 * 60_000;

/** Where a browser sees this service. */
export interface PasskeySite {
  /** Host name without a port: the scope of credentials. */
  readonly rpId: string;
  readonly origin: string;
}

/** What a new passkey is kept as; both in base64url, the key as COSE. */
export interface NewPasskey {
  readonly credentialId: string;
  readonly publicKey: string;
}

/** The passkey of a person, as far as an assertion is checked against it. */
export interface KnownPasskey extends NewPasskey {
  readonly person: string;
  /** The last count of the authenticator that was seen. */
  readonly count: number;
}

/**
 * The site of a request whose Host header was compared with the hosts of this service. Throws
 * `passkeys-not-here`: browsers give passkeys to names alone, and by https or on localhost.
 */
export function passkeySite({ headers }: Request, isSecure: boolean): PasskeySite {
  const site = siteOf(headers.host, isSecure);
  if (!hasPasskeys(site, isSecure)) throw new PeopleError('passkeys-not-here');
  return site;
}

/** Whether passkeys are offered to the browser that sends this request. */
export function offersPasskeys({ headers }: Request, isSecure: boolean): boolean {
  return hasPasskeys(siteOf(headers.host, isSecure), isSecure);
}

function siteOf(host: string | undefined, isSecure: boolean): PasskeySite {
  const { hostname, origin } = new URL(`${isSecure ? 'https' : 'http'}://${host ?? ''}`);
  return { rpId: hostname, origin };
}

function hasPasskeys({ rpId }: PasskeySite, isSecure: boolean): boolean {
  const isAddress = /^[0-9.]+$|^\[/.test(rpId);
  return !isAddress && (isSecure || rpId === 'localhost');
}

/** Options for `navigator.credentials.create`; loads the library, as all of these do. */
export async function registrationOptions(site: PasskeySite, person: Person, challenge: Uint8Array) {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const name = person.signInName ?? person.id;
  return generateRegistrationOptions({
    rpName: site.rpId,
    rpID: site.rpId,
    userID: idBytes(person.id),
    userName: name,
    userDisplayName: person.name ?? name,
    challenge: new Uint8Array(challenge),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: [ES256],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: person.passkeys.flatMap(({ credentialId }) =>
      credentialId === undefined ? [] : [{ id: credentialId }],
    ),
  });
}

/** The passkey that was made for a challenge (base64url). Throws `passkey-unusable`. */
export async function readRegistration(
  site: PasskeySite,
  response: RegistrationResponseJSON,
  challenge: string,
): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: [ES256],
  }).catch((cause: unknown) => {
    throw new PeopleError('passkey-unusable', { cause });
  });
  if (!verified || isFramed(response.response)) throw new PeopleError('passkey-unusable');
  const { id, publicKey } = registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey).toString('base64url') };
}

/** Options for `navigator.credentials.get`: any passkey of this site. */
export async function signInOptions({ rpId }: PasskeySite, challenge: Uint8Array) {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  return generateAuthenticationOptions({
    rpID: rpId,
    challenge: new Uint8Array(challenge),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
  });
}

/**
 * The count of the authenticator in an assertion of this passkey for the challenge (base64url).
 * Throws `passkey-failed`, the same for everything that may be wrong.
 */
export async function checkAssertion(
  site: PasskeySite,
  response: AuthenticationResponseJSON,
  challenge: string,
  { person, credentialId, publicKey, count }: KnownPasskey,
): Promise<number> {
  // a discoverable credential names its user: it has to be the one that it is registered for
  if (personIdOf(response.response.userHandle ?? '') !== person) throw new PeopleError('passkey-failed');
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    credential: { id: credentialId, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: count },
  }).catch((cause: unknown) => {
    throw new PeopleError('passkey-failed', { cause });
  });
  if (!verified || isFramed(response.response)) throw new PeopleError('passkey-failed');
  return authenticationInfo.newCounter;
}

/** Whether the page was in a frame of another site, of data that has been verified. */
function isFramed({ clientDataJSON }: { readonly clientDataJSON: string }): boolean {
  const stated = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { crossOrigin?: unknown };
  return stated.crossOrigin === true;
}
