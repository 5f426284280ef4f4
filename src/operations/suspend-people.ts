import { randomBytes } from 'node:crypto';
import { DirectoryLog } from '../people/directory-log.ts';
import { sha256 } from '../protocol/encoding/hash.ts';
import type { StorageEngine } from './ports.ts';

/**
 * What was revoked, ended or taken away since the backup would come back: so a restored directory
 * rests until an administrator has seen it. Resolves to whether there are accounts.
 */
export async function suspendPeople(engine: StorageEngine): Promise<boolean> {
  const ignore = () => {};
  const { store } = await engine.open({ externalSize: async () => 0n, onTornTail: ignore, onFailStop: ignore });
  try {
    const people = await DirectoryLog.open(store, { hash: sha256, random: randomBytes, clock: Date.now });
    if (!people.directory.hasPeople()) return false;
    await people.change(() => ({ event: 'restored', by: 'host' }));
    return true;
  } finally {
    await store.close();
  }
}
