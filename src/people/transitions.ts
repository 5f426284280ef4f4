import { PeopleError } from '../text/people-error.ts';
import { listRoles, ROLE_NAMES } from '../text/people.ts';
import { requireRoles } from './duties.ts';
import type { DirectoryEvent, EventName, EventOf } from './events.ts';
import { foldName } from './fold-name.ts';
import type { ApiKey, CaseFile, CaseGrant, Organisation, Person, RecordGrant, Role } from './persons.ts';
import { type DirectoryState, identityKey } from './state.ts';

/**
 * What each event demands of the state before it, and what it makes of it. `require` throws a
 * `PeopleError` and changes nothing.
 */
type Transitions = {
  readonly [Name in EventName]: {
    readonly require: (state: DirectoryState, event: EventOf<Name>) => void;
    readonly fold: (state: DirectoryState, event: EventOf<Name>) => void;
  };
};

export function checkEvent(state: DirectoryState, event: DirectoryEvent): void {
  (TRANSITIONS[event.event].require as (state: DirectoryState, event: DirectoryEvent) => void)(state, event);
}

export function foldEvent(state: DirectoryState, event: DirectoryEvent): void {
  (TRANSITIONS[event.event].fold as (state: DirectoryState, event: DirectoryEvent) => void)(state, event);
}

