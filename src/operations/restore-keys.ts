import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DataPaths, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { readChainKey } from '../adapters/keyfile/chain-key.ts';
import { readLogKey } from '../adapters/keyfile/log-key.ts';
import { readSecretFile, writeSecretFile } from '../adapters/files/secret-file.ts';
import { settingsPath } from '../adapters/local-chain/settings.ts';
import { PortError } from '../log/ports.ts';
import { presentKeys } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/note/vkey.ts';

/**
 * Puts the keys in their place, from the folder that was named or from the backup; answers whether there were any. `chain.json` is looked for
 * beside the keys (so a backup has it) and where a data folder has it.
 */
export function restoreKeys(
  building: DataPaths,
  { keysDir, backup }: { readonly keysDir: string | undefined; readonly backup: string },
  hasChain: boolean,
): boolean {
  const inBackup = join(backup, 'keys');
  const from = keysDir ?? (existsSync(inBackup) ? inBackup : undefined);
  if (from === undefined) return false;
  demandLogKey(building, join(from, 'log.key'));
  readChainKey(join(from, 'chain.key'));
  copySecret(join(from, 'log.key'), building.logKey);
  copySecret(join(from, 'chain.key'), building.chainKey);
  if (hasChain) {
    const places = [join(from, 'chain.json'), settingsPath(join(dirname(from), 'chain'))];
    copySecret(places.find((place) => existsSync(place)) ?? places[0]!, settingsPath(building.chain));
  }
  return true;
}

function demandLogKey(building: DataPaths, path: string): void {
  const identity = readIdentity(building);
  const vkey = formatVkey(readLogKey(path).key);
  if (!presentKeys(identity).some((key) => formatVkey(key) === vkey)) {
    throw new PortError('key-wrong', `${path} is the key ${vkey}, not the present key of ${identity.log.origin}`);
  }
}

function copySecret(from: string, to: string): void {
  writeSecretFile(to, `${readSecretFile(from)}\n`);
}
