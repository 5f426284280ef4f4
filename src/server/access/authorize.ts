import type { Request, RequestHandler, Response } from 'express';
import { clientOf } from '../../http/client.ts';
import type { LedgerRecord } from '../../log/model.ts';
import type { Directory } from '../../people/directory.ts';
import type { NewEvent } from '../../people/directory-log.ts';
import { may, type Act, type Principal, type RightsObject, SENSITIVE_ACTS } from '../../people/rights.ts';
import type { Session } from '../../people/ports.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { PeopleError } from '../../text/people-error.ts';
import type { Operation, ServerParts } from '../operation.ts';
import { findRecord } from '../records.ts';
import { readCookie } from './cookies.ts';
import { apiKeyOf } from './credential.ts';
import { showsHostToken } from './host-token.ts';
import { FRESH_MS } from './sessions.ts';
import { recordObject } from './record-object.ts';

const LOCAL: Principal = { kind: 'local' };
const STRANGER: Principal = { kind: 'stranger' };
const HOST: Principal = { kind: 'host' };

/**
 * Finds out who asks, and refuses what that principal may not do: 401 where nobody has signed in,
 * 404 where the object is hidden, 403 where it is not. Where an operation finds its object itself,
 * the role has to have the act at all.
 */
export function authorize(operation: Operation, parts: ServerParts): RequestHandler {
  const { act, object, isOpenToStrangers = false } = operation;
  return async (request, response, next) => {
    if (/ev[kh]_/.test(request.url)) throw new PeopleError('credential-in-url');
    if (act === 'public') return next();
    const principal = identify(parts, request, response);
    if (principal.kind === 'stranger' && isOpenToStrangers) return next();
    requireRight(parts, response, act, undefined);
    if (object === 'session') sessionOf(response);
    // without accounts no record is hidden, and none is read twice
    if (object === 'record' && principal.kind !== 'local') {
      const { record } = await findRecord(parts, request);
      const found = recordObject(parts.people.directory, record);
      requireRight(parts, response, act, found);
      response.locals['object'] = found;
    }
    next();
  };
}

/** Finds out who asks; for public operations that show each caller something else. */
export function identify(parts: ServerParts, request: Request, response: Response): Principal {
  const principal = principalOf(parts, request, response);
  response.locals['principal'] = principal;
  if (principal.kind === 'person' || principal.kind === 'host') countRefusal(parts, response, principal);
  return principal;
}

/** Has the request counted, once it is answered, where it was refused. */
function countRefusal(
  { access }: ServerParts,
  response: Response,
  principal: Extract<Principal, { readonly kind: 'person' | 'host' }>,
): void {
  const by = principal.kind === 'person' ? principal.person : 'host';
  response.once('close', () => {
    const { refused, object, hiddenRecord } = response.locals as RefusedRequest;
    if (refused === 'no') access.refusals.add(by, 'forbidden');
    // of an object that the caller may see, something can be missing
    else if (refused === 'hidden' || (response.statusCode === 404 && object === undefined)) {
      access.refusals.add(by, 'notFound', hiddenRecord);
    }
  });
}

/** What is known of a request when it is answered. */
interface RefusedRequest {
  readonly refused?: 'no' | 'hidden';
  readonly object?: RightsObject;
  /** Id. */
  readonly hiddenRecord?: string;
}

/** The principal of a request that `authorize` has let through. */
export function callerOf(response: Response): Principal {
  const principal = response.locals['principal'] as Principal | undefined;
  if (principal === undefined) throw new Error('internal: the request was not authorized');
  return principal;
}

/**
 * Judges the caller as of now, by the directory and by what the request showed: a key may have been
 * revoked and a session ended since the request began. Throws `sign-in-required`, `forbidden`, or
 * `not-found` where the object is hidden.
 */
