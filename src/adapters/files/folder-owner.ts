import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerError } from '../../text/ledger-error.ts';

const ROOT = 0;

/**
 * Refuses work by root in a folder of another user, or below one: the service, which runs as that
 * user, could not use the files that it leaves. Throws `wrong-user`. The path need not exist.
 */
export function requireOwnUser(path: string): void {
  if (process.geteuid?.() !== ROOT) return; // who is not root can write own folders only
  const { folder, stats } = nearestFolder(path);
  if (stats.uid !== ROOT) throw new LedgerError('wrong-user', { folder, owner: userName(stats.uid) });
}

function nearestFolder(path: string): { readonly folder: string; readonly stats: Stats } {
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) return { folder, stats };
  }
}

/** As `sudo -u` takes it. */
function userName(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const line = lines.map((each) => each.split(':')).find(([, , id]) => id === String(uid));
    return line?.[0] ?? `#${uid}`;
  } catch {
    return `#${uid}`;
  }
}