const TRANSITIONS: Transitions = {
  'organisation-added': {
    require: (state, { organisation, personal }) => {
      requireFree(state.organisations, organisation);
      requireFreeOrganisationName(state, personal?.name);
    },
    fold: (state, { organisation: id, kind, personal }) =>
      state.organisations.set(id, { id, kind, name: personal?.name, isClosed: false }),
  },
  'organisation-renamed': {
    require: (state, { organisation, personal }) => {
      const { name } = organisationOf(state, organisation);
      if (name !== personal?.name) requireFreeOrganisationName(state, personal?.name);
    },
    fold: (state, { organisation, personal }) => change(state.organisations, organisation, { name: personal?.name }),
  },
  'organisation-closed': {
    require: (state, { organisation }) => {
      const { name } = openOrganisation(state, organisation);
      const isInUse = [...state.persons.values()].some(
        (person) => person.organisation === organisation && !person.hasLeft,
      );
      if (isInUse) throw new PeopleError('organisation-in-use', { name: name ?? organisation });
    },
    fold: (state, { organisation }) => change(state.organisations, organisation, { isClosed: true }),
  },
  'person-added': {
    require: (state, { person, organisation, roles, personal }) => {
      requireFree(state.persons, person);
      requireRoles(openOrganisation(state, organisation).kind, roles);
      if (state.persons.size === 0 && !roles.includes('admin')) throw new PeopleError('first-person-not-admin');
      requireFreeSignInName(state, personal?.signInName);
    },
    fold: (state, { person: id, organisation, roles, personal, at }) => {
      state.persons.set(id, {
        id,
        organisation,
        roles,
        signInName: personal?.signInName,
        name: personal?.name,
        contact: personal?.contact,
        hasLeft: false,
        passwordHash: personal?.passwordHash,
        passkeys: [],
        identities: [],
        sessionsFromMs: Date.parse(at),
        devicesFromMs: 0,
      });
      setSignInName(state, id, personal?.signInName);
    },
  },
  'person-renamed': {
    require: (state, { person, personal }) => {
      const { signInName } = presentPerson(state, person);
      const isSame = foldName(signInName ?? '') === foldName(personal?.signInName ?? '');
      if (!isSame) requireFreeSignInName(state, personal?.signInName);
    },
    fold: (state, { person, personal }) => {
      const { signInName } = personOf(state, person);
      if (signInName !== undefined) state.bySignInName.delete(foldName(signInName));
      change(state.persons, person, {
        signInName: personal?.signInName,
        name: personal?.name,
        contact: personal?.contact,
      });
      setSignInName(state, person, personal?.signInName);
    },
  },
  'person-moved': {
    require: (state, { person, organisation, roles }) => {
      presentPerson(state, person);
      requireRoles(openOrganisation(state, organisation).kind, roles);
      requireOtherAdmin(state, person, roles);
      const isElsewhere = personOf(state, person).organisation !== organisation;
      requireOtherSupervisor(state, person, isElsewhere ? [] : roles);
    },
    fold: (state, { person, organisation, roles, at }) => {
      change(state.persons, person, { organisation, roles, ...endedSessions(state, person, at) });
      for (const file of state.cases.values()) unassign(state, file, person);
      revokeKeys(state, person);
    },
  },
  'roles-changed': {
    require: (state, { person, roles }) => {
      const { organisation } = presentPerson(state, person);
      requireRoles(organisationOf(state, organisation).kind, roles);
      requireOtherAdmin(state, person, roles);
      requireOtherSupervisor(state, person, roles);
    },
    fold: (state, { person, roles }) => {
      change(state.persons, person, { roles });
      // for good: the role may be given back, and the keys are not
      revokeKeys(state, person, ({ role }) => !roles.includes(role));
    },
  },
  'person-left': {
    require: (state, { person, successor }) => {
      const { organisation } = presentPerson(state, person);
      requireOtherAdmin(state, person, []);
      requireOtherSupervisor(state, person, []);
      if (successor === undefined) return;
      const next = presentPerson(state, successor);
      if (next.organisation !== organisation || successor === person) {
        throw new PeopleError('successor-foreign', { person: successor });
      }
      requireWorksOnCases(next);
    },
    fold: (state, { person, successor }) => {
      const { signInName, identities, passkeys } = personOf(state, person);
      for (const file of state.cases.values()) {
        if (!file.assigned.includes(person)) continue;
        unassign(state, file, person);
        if (successor !== undefined) assign(state, state.cases.get(file.id)!, successor);
      }
      if (signInName !== undefined) state.bySignInName.delete(foldName(signInName));
      for (const { issuer, subject } of identities) state.byIdentity.delete(identityKey(issuer, subject ?? ''));
      for (const { credentialId } of passkeys) state.byCredential.delete(credentialId ?? '');
      revokeKeys(state, person);
      change(state.persons, person, { hasLeft: true, passwordHash: undefined, passkeys: [], identities: [] });
    },
  },
  'password-set': {
    require: (state, { person }) => presentPerson(state, person),
    fold: (state, { person, personal, at }) =>
      change(state.persons, person, { passwordHash: personal?.passwordHash, ...endedSessions(state, person, at) }),
  },
  'password-removed': {
    require: (state, { person }) => {
      presentPerson(state, person);
      requireWayIn(state, person, { passwordHash: undefined });
    },
    fold: (state, { person, at }) =>
      change(state.persons, person, { passwordHash: undefined, ...endedSessions(state, person, at) }),
  },
  'passkey-added': {
    require: (state, { person, personal }) => {
      presentPerson(state, person);
      if (state.byCredential.has(personal?.credentialId ?? '')) throw new PeopleError('passkey-taken');
    },
    fold: (state, { person, passkey: id, personal }) => {
      const { passkeys } = personOf(state, person);
      change(state.persons, person, {
        passkeys: [
          ...passkeys,
          { id, credentialId: personal?.credentialId, publicKey: personal?.publicKey, label: personal?.label },
        ],
      });
      if (personal !== undefined) state.byCredential.set(personal.credentialId, person);
    },
  },
  'passkey-removed': {
    require: (state, { person, passkey }) => {
      const { passkeys } = presentPerson(state, person);
      if (!passkeys.some(({ id }) => id === passkey)) throw unknown('passkey-unknown', passkey);
      requireWayIn(state, person, { passkeys: passkeys.filter(({ id }) => id !== passkey) });
    },
    fold: (state, { person, passkey, at }) => {
      const { passkeys } = personOf(state, person);
      const removed = passkeys.find(({ id }) => id === passkey);
      state.byCredential.delete(removed?.credentialId ?? '');
      change(state.persons, person, {
        passkeys: passkeys.filter(({ id }) => id !== passkey),
        ...endedSessions(state, person, at),
      });
    },
  },
  'identity-bound': {
    require: (state, { person, issuer, personal }) => {
      presentPerson(state, person);
      if (state.byIdentity.has(identityKey(issuer, personal?.subject ?? ''))) throw new PeopleError('identity-taken');
    },
    fold: (state, { person, identity: id, issuer, personal }) => {
      const { identities } = personOf(state, person);
      change(state.persons, person, { identities: [...identities, { id, issuer, subject: personal?.subject }] });
      if (personal !== undefined) state.byIdentity.set(identityKey(issuer, personal.subject), person);
    },
  },
  'identity-unbound': {
    require: (state, { person, identity }) => {
      const { identities } = presentPerson(state, person);
      if (!identities.some(({ id }) => id === identity)) throw unknown('identity-unknown', identity);
      requireWayIn(state, person, { identities: identities.filter(({ id }) => id !== identity) });
    },
    fold: (state, { person, identity, at }) => {
      const { identities } = personOf(state, person);
      const removed = identities.find(({ id }) => id === identity);
      if (removed !== undefined) state.byIdentity.delete(identityKey(removed.issuer, removed.subject ?? ''));
      change(state.persons, person, {
        identities: identities.filter(({ id }) => id !== identity),
        ...endedSessions(state, person, at),
      });
    },
  },
  'person-reset': {
    require: (state, { person, by }) => {
      presentPerson(state, person);
      // the owner of the folder is handed the link to begin again, and can make another
      if (by !== HOST) requireWayIn(state, person, { passwordHash: undefined, passkeys: [] });
    },
    fold: (state, { person, at }) => {
      for (const { credentialId } of personOf(state, person).passkeys) state.byCredential.delete(credentialId ?? '');
      const ended = endedSessions(state, person, at);
      const devicesFromMs = ended.sessionsFromMs;
      change(state.persons, person, { passwordHash: undefined, passkeys: [], ...ended, devicesFromMs });
      revokeKeys(state, person);
    },
  },
  'api-key-added': {
    require: (state, { key, person, role, until, by, at }) => {
      requireFree(state.apiKeys, key);
      requireLater(until, at);
      if (Date.parse(until) - Date.parse(at) > MAX_KEY_DAYS * DAY_MS) {
        throw new PeopleError('api-key-too-long', { until, days: MAX_KEY_DAYS });
      }
      const { roles } = presentPerson(state, person);
      if (!roles.includes(role))
        throw new PeopleError('role-not-held', { role: ROLE_NAMES[role], roles: listRoles(roles) });
      // who made it could read with it what that person reads
      if (by !== HOST && by !== person && READS_EVIDENCE.includes(role)) {
        throw new PeopleError('api-key-of-other', { role: ROLE_NAMES[role] });
      }
    },
    fold: (state, { key: id, person, role, secretSha256, until, personal, at }) =>
      state.apiKeys.set(id, {
        id,
        person,
        role,
        secretSha256,
        label: personal?.label,
        createdMs: Date.parse(at),
        untilMs: Date.parse(until),
        isRevoked: false,
      }),
  },
  'api-key-revoked': {
    require: (state, { key }) => {
      const found = state.apiKeys.get(key);
      if (found === undefined || found.isRevoked) throw unknown('api-key-unknown', key);
    },
    fold: (state, { key }) => change(state.apiKeys, key, { isRevoked: true }),
  },
  'case-opened': {
    require: (state, { case: id, organisation, assigned, personal }) => {
      requireFree(state.cases, id);
      openOrganisation(state, organisation);
      if (assigned !== undefined) requireOfOrganisation(presentPerson(state, assigned), organisation);
      const sameNumber = state.byNumber.get(personal?.number ?? '') ?? [];
      const isTaken = sameNumber.some((other) => state.cases.get(other)!.organisation === organisation);
      if (isTaken) throw new PeopleError('case-exists', { number: personal!.number });
    },
    fold: (state, { case: id, organisation, assigned, personal }) => {
      const number = personal?.number;
      state.cases.set(id, { id, organisation, number, assigned: assigned === undefined ? [] : [assigned], grants: [] });
      if (number !== undefined) state.byNumber.set(number, [...(state.byNumber.get(number) ?? []), id]);
    },
  },
  'case-assigned': {
    require: (state, { case: id, person, by }) => {
      const { organisation, grants } = caseOf(state, id);
      const assigned = presentPerson(state, person);
      requireColleague(state, by, assigned);
      const isInvolved =
        assigned.organisation === organisation ||
        grants.some((grant) => !grant.isEnded && grant.organisation === assigned.organisation);
      if (!isInvolved) throw new PeopleError('assignment-foreign', { person });
      requireWorksOnCases(assigned);
    },
    fold: (state, { case: id, person }) => assign(state, caseOf(state, id), person),
  },
  'case-unassigned': {
    require: (state, { case: id, person, by }) => {
      const { assigned } = caseOf(state, id);
      requireColleague(state, by, personOf(state, person));
      if (!assigned.includes(person)) throw unknown('person-unknown', person);
    },
    fold: (state, { case: id, person }) => unassign(state, caseOf(state, id), person),
  },
  'case-granted': {
    require: (state, { case: id, grant, organisation, until, at }) => {
      if (until !== undefined) requireLater(until, at);
      const { organisation: owner } = caseOf(state, id);
      requireFree(state.casesOfGrants, grant);
      requireFree(state.recordGrants, grant);
      openOrganisation(state, organisation);
      if (organisation === owner) throw new PeopleError('grant-to-owner');
    },
    fold: (state, { case: id, grant, organisation, right, until, personal, by }) => {
      const added: CaseGrant = { ...termOf(grant, until, personal?.basis, by), organisation, right };
      change(state.cases, id, { grants: [...caseOf(state, id).grants, added] });
      state.casesOfGrants.set(grant, id);
    },
  },
  'record-granted': {
    require: (state, { grant, person, until, at }) => {
      requireLater(until, at);
      requireFree(state.casesOfGrants, grant);
      requireFree(state.recordGrants, grant);
      const { roles } = presentPerson(state, person);
      if (!roles.includes('party'))
        throw new PeopleError('role-not-held', { role: ROLE_NAMES.party, roles: listRoles(roles) });
    },
    fold: (state, { grant, record, person, until, personal, by }) => {
      const added: RecordGrant = { ...termOf(grant, until, personal?.basis, by), record, person };
      state.recordGrants.set(grant, added);
      state.byRecord.set(record, [...(state.byRecord.get(record) ?? []), grant]);
    },
  },
  'grant-ended': {
    require: (state, { grant }) => {
      const found = grantOf(state, grant);
      if (found === undefined) throw unknown('grant-unknown', grant);
      if (found.isEnded) throw unknown('grant-ended', grant);
    },
    fold: (state, { grant }) => {
      if (state.recordGrants.has(grant)) change(state.recordGrants, grant, { isEnded: true });
      const id = state.casesOfGrants.get(grant);
      if (id === undefined) return;
      const { grants } = caseOf(state, id);
      change(state.cases, id, {
        grants: grants.map((given) => (given.id === grant ? { ...given, isEnded: true } : given)),
      });
    },
  },
  'record-published': {
    require: (state, { record }) => {
      if (state.publishedRecords.has(record)) throw new PeopleError('record-published', { id: record });
    },
    fold: (state, { record }) => state.publishedRecords.add(record),
  },
  'record-withdrawn': {
    require: (state, { record }) => {
      if (!state.publishedRecords.has(record)) throw unknown('record-not-published', record);
    },
    fold: (state, { record }) => state.publishedRecords.delete(record),
  },
  restored: {
    require: () => {},
    fold: (state, { at }) => {
      state.unconfirmedRestoreMs = state.apiKeysFromMs = Date.parse(at);
      for (const { id } of state.persons.values()) change(state.persons, id, endedSessions(state, id, at));
    },
  },
  'restore-confirmed': {
    require: (state) => {
      if (state.unconfirmedRestoreMs === undefined) throw new PeopleError('restore-not-pending');
    },
    fold: (state) => {
      state.unconfirmedRestoreMs = undefined;
    },
  },
};

