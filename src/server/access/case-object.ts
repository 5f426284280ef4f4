import type { Request } from 'express';
import type { RightsObject } from '../../people/rights.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { ServerParts } from '../operation.ts';

/** The case that the path's `id` names, itself or by one of its grants; throws `not-found`. */
export function caseObject(
  { people: { directory } }: ServerParts,
  request: Request,
  by: 'case' | 'grant',
): RightsObject {
  const id = String(request.params['id']);
  const file = by === 'case' ? directory.case(id) : directory.caseOfGrant(id);
  if (file === undefined) throw new LedgerError('record/not-found');
  return { case: file };
}
