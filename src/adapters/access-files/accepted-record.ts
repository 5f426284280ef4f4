import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';

export interface AcceptedRecord {
  /** Base64 of a root; undefined where nothing was accepted. */
  read(): string | undefined;
  write(root: string): Promise<void>;
}

/**
 * The root of the record that states more than the access log of the folder has, where the operator
 * has accepted that: the service starts as long as it is the newest.
 */
export function acceptedRecord(dir: string): AcceptedRecord {
  const path = join(dir, 'accepted');
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined),
    async write(root) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      await replaceFile(path, `${root}\n`, { mode: 0o600 });
    },
  };
}
