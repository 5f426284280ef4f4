import { homedir } from 'node:os';
import { join } from 'node:path';

/** Default folder for what belongs to one user: remembered trust files, compiled code. */
export function defaultHome({ LOCALAPPDATA, XDG_DATA_HOME }: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'evidence-ledger');
  const base = XDG_DATA_HOME !== undefined && XDG_DATA_HOME !== '' ? XDG_DATA_HOME : join(homedir(), '.local', 'share');
  return join(base, 'evidence-ledger');
}
