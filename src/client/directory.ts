import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import { isUuid } from '../kinds/record-id.ts';
import { list, members, text, wrong } from '../protocol/encoding/shape.ts';
import { parseApiKey } from './api-key.ts';
import { readAnswer } from './answers.ts';
import { sendForJson, type Service } from './http.ts';

/** Organisations, persons, cases and keys as a service shows them, and changes of them. */

export interface OrganisationView {
  readonly id: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly isClosed: boolean;
}

export interface PersonView {
  readonly id: string;
  readonly organisation: string;
  readonly roles: readonly string[];
  readonly name: string | undefined;
  readonly signInName: string | undefined;
  readonly hasLeft: boolean;
  readonly hasPassword: boolean;
  /** Accounts of providers at which the person signs in. */
  readonly identities: readonly IdentityView[];
}

export interface IdentityView {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string | undefined;
}

export interface ApiKeyView {
  readonly id: string;
  readonly role: string;
  readonly label: string | undefined;
  readonly until: string;
  readonly isRevoked: boolean;
}

export interface GrantView {
  readonly id: string;
  readonly organisation: string;
  readonly right: string;
  readonly until: string | undefined;
  readonly basis: string | undefined;
  readonly isOpen: boolean;
}

export interface CaseView {
  readonly id: string;
  readonly number: string | undefined;
  readonly organisation: string;
  readonly assigned: readonly string[];
  readonly grants: readonly GrantView[];
}

/** Somebody asked for something of a case. */
export interface CaseRequestView {
  readonly at: string;
  readonly person: string;
  readonly name: string | undefined;
  readonly organisation: string | undefined;
  readonly operation: string;
  readonly record: string | undefined;
  /** Of HTTP; undefined: not known. */
  readonly status: number | undefined;
}

/** What a change made: its id where there is one, a one-time token or a key where it gives one. */
export interface DirectoryChange {
  readonly id: string | undefined;
  readonly link: string | undefined;
  readonly key: string | undefined;
}

const MAX_LIST_BYTES = 64 * 1024 * 1024;
const MAX_ITEMS = 200_000;
const MAX_TEXT = 4096;

/** @throws ServiceProblem, ServiceUnreachable */
export function fetchOrganisations(service: Service): Promise<readonly OrganisationView[]> {
  return fetchItems(service, '/v1/organisations', (item) => ({
    id: idOf(item),
    kind: required(item, 'kind'),
    name: optional(item, 'name'),
    isClosed: item['isClosed'] === true,
  }));
}

/** @throws ServiceProblem, ServiceUnreachable */
export function fetchPeople(service: Service): Promise<readonly PersonView[]> {
  return fetchItems(service, '/v1/people', (item) => ({
    id: idOf(item),
    organisation: required(item, 'organisation'),
    roles: texts(item, 'roles'),
    name: optional(item, 'name'),
    signInName: optional(item, 'signInName'),
    hasLeft: item['hasLeft'] === true,
    hasPassword: item['hasPassword'] === true,
    identities: list('identities', item['identities'], MAX_ITEMS).map((value) =>
      readIdentity(members('identity', value)),
    ),
  }));
}

/** @throws ServiceProblem, ServiceUnreachable */
export function fetchApiKeys(service: Service, person: string): Promise<readonly ApiKeyView[]> {
  return fetchItems(service, `/v1/people/${encodeURIComponent(person)}/api-keys`, (item) => ({
    id: idOf(item),
    role: required(item, 'role'),
    label: optional(item, 'label'),
    until: required(item, 'until'),
    isRevoked: item['isRevoked'] === true,
  }));
}

/** @throws ServiceProblem, ServiceUnreachable */
export function fetchCases(service: Service): Promise<readonly CaseView[]> {
  return fetchItems(service, '/v1/cases', (item) => ({
    id: idOf(item),
    number: optional(item, 'number'),
    organisation: required(item, 'organisation'),
    assigned: texts(item, 'assigned'),
    grants: list('grants', item['grants'], MAX_ITEMS).map((value) => readGrant(members('grant', value))),
  }));
}

/** @throws ServiceProblem, ServiceUnreachable */
export function fetchCaseAccess(service: Service, id: string): Promise<readonly CaseRequestView[]> {
  return fetchItems(service, `/v1/cases/${encodeURIComponent(id)}/access`, (item) => ({
    at: required(item, 'at'),
    person: required(item, 'person'),
    name: optional(item, 'name'),
    organisation: optional(item, 'organisation'),
    operation: required(item, 'operation'),
    record: optional(item, 'record'),
    status: typeof item['status'] === 'number' ? item['status'] : undefined,
  }));
}

/**
 * Makes one change.
 *
 * @param path of the command, such as `/v1/people`
 * @param needed what its answer has to hold
 * @throws ServiceProblem with the code of the refusal or `answer-unreadable`, ServiceUnreachable
 */
export async function changeDirectory<Needed extends keyof DirectoryChange = never>(
  service: Service,
  path: string,
  body: JsonObject,
  needed: readonly Needed[] = [],
): Promise<DirectoryChange & Readonly<Record<Needed, string>>> {
  const answer = await sendForJson(service, {
    method: 'POST',
    path,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    limitBytes: MAX_TEXT * 4,
  });
  return readAnswer(answer, (value) => {
    const made = members('answer', value);
    for (const name of needed) required(made, name);
    if (made['key'] !== undefined && made['key'] !== null) parseApiKey(made);
    const changed = { id: optionalId(made), link: optional(made, 'link'), key: optional(made, 'key') };
    return changed as DirectoryChange & Readonly<Record<Needed, string>>;
  });
}

async function fetchItems<T>(service: Service, path: string, read: (item: JsonObject) => T): Promise<readonly T[]> {
  const answer = await sendForJson(service, { method: 'GET', path, limitBytes: MAX_LIST_BYTES });
  return readAnswer(answer, (value: Json) =>
    list('items', members('answer', value)['items'], MAX_ITEMS).map((item) => read(members('item', item))),
  );
}

function readIdentity(identity: JsonObject): IdentityView {
  return {
    id: idOf(identity),
    issuer: required(identity, 'issuer'),
    subject: optional(identity, 'subject'),
  };
}

function readGrant(grant: JsonObject): GrantView {
  return {
    id: idOf(grant),
    organisation: required(grant, 'organisation'),
    right: required(grant, 'right'),
    until: optional(grant, 'until'),
    basis: optional(grant, 'basis'),
    isOpen: grant['isOpen'] === true,
  };
}

/** Ids become parts of paths. */
function idOf(item: JsonObject): string {
  const id = required(item, 'id');
  if (!isUuid(id)) throw wrong('id is no UUID', { place: 'id' });
  return id;
}

function optionalId(item: JsonObject): string | undefined {
  return optional(item, 'id') === undefined ? undefined : idOf(item);
}

function required(item: JsonObject, name: string): string {
  return text(name, item[name], MAX_TEXT);
}

function optional(item: JsonObject, name: string): string | undefined {
  const value = item[name];
  return value === undefined || value === null ? undefined : text(name, value, MAX_TEXT);
}

function texts(item: JsonObject, name: string): readonly string[] {
  return list(name, item[name], MAX_ITEMS).map((value) => text(name, value, MAX_TEXT));
}
