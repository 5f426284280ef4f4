import {
  type CaseView,
  fetchCases,
  fetchOrganisations,
  fetchPeople,
  type OrganisationView,
  type PersonView,
} from '../../client/directory.ts';
import type { Service } from '../../client/http.ts';
import { normalizeCaseNumber } from '../../kinds/case-number.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { PeopleError } from '../../text/people-error.ts';

/**
 * Entries of the directory by what people call them. Each throws where there is none, or several.
 */

/** By name; throws `organisation-not-named`. */
export async function organisationNamed(service: Service, name: string): Promise<OrganisationView> {
  const found = (await fetchOrganisations(service)).filter((each) => each.name === name && !each.isClosed);
  return only(found, () => new PeopleError('organisation-not-named', { name }));
}

/** By the name to sign in with; throws `person-not-named`. */
export async function personNamed(service: Service, name: string): Promise<PersonView> {
  const folded = fold(name);
  const people = await fetchPeople(service);
  const found = people.filter(({ signInName, hasLeft }) => !hasLeft && fold(signInName ?? '') === folded);
  return only(found, () => new PeopleError('person-not-named', { name }));
}

/** By number; throws `case-not-numbered`. */
export async function caseNumbered(service: Service, number: string): Promise<CaseView> {
  const normal = normalizeCaseNumber(number);
  const found = (await fetchCases(service)).filter((each) => each.number === normal);
  return only(found, () => new PeopleError('case-not-numbered', { number }));
}

function only<T>(found: readonly T[], failure: () => LedgerError): T {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw failure();
  return first;
}

function fold(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
