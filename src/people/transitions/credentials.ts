import { PeopleError } from '../../text/people-error.ts';
import { listRoles, ROLE_NAMES } from '../../text/people.ts';
import type { Person, Role } from '../persons.ts';
import { type DirectoryState, identityKey } from '../state.ts';
import {
  HOST,
  WORKS_ON_CASES,
  canSignIn,
  change,
  endedSessions,
  otherPersons,
  personOf,
  presentPerson,
  requireFree,
  requireLater,
  revokeKeys,
  unknown,
} from './demands.ts';
import type { Transitions } from './transition.ts';

const READS_EVIDENCE: readonly Role[] = [...WORKS_ON_CASES, 'party'];

const DAY_MS = 24 * 60 * 60_000;

/** A key that nobody misses ends by itself. */
const MAX_KEY_DAYS = 366;

/** The last administrator who can sign in keeps a way to. */
function requireWayIn(state: DirectoryState, id: string, changed: Partial<Person>): void {
  const person = personOf(state, id);
  const loses = canSignIn(person) && !canSignIn({ ...person, ...changed });
  if (loses && person.roles.includes('admin') && !otherPersons(state, id, 'admin').some(canSignIn)) {
    throw new PeopleError('last-admin');
  }
}

/** What persons sign in with, and API keys. */
export const CREDENTIAL_TRANSITIONS = {
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
} satisfies Partial<Transitions>;