/** Stands in events for the owner of the data folder. */
const HOST = 'host';
const WORKS_ON_CASES: readonly Role[] = ['handler', 'supervisor', 'court'];
const READS_EVIDENCE: readonly Role[] = [...WORKS_ON_CASES, 'party'];

const DAY_MS = 24 * 60 * 60_000;
/** A key that nobody misses ends by itself. */
const MAX_KEY_DAYS = 366;

type UnknownCode =
  | 'organisation-unknown'
  | 'person-unknown'
  | 'passkey-unknown'
  | 'identity-unknown'
  | 'api-key-unknown'
  | 'case-unknown'
  | 'grant-unknown'
  | 'grant-ended'
  | 'record-not-published';

function unknown(code: UnknownCode, id: string): PeopleError {
  return new PeopleError(code, { id });
}

function requireFree(taken: { has(id: string): boolean }, id: string): void {
  if (taken.has(id)) throw new PeopleError('id-taken', { id });
}

function organisationOf(state: DirectoryState, id: string): Organisation {
  const found = state.organisations.get(id);
  if (found === undefined) throw unknown('organisation-unknown', id);
  return found;
}

function openOrganisation(state: DirectoryState, id: string): Organisation {
  const found = organisationOf(state, id);
  if (found.isClosed) throw new PeopleError('organisation-closed', { name: found.name ?? id });
  return found;
}

