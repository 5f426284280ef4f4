import { readFileSync } from 'node:fs';
import type { SessionStore, SignedIn } from '../../people/ports.ts';
import { replaceFile } from '../files/replace-file.ts';

const NONE: SignedIn = { sessions: [], links: [], devices: [], counts: [] };

/**
 * Sessions, one-time links and known devices in one file of the data folder, readable by its owner
 * alone. It holds hashes of tokens. One that cannot be read counts as none: everybody signs in
 * again.
 */
export function sessionFile(path: string): SessionStore {
  return {
    async load() {
      try {
        const stored = JSON.parse(readFileSync(path, 'utf8')) as Partial<SignedIn>;
        return { ...NONE, ...stored };
      } catch {
        return NONE;
      }
    },
    save: (signedIn) => replaceFile(path, JSON.stringify(signedIn), { mode: 0o600 }),
  };
}
