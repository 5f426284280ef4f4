import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatVkey } from '../protocol/note/vkey.ts';
import { currentKeys } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { notCurrentKey } from './key-faults.ts';
import type { KeyFiles, LedgerFolder, LedgerParts } from './ports.ts';

/**
 * Puts the keys in their place, from the folder that was named or from the backup; returns whether
 * there were any. `chain.json` is looked for next to the keys (where a backup has it) and where a
 * data folder has it.
 */
export function restoreKeys(
  staging: LedgerFolder,
  { keysDir, backup }: { readonly keysDir: string | undefined; readonly backup: string },
  hasChain: boolean,
  { keys, localChain }: Pick<LedgerParts, 'keys' | 'localChain'>,
): boolean {
  const inBackup = join(backup, 'keys');
  const from = keysDir ?? (existsSync(inBackup) ? inBackup : undefined);
  if (from === undefined) return false;
  const { paths } = staging;
  requireLogKey(staging, join(from, 'log.key'), keys);
  keys.readChainKey(join(from, 'chain.key'));
  keys.copySecret(join(from, 'log.key'), paths.logKey);
  keys.copySecret(join(from, 'chain.key'), paths.chainKey);
  if (hasChain) {
    const places = [join(from, 'chain.json'), localChain.settingsPath(join(dirname(from), 'chain'))];
    const source = places.find((place) => existsSync(place)) ?? places[0]!;
    keys.copySecret(source, localChain.settingsPath(paths.chain));
  }
  return true;
}

function requireLogKey(staging: LedgerFolder, path: string, keys: KeyFiles): void {
  const identity = staging.readIdentity();
  const { key } = keys.readLogKey(path);
  const vkey = formatVkey(key);
  if (currentKeys(identity).some((current) => formatVkey(current) === vkey)) return;
  throw new LedgerError('key-wrong', { fault: notCurrentKey(path, key, identity) });
}
