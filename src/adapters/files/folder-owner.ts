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

/**
 * `wrong-user` where `error` says that this user may not enter the folder of `path`; undefined for
 * any other error. What lies in it is not known then, not even whether it exists.
 */
export function accessRefused(path: string, error: unknown): LedgerError | undefined {
  if (!isRefused(error)) return undefined;
  const { folder, stats } = nearestFolder(path);
  return new LedgerError('access/wrong-user', { folder, owner: userName(stats.uid), cause: error });
}

/** The folder itself or the first one above it that this user sees. */
function nearestFolder(path: string): { readonly folder: string; readonly stats: Stats } {
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statsOf(folder);
    if (stats !== undefined) return { folder, stats };
  }
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
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
