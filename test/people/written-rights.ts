import type { Role } from '../../src/people/persons.ts';
import type { Act } from '../../src/people/rights.ts';

/**
 * Who may do what, written by hand from what each role is for and never from the table that it is
 * compared with.
 */

/** How a person stands to a record and its case. */
export const STANDINGS = [
  'assigned',
  'own',
  'granted',
  'grant-ended',
  'grant-over',
  'foreign',
  'record-granted',
  'record-grant-over',
] as const;
type Standing = (typeof STANDINGS)[number];

export interface WrittenRight {
  /** Roles that have the act at all. */
  readonly roles: readonly Role[];
  /** Role and standing, where the act is about a record or a case. */
  readonly on?: readonly `${Role} ${Standing}`[];
}

/** Others do not learn that there is such a record or case. */
export const SEEN = [
  'handler assigned',
  'handler granted',
  'supervisor assigned',
  'supervisor own',
  'supervisor granted',
  'court granted',
  'party record-granted',
] as const;

const readers: WrittenRight = { roles: ['handler', 'supervisor', 'court', 'party'], on: SEEN };
const ofOwner: WrittenRight = { roles: ['supervisor'], on: ['supervisor assigned', 'supervisor own'] };
const everybody: WrittenRight = { roles: ['handler', 'supervisor', 'court', 'auditor', 'admin', 'party'] };

export const WRITTEN: Readonly<Record<Act, WrittenRight>> = {
  register: {
    roles: ['handler', 'supervisor'],
    on: ['handler assigned', 'handler own', 'supervisor assigned', 'supervisor own'],
  },
  search: { roles: ['handler', 'supervisor', 'court', 'party'] },
  look: readers,
  'read-content': readers,
  anchor: { roles: ['handler', 'supervisor', 'court', 'auditor'] },
  'open-case': { roles: ['handler', 'supervisor'] },
  'look-at-case': readers,
  assign: { roles: ['supervisor'], on: ['supervisor assigned', 'supervisor own', 'supervisor granted'] },
  grant: ofOwner,
  publish: ofOwner,
  'manage-organisations': { roles: ['admin'] },
  'manage-people': { roles: ['admin'] },
  'confirm-restore': { roles: ['admin'] },
  'list-colleagues': { roles: ['supervisor', 'admin'] },
  'list-organisations': { roles: ['handler', 'supervisor', 'court', 'auditor', 'admin'] },
  'read-directory-events': { roles: ['auditor', 'admin'] },
  'read-access-log': { roles: ['auditor'] },
  'read-access-to-case': ofOwner,
  monitor: { roles: ['admin', 'auditor'] },
  'manage-own-account': everybody,
  'make-own-key': everybody,
};
