import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../adapters/files/make-folder.ts';
import { replaceFile } from '../../adapters/files/replace-file.ts';
import { readSecretFile } from '../../adapters/files/secret-file.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Settings } from './settings.ts';

/** Where `evl login` keeps the key of a service: one file for each origin, its name encoded. */
export function storedKeyFile({ home, url }: Pick<Settings, 'home' | 'url'>): string {
  return join(home, 'keys', encodeURIComponent(new URL(url).origin));
}

/** The key of the service; undefined: there is none. Throws `key-file-open`, `api-key-wrong`. */
export function readStoredKey(settings: Pick<Settings, 'home' | 'url'>): string | undefined {
  const file = storedKeyFile(settings);
  if (!existsSync(file)) return undefined;
  const key = readSecretFile(file);
  if (!/^[\x21-\x7e]+$/.test(key)) throw new LedgerError('api-key-wrong', { file });
  return key;
}

/** Keeps the key of the service in the place of an earlier one, readable by its owner alone. */
export async function storeKey(settings: Pick<Settings, 'home' | 'url'>, key: string): Promise<void> {
  makeFolder(join(settings.home, 'keys'), 0o700);
  await replaceFile(storedKeyFile(settings), `${key}\n`);
}

/** Removes the key of the service from this machine. */
export async function removeStoredKey(settings: Pick<Settings, 'home' | 'url'>): Promise<void> {
  await rm(storedKeyFile(settings), { force: true });
}