function personOf(state: DirectoryState, id: string): Person {
  const found = state.persons.get(id);
  if (found === undefined) throw unknown('person-unknown', id);
  return found;
}

function presentPerson(state: DirectoryState, id: string): Person {
  const found = personOf(state, id);
  if (found.hasLeft) throw new PeopleError('person-left', { name: found.name ?? id });
  return found;
}

function caseOf(state: DirectoryState, id: string): CaseFile {
  const found = state.cases.get(id);
  if (found === undefined) throw unknown('case-unknown', id);
  return found;
}

function grantOf(state: DirectoryState, id: string): CaseGrant | RecordGrant | undefined {
  const file = state.cases.get(state.casesOfGrants.get(id) ?? '');
  return state.recordGrants.get(id) ?? file?.grants.find((grant) => grant.id === id);
}

function requireOfOrganisation(person: Person, organisation: string): void {
  if (person.organisation !== organisation) throw new PeopleError('assignment-foreign', { person: person.id });
}

/** Each office decides on its own persons alone, also on cases that were granted to it. */
function requireColleague(state: DirectoryState, by: string, person: Person): void {
  if (by !== HOST) requireOfOrganisation(person, personOf(state, by).organisation);
}

function requireWorksOnCases({ id, roles }: Person): void {
  if (roles.some((role) => WORKS_ON_CASES.includes(role))) return;
  throw new PeopleError('assignment-role', { person: id, roles: listRoles(roles) });
}

