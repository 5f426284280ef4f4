import type { KindView } from './view.ts';

/** Where a service lists and shows the records of all kinds. */
export const RECORDS_PATH = '/v1/evidence';

/** Where a service reads a case number. */
export const CASE_NUMBER_PATH = '/v1/case-number';

/** Where a service passes on what a verification asks the chain. */
export const RELAY_PATH = '/v1/chain';

/** Where a service takes registrations of a kind, one a request. */
export function registrationPath({ name }: Pick<KindView, 'name'>): string {
  return `/v1/${name}`;
}

/** Where a service takes many registrations of a kind, one a line. */
export function batchPath(kind: Pick<KindView, 'name'>): string {
  return `${registrationPath(kind)}/batch`;
}
