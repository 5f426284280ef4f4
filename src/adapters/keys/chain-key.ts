import { LedgerError } from '../../text/ledger-error.ts';
import { readSecretFile, writeSecretFile } from '../files/secret-file.ts';

/** The operator's key on the chain: 32 bytes as 0x-hex. */
export function createChainKey(path: string, privateKey: string): void {
  writeSecretFile(path, `${requireKey(path, privateKey)}\n`);
}

export function readChainKey(path: string): string {
  return requireKey(path, readSecretFile(path));
}

function requireKey(path: string, text: string): string {
  if (!/^0x[0-9a-f]{64}$/.test(text)) {
    throw new LedgerError('key-malformed', { detail: `key file ${path} is not 32 bytes of 0x-hex` });
  }
  return text;
}
