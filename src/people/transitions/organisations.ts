import { PeopleError } from '../../text/people-error.ts';
import type { DirectoryState } from '../state.ts';
import { change, openOrganisation, organisationOf, requireFree } from './demands.ts';
import type { Transitions } from './transition.ts';

function requireFreeOrganisationName(state: DirectoryState, name: string | undefined): void {
  const isTaken = [...state.organisations.values()].some((other) => other.name === name && !other.isClosed);
  if (name !== undefined && isTaken) throw new PeopleError('name-taken', { name });
}

/** Organisations are added, renamed and closed. */
export const ORGANISATION_TRANSITIONS = {
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
} satisfies Partial<Transitions>;