/** A ledger always has an administrator, and one who can sign in once there was one. */
function requireOtherAdmin(state: DirectoryState, id: string, roles: readonly Role[]): void {
  if (roles.includes('admin') || !personOf(state, id).roles.includes('admin')) return;
  const others = otherPersons(state, id, 'admin');
  const isLast = others.length === 0 || (canSignIn(personOf(state, id)) && !others.some(canSignIn));
  if (isLast) throw new PeopleError('last-admin');
}

/** The last administrator who can sign in keeps a way to. */
function requireWayIn(state: DirectoryState, id: string, changed: Partial<Person>): void {
  const person = personOf(state, id);
  const loses = canSignIn(person) && !canSignIn({ ...person, ...changed });
  if (loses && person.roles.includes('admin') && !otherPersons(state, id, 'admin').some(canSignIn)) {
    throw new PeopleError('last-admin');
  }
}

function canSignIn({ passwordHash, passkeys, identities }: Person): boolean {
  return passwordHash !== undefined || passkeys.length > 0 || identities.length > 0;
}

/** An organisation with cases keeps a supervisor: a leaver's cases go there. */
function requireOtherSupervisor(state: DirectoryState, id: string, roles: readonly Role[]): void {
  const { organisation, roles: present } = personOf(state, id);
  if (roles.includes('supervisor') || !present.includes('supervisor')) return;
  const isOther = otherPersons(state, id, 'supervisor').some((person) => person.organisation === organisation);
  const hasCases = [...state.cases.values()].some((file) => file.organisation === organisation);
  if (!isOther && hasCases) throw new PeopleError('last-supervisor');
}

/** The present persons of a role but one. */
function otherPersons(state: DirectoryState, id: string, role: Role): Person[] {
  return [...state.persons.values()].filter(
    (person) => person.id !== id && !person.hasLeft && person.roles.includes(role),
  );
}

function requireFreeOrganisationName(state: DirectoryState, name: string | undefined): void {
  const isTaken = [...state.organisations.values()].some((other) => other.name === name && !other.isClosed);
  if (name !== undefined && isTaken) throw new PeopleError('name-taken', { name });
}

function requireFreeSignInName(state: DirectoryState, name: string | undefined): void {
  if (name !== undefined && state.bySignInName.has(foldName(name))) throw new PeopleError('name-taken', { name });
}

function setSignInName(state: DirectoryState, id: string, name: string | undefined): void {
  if (name !== undefined) state.bySignInName.set(foldName(name), id);
}

function assign(state: DirectoryState, { id, assigned }: CaseFile, person: string): void {
  if (!assigned.includes(person)) change(state.cases, id, { assigned: [...assigned, person] });
}

function unassign(state: DirectoryState, { id, assigned }: CaseFile, person: string): void {
  if (assigned.includes(person)) change(state.cases, id, { assigned: assigned.filter((other) => other !== person) });
}

function revokeKeys(state: DirectoryState, person: string, which: (key: ApiKey) => boolean = () => true): void {
  for (const key of state.apiKeys.values()) {
    if (key.person === person && which(key)) change(state.apiKeys, key.id, { isRevoked: true });
  }
}

function requireLater(until: string, at: string): void {
  if (until <= at) throw new PeopleError('until-past', { until });
}

/** Later each time, also within one millisecond: what was made before is void by its time. */
function endedSessions(state: DirectoryState, person: string, at: string): Pick<Person, 'sessionsFromMs'> {
  return { sessionsFromMs: Math.max(Date.parse(at), personOf(state, person).sessionsFromMs + 1) };
}

function termOf(id: string, until: string | undefined, basis: string | undefined, by: string) {
  return { id, untilMs: until === undefined ? undefined : Date.parse(until), basis, by, isEnded: false };
}

function change<T extends object>(values: Map<string, T>, id: string, changed: Partial<T>): void {
  values.set(id, { ...values.get(id)!, ...changed });
}
