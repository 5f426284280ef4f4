import { PeopleError } from '../text/people-error.ts';
import { listRoles, ORGANISATION_KIND_NAMES, ROLE_NAMES } from '../text/people.ts';
import type { OrganisationKind, Role } from './persons.ts';

/**
 * Which roles an organisation of a kind gives out, and which of them one person may not combine.
 */

const ROLES_OF: Readonly<Record<OrganisationKind, readonly Role[]>> = {
  procuratorate: ['handler', 'supervisor', 'admin'],
  police: ['handler', 'supervisor', 'admin'],
  supervision: ['handler', 'supervisor', 'admin'],
  court: ['court', 'admin'],
  notary: ['handler', 'supervisor', 'admin'],
  audit: ['auditor'],
  administration: ['handler', 'supervisor', 'admin'],
  party: ['party'],
};

/** Who audits or administers a ledger has no part in what it holds. */
const ALONE: readonly Role[] = ['auditor', 'admin', 'party'];

/** Throws `role-not-of-organisation`, `roles-incompatible` or `roles-none`. */
export function requireRoles(kind: OrganisationKind, roles: readonly Role[]): void {
  if (roles.length === 0) throw new PeopleError('roles-none');
  const foreign = roles.find((role) => !ROLES_OF[kind].includes(role));
  if (foreign !== undefined) {
    throw new PeopleError('role-not-of-organisation', {
      role: ROLE_NAMES[foreign],
      kind: ORGANISATION_KIND_NAMES[kind],
      roles: listRoles(ROLES_OF[kind]),
    });
  }
  const alone = roles.find((role) => ALONE.includes(role));
  const other = roles.find((role) => role !== alone);
  if (alone !== undefined && other !== undefined)
    throw new PeopleError('roles-incompatible', { role: ROLE_NAMES[alone], other: ROLE_NAMES[other] });
}
