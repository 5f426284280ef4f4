import { LedgerError } from '../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DataPaths, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import { readLogKey } from '../adapters/keys/log-key.ts';
import { readSecretFile, writeSecretFile } from '../adapters/files/secret-file.ts';
import { settingsPath } from '../adapters/local-chain/settings.ts';
import { currentKeys } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/note/vkey.ts';

/**
 * Puts the keys in their place, from the folder that was named or from the backup; answers whether
 * there were any. `chain.json` is looked for beside the keys (so a backup has it) and where a data
 * folder has it.
 */
export function restoreKeys(
  staging: DataPaths,
  { keysDir, backup }: { readonly keysDir: string | undefined; readonly backup: string },
  hasChain: boolean,
): boolean {
  const inBackup = join(backup, 'keys');
  const from = keysDir ?? (existsSync(inBackup) ? inBackup : undefined);
  if (from === undefined) return false;
  requireLogKey(staging, join(from, 'log.key'));
  readChainKey(join(from, 'chain.key'));
  copySecret(join(from, 'log.key'), staging.logKey);
  copySecret(join(from, 'chain.key'), staging.chainKey);
  if (hasChain) {
    const places = [join(from, 'chain.json'), settingsPath(join(dirname(from), 'chain'))];
    copySecret(places.find((place) => existsSync(place)) ?? places[0]!, settingsPath(staging.chain));
  }
  return true;
}

function requireLogKey(staging: DataPaths, path: string): void {
  const identity = readIdentity(staging);
  const vkey = formatVkey(readLogKey(path).key);
  if (!currentKeys(identity).some((key) => formatVkey(key) === vkey)) {
    throw new LedgerError('key-wrong', {
      detail: `${path} is the key ${vkey}, not the present key of ${identity.log.origin}`,
    });
  }
}

function copySecret(from: string, to: string): void {
  writeSecretFile(to, `${readSecretFile(from)}\n`);
}