export function requireRight(parts: ServerParts, response: Response, act: Act, object: RightsObject | undefined): void {
  const isGood = isCredentialGood(parts, response);
  const right = isGood ? may(parts.people.directory, callerOf(response), act, object, parts.clock()) : 'sign-in';
  if (right === 'yes') return requireFreshSignIn(parts, response, act);
  if (right === 'hidden' || right === 'no') response.locals['refused'] = right;
  if (right === 'hidden') {
    response.locals['hiddenRecord'] = object?.record?.id;
    throw new LedgerError('record/not-found'); // as where there is none
  }
  if (right === 'no') throw new PeopleError('forbidden');
  // a batch is being answered when a line of it is judged
  if (!response.headersSent) response.setHeader('WWW-Authenticate', 'Bearer realm="evidence-ledger"');
  throw new PeopleError('sign-in-required');
}

/**
 * Changes the directory in the name of the caller, who is judged again when the turn of the change
 * comes: who was removed while the body was on its way changes nothing. Throws as
 * `requireRight`, and what the directory refuses.
 */
export async function changeAs(
  parts: ServerParts,
  response: Response,
  { act, object }: { readonly act: Act; readonly object?: (() => RightsObject) | undefined },
  decide: (directory: Directory) => NewEvent,
): Promise<void> {
  await parts.people.change((directory) => {
    requireRight(parts, response, act, object?.());
    return decide(directory);
  });
}

function isCredentialGood({ people, sessions, clock }: ServerParts, response: Response): boolean {
  const { apiKey, session } = response.locals as { readonly apiKey?: string; readonly session?: Session };
  if (apiKey !== undefined) return people.directory.apiKey(apiKey, clock()) !== undefined;
  return session === undefined || sessions.isValid(session);
}

/** Throws `sign-in-again` where the act needs a sign-in of the last minutes. */
function requireFreshSignIn(parts: ServerParts, response: Response, act: Act): void {
  if (response.locals['session'] !== undefined && SENSITIVE_ACTS.includes(act)) requireRecentSignIn(parts, response);
}

/** Throws `sign-in-again` where the session's last sign-in is more than some minutes ago. */
export function requireRecentSignIn({ clock }: ServerParts, response: Response): void {
  if (clock() - sessionOf(response).authenticatedMs > FRESH_MS) throw new PeopleError('sign-in-again');
}

/** Whether the caller may look at a record. */
export function mayLook(parts: ServerParts, response: Response, record: LedgerRecord): boolean {
  const { directory } = parts.people;
  return may(directory, callerOf(response), 'look', recordObject(directory, record), parts.clock()) === 'yes';
}

/** The session that a request came with; throws `sign-in-required` for a request by API key. */
export function sessionOf(response: Response): Session {
  const session = response.locals['session'] as Session | undefined;
  if (session === undefined) throw new PeopleError('sign-in-required');
  return session;
}

function principalOf(parts: ServerParts, request: Request, response: Response): Principal {
  const { directory } = parts.people;
  if (clientOf(request).isLocal && showsHostToken(request, parts.hostToken)) return HOST;
  if (!directory.hasPeople()) return LOCAL;
  response.setHeader('WWW-Authenticate', 'Bearer realm="evidence-ledger", error="invalid_token"');
  const key = countingFailure(parts, request, () =>
    apiKeyOf(directory, parts.hash, request.headers.authorization, parts.clock()),
  );
  response.removeHeader('WWW-Authenticate');
  response.locals['apiKey'] = key?.id;
  if (key !== undefined) return { kind: 'person', person: key.person, roles: [key.role] };
  const token = readCookie(request, 'session', parts);
  const session = token === undefined ? undefined : parts.sessions.use(token);
  if (session === undefined) {
    parts.access.count(clientOf(request).address, 'anonymous');
    return STRANGER;
  }
  requireBrowserOrigin(request);
  response.locals['session'] = session;
  return { kind: 'person', person: session.person, roles: directory.person(session.person)!.roles };
}

function countingFailure<T>({ access }: ServerParts, request: Request, check: () => T): T {
  try {
    return check();
  } catch (error) {
    access.count(clientOf(request).address, 'failedSignIns');
    throw error;
  }
}

/**
 * What changes something by a cookie has to name the page that it comes from: `requireOwnOrigin`
 * has compared it.
 */
function requireBrowserOrigin({ method, headers }: Request): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) throw new LedgerError('cross-origin');
}
