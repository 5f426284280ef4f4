import { computeAddress } from 'ethers';
import { KEY_FAULTS } from '../../text/key-faults.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { readSecretFile, writeSecretFile } from '../files/secret-file.ts';

/** Writes the operator's chain key, 32 bytes as 0x-hex. Refuses to replace a file. */
export function createChainKey(path: string, privateKey: string): void {
  writeSecretFile(path, `${requireKey(path, privateKey)}\n`);
}

/** Throws `key-unreadable`, `key-file-open` or `key-malformed`. */
export function readChainKey(path: string): string {
  return requireKey(path, readSecretFile(path));
}

function requireKey(file: string, key: string): string {
  if (!/^0x[0-9a-f]{64}$/.test(key)) throw new LedgerError('key-malformed', { file, fault: KEY_FAULTS.notHex32 });
  try {
    computeAddress(key);
  } catch {
    // not every 32 bytes are a key; the cause would quote them
    throw new LedgerError('key-malformed', { file, fault: KEY_FAULTS.notSecp256k1 });
  }
  return key;
}
