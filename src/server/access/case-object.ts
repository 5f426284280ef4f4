import type { Request } from 'express';
import type { RightsObject } from '../../people/rights.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { ServerParts } from '../operation.ts';
import { recordWithId } from '../records.ts';
import { recordObject } from './record-object.ts';

/** The case that the path's `id` names; throws `not-found`. */
export function caseObject({ people: { directory } }: ServerParts, request: Request): RightsObject {
  const file = directory.case(String(request.params['id']));
  if (file === undefined) throw new LedgerError('record/not-found');
  return { case: file };
}

/** The case or the record that the grant of the path's `id` is of; throws `not-found`. */
export async function grantedObject(parts: ServerParts, request: Request): Promise<() => RightsObject> {
  const { directory } = parts.people;
  const id = String(request.params['id']);
  if (directory.caseOfGrant(id) !== undefined) return () => ({ case: directory.caseOfGrant(id) });
  const grant = directory.recordGrant(id);
  if (grant === undefined) throw new LedgerError('record/not-found');
  const { record } = await recordWithId(parts, grant.record);
  return () => recordObject(directory, record);
}
