import { PeopleError } from '../../text/people-error.ts';
import { listRoles, ROLE_NAMES } from '../../text/people.ts';
import type { CaseFile, CaseGrant, Person, RecordGrant } from '../persons.ts';
import type { DirectoryState } from '../state.ts';
import {
  HOST,
  assign,
  change,
  openOrganisation,
  personOf,
  presentPerson,
  requireFree,
  requireLater,
  requireWorksOnCases,
  unassign,
  unknown,
} from './demands.ts';
import type { Transitions } from './transition.ts';

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

function termOf(id: string, until: string | undefined, basis: string | undefined, by: string) {
  return { id, untilMs: until === undefined ? undefined : Date.parse(until), basis, by, isEnded: false };
}

/** Cases, who works on them, who may look, and what is public. */
export const CASE_TRANSITIONS = {
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
} satisfies Partial<Transitions>;
