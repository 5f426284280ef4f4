import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataPaths } from '../../../src/adapters/data-folder/data-folder.ts';
import { upgradeFolder } from '../../../src/adapters/data-folder/upgrade.ts';

/**
 * A process that kills itself at the named point of an upgrade from version 0, in which the journal
 * was one file.
 */
const [dir, killAt] = process.argv.slice(2) as [string, string];
const point = (name: string) => {
  if (name === killAt) process.kill(process.pid, 'SIGKILL');
};

await upgradeFolder(
  dataPaths(dir),
  {
    0: async ({ dir: folder }) => {
      point('before');
      writeFileSync(join(folder, 'marks'), '');
      point('between');
      try {
        renameSync(join(folder, 'ledger'), join(folder, 'journal'));
      } catch (error) {
        // it was done by the run before
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      point('after');
    },
  },
  1,
);
