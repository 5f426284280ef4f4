import { PeopleError } from '../../text/people-error.ts';
import { requireRoles } from '../duties.ts';
import { foldName } from '../fold-name.ts';
import type { Role } from '../persons.ts';
import { type DirectoryState, identityKey } from '../state.ts';
import {
  assign,
  canSignIn,
  change,
  endedSessions,
  openOrganisation,
  organisationOf,
  otherPersons,
  personOf,
  presentPerson,
  requireFree,
  requireWorksOnCases,
  revokeKeys,
  unassign,
} from './demands.ts';
import type { Transitions } from './transition.ts';

/** A ledger always has an administrator, and one who can sign in once there was one. */
function requireOtherAdmin(state: DirectoryState, id: string, roles: readonly Role[]): void {
  if (roles.includes('admin') || !personOf(state, id).roles.includes('admin')) return;
  const others = otherPersons(state, id, 'admin');
  const isLast = others.length === 0 || (canSignIn(personOf(state, id)) && !others.some(canSignIn));
  if (isLast) throw new PeopleError('last-admin');
}

/** An organisation with cases keeps a supervisor: a leaver's cases go there. */
function requireOtherSupervisor(state: DirectoryState, id: string, roles: readonly Role[]): void {
  const { organisation, roles: present } = personOf(state, id);
  if (roles.includes('supervisor') || !present.includes('supervisor')) return;
  const isOther = otherPersons(state, id, 'supervisor').some((person) => person.organisation === organisation);
  const hasCases = [...state.cases.values()].some((file) => file.organisation === organisation);
  if (!isOther && hasCases) throw new PeopleError('last-supervisor');
}

function requireFreeSignInName(state: DirectoryState, name: string | undefined): void {
  if (name !== undefined && state.bySignInName.has(foldName(name))) throw new PeopleError('name-taken', { name });
}

function setSignInName(state: DirectoryState, id: string, name: string | undefined): void {
  if (name !== undefined) state.bySignInName.set(foldName(name), id);
}

/** Persons come, move, change roles and leave. */
export const PERSON_TRANSITIONS = {
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
} satisfies Partial<Transitions>;
