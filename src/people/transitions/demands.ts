import { PeopleError } from '../../text/people-error.ts';
import { listRoles } from '../../text/people.ts';
import type { ApiKey, CaseFile, Organisation, Person, Role } from '../persons.ts';
import type { DirectoryState } from '../state.ts';

/** What transitions look up in the state, demand of it and change in it. */

/** Stands in events for the owner of the data folder. */
export const HOST = 'host';

export const WORKS_ON_CASES: readonly Role[] = ['handler', 'supervisor', 'court'];

export type UnknownCode =
  | 'organisation-unknown'
  | 'person-unknown'
  | 'passkey-unknown'
  | 'identity-unknown'
  | 'api-key-unknown'
  | 'case-unknown'
  | 'grant-unknown'
  | 'grant-ended'
  | 'record-not-published';

export function unknown(code: UnknownCode, id: string): PeopleError {
  return new PeopleError(code, { id });
}

export function requireFree(taken: { has(id: string): boolean }, id: string): void {
  if (taken.has(id)) throw new PeopleError('id-taken', { id });
}

export function organisationOf(state: DirectoryState, id: string): Organisation {
  const found = state.organisations.get(id);
  if (found === undefined) throw unknown('organisation-unknown', id);
  return found;
}

export function openOrganisation(state: DirectoryState, id: string): Organisation {
  const found = organisationOf(state, id);
  if (found.isClosed) throw new PeopleError('organisation-closed', { name: found.name ?? id });
  return found;
}

export function personOf(state: DirectoryState, id: string): Person {
  const found = state.persons.get(id);
  if (found === undefined) throw unknown('person-unknown', id);
  return found;
}

export function presentPerson(state: DirectoryState, id: string): Person {
  const found = personOf(state, id);
  if (found.hasLeft) throw new PeopleError('person-left', { name: found.name ?? id });
  return found;
}

export function requireWorksOnCases({ id, roles }: Person): void {
  if (roles.some((role) => WORKS_ON_CASES.includes(role))) return;
  throw new PeopleError('assignment-role', { person: id, roles: listRoles(roles) });
}

export function canSignIn({ passwordHash, passkeys, identities }: Person): boolean {
  return passwordHash !== undefined || passkeys.length > 0 || identities.length > 0;
}

/** The present persons of a role but one. */
export function otherPersons(state: DirectoryState, id: string, role: Role): Person[] {
  return [...state.persons.values()].filter(
    (person) => person.id !== id && !person.hasLeft && person.roles.includes(role),
  );
}

export function assign(state: DirectoryState, { id, assigned }: CaseFile, person: string): void {
  if (!assigned.includes(person)) change(state.cases, id, { assigned: [...assigned, person] });
}

export function unassign(state: DirectoryState, { id, assigned }: CaseFile, person: string): void {
  if (assigned.includes(person)) change(state.cases, id, { assigned: assigned.filter((other) => other !== person) });
}

export function revokeKeys(state: DirectoryState, person: string, which: (key: ApiKey) => boolean = () => true): void {
  for (const key of state.apiKeys.values()) {
    if (key.person === person && which(key)) change(state.apiKeys, key.id, { isRevoked: true });
  }
}

export function requireLater(until: string, at: string): void {
  if (until <= at) throw new PeopleError('until-past', { until });
}

/** Later each time, also within one millisecond: what was made before is void by its time. */
export function endedSessions(state: DirectoryState, person: string, at: string): Pick<Person, 'sessionsFromMs'> {
  return { sessionsFromMs: Math.max(Date.parse(at), personOf(state, person).sessionsFromMs + 1) };
}

export function change<T extends object>(values: Map<string, T>, id: string, changed: Partial<T>): void {
  values.set(id, { ...values.get(id)!, ...changed });
}
