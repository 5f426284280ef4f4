import type { AccessCheck } from '../people/access/check-streams.ts';
import { checkStreams } from '../people/access/check-streams.ts';
import { ACCESS_KIND } from '../people/access/statement.ts';
import { statementOf } from './access-records.ts';
import type { DataPaths, LedgerParts } from './ports.ts';

/**
 * Compares the access log of a data folder, which may be in use, or of a backup with the records of
 * its log. The records are read first: the streams are then as far as they state, or further.
 */
export async function auditAccess(
  paths: Pick<DataPaths, 'dir' | 'access'>,
  { engineIn, accessIn, hash }: Pick<LedgerParts, 'engineIn' | 'accessIn' | 'hash'>,
): Promise<AccessCheck> {
  const records = await engineIn(paths.dir).recordsOf(ACCESS_KIND);
  const statements = records.flatMap(({ index, record, anchoredMs }) => {
    const stated = statementOf(hash, record, index);
    return stated === undefined ? [] : [{ ...stated, anchoredMs }];
  });
  return checkStreams(hash, accessIn(paths.access), statements, { nowMs: Date.now() });
}
