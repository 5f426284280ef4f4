import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { RecordedStatement } from '../people/access/statement.ts';
import { newestStatement } from './access-records.ts';
import type { LedgerFolder, LedgerParts } from './ports.ts';
import { suspendPeople } from './suspend-people.ts';

/**
 * Has the service start though access log or directory are behind what the newest record of the log
 * states: accounts, keys and grants rest until an administrator confirms them, as after a restore.
 * Resolves to the index of that record; undefined where there is none. The caller holds the lock.
 */
export async function acceptAccess(
  { paths }: LedgerFolder,
  { engineIn, hash }: Pick<LedgerParts, 'engineIn' | 'hash'>,
  accept: (root: string) => Promise<void>,
): Promise<bigint | undefined> {
  const engine = engineIn(paths.dir);
  const ignore = () => {};
  const { store } = await engine.open({ externalSize: async () => 0n, onTornTail: ignore, onFailStop: ignore });
  let newest: RecordedStatement | undefined;
  try {
    newest = await newestStatement(store, hash);
  } finally {
    await store.close();
  }
  if (newest === undefined) return undefined;
  await suspendPeople(engine);
  await accept(toBase64(newest.root));
  return newest.index;
}
