import { PeopleError } from '../../text/people-error.ts';
import type { DirectoryEvent } from '../events.ts';
import type { DirectoryState } from '../state.ts';
import { CASE_TRANSITIONS } from './cases.ts';
import { CREDENTIAL_TRANSITIONS } from './credentials.ts';
import { change, endedSessions } from './demands.ts';
import { ORGANISATION_TRANSITIONS } from './organisations.ts';
import { PERSON_TRANSITIONS } from './persons.ts';
import type { Transitions } from './transition.ts';

/** Throws a `PeopleError` where the event does not fit the state. */
export function checkEvent(state: DirectoryState, event: DirectoryEvent): void {
  (TRANSITIONS[event.event].require as (state: DirectoryState, event: DirectoryEvent) => void)(state, event);
}

/** Changes the state by an event that was checked. */
export function foldEvent(state: DirectoryState, event: DirectoryEvent): void {
  (TRANSITIONS[event.event].fold as (state: DirectoryState, event: DirectoryEvent) => void)(state, event);
}

const TRANSITIONS: Transitions = {
  ...ORGANISATION_TRANSITIONS,
  ...PERSON_TRANSITIONS,
  ...CREDENTIAL_TRANSITIONS,
  ...CASE_TRANSITIONS,
  restored: {
    require: () => {},
    fold: (state, { at }) => {
      state.unconfirmedRestoreMs = Date.parse(at);
      for (const { id } of state.apiKeys.values()) change(state.apiKeys, id, { isRevoked: true });
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
