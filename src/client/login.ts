import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import { members, text, wrong } from '../protocol/encoding/shape.ts';
import { readAnswer } from './answers.ts';
import { parseApiKey } from './api-key.ts';
import { send, sendForJson, type Service } from './http.ts';

/** How a program gets an API key that a person approves on a page of the service. */

/** A request that waits for its approval. */
export interface BegunLogin {
  /** Ends the address of the page. */
  readonly code: string;
  /** The page shows the same. */
  readonly compare: string;
}

export interface CollectedLogin {
  readonly state: 'open' | 'refused' | 'approved';
  /** Of an approved request, once. */
  readonly approved: ApprovedLogin | undefined;
}

export interface ApprovedLogin {
  /** `evk_…` */
  readonly key: string;
  /** End of the key, RFC 3339. */
  readonly until: string;
  /** Name of the person who approved. */
  readonly person: string | undefined;
  readonly role: string;
}

const LIMIT_BYTES = 64 * 1024;
const MAX_TEXT = 4096;

/**
 * Asks for a key.
 *
 * @param device name of this machine, which the person is shown
 * @param verifierSha256 lower-case hex SHA-256 of the verifier to collect with
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function beginLogin(service: Service, device: string, verifierSha256: string): Promise<BegunLogin> {
  return readAnswer(await post(service, '/v1/login-requests', { device, verifierSha256 }), (value) => {
    const begun = members('answer', value);
    return {
      code: matching(begun, 'code', /^[A-Za-z0-9_-]{16,64}$/),
      compare: matching(begun, 'compare', /^[A-Z0-9]{4}-[A-Z0-9]{4}$/),
    };
  });
}

/** @throws ServiceProblem (`login-request-unknown`: it has ended), ServiceUnreachable */
export async function collectLogin(service: Service, code: string, verifier: string): Promise<CollectedLogin> {
  return readAnswer(await post(service, '/v1/login-requests/collect', { code, verifier }), (value) => {
    const collected = members('answer', value);
    const state = matching(collected, 'state', /^(?:open|refused|approved)$/) as CollectedLogin['state'];
    return { state, approved: state === 'approved' ? readApproved(collected) : undefined };
  });
}

/**
 * Revokes the key that the service is asked with.
 *
 * @throws ServiceProblem (`credential-invalid`: it is void already), ServiceUnreachable
 */
export async function revokeThisKey(service: Service & { readonly apiKey: string }): Promise<void> {
  const path = `/v1/account/api-keys/${keyId(service.apiKey)}/revoke`;
  await send(service, { method: 'POST', path, limitBytes: LIMIT_BYTES });
}

/** The id within a key, as a UUID; of what is no key, one that no key has. */
function keyId(key: string): string {
  const hex = /^evk_([0-9a-f]{32})_/.exec(key)?.[1] ?? '0'.repeat(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function readApproved(collected: JsonObject): ApprovedLogin {
  const { person } = collected;
  return {
    key: parseApiKey(collected),
    until: text('until', collected['until'], MAX_TEXT),
    person: person === null || person === undefined ? undefined : text('person', person, MAX_TEXT),
    role: text('role', collected['role'], MAX_TEXT),
  };
}

function post(service: Service, path: string, body: JsonObject): Promise<Json> {
  return sendForJson(service, {
    method: 'POST',
    path,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    limitBytes: LIMIT_BYTES,
  });
}

function matching(from: JsonObject, name: string, pattern: RegExp): string {
  const value = text(name, from[name], MAX_TEXT);
  if (!pattern.test(value)) throw wrong(`${name} does not have its form`, { place: name });
  return value;
}
