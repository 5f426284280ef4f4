import type { EventName, EventOf } from '../events.ts';
import type { DirectoryState } from '../state.ts';

/**
 * What each event demands of the state before it, and what it makes of it. `require` throws a
 * `PeopleError` and changes nothing.
 */
export type Transitions = {
  readonly [Name in EventName]: {
    readonly require: (state: DirectoryState, event: EventOf<Name>) => void;
    readonly fold: (state: DirectoryState, event: EventOf<Name>) => void;
  };
};
