import { LedgerError } from '../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import type { DataPaths } from '../adapters/data-folder/data-folder.ts';
import { readRotations } from '../adapters/data-folder/key-change.ts';
import { accountOf, isOperator } from '../adapters/ethereum/operator.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import { readLogKey } from '../adapters/keys/log-key.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { currentKeys, type Trust } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/note/vkey.ts';

export interface KeyFault {
  readonly code: string;
  readonly file: string;
  readonly message: string;
}

/**
 * What is wrong with the keys that are there; a ledger may lie somewhere without its keys, as
 * backups do.
 */
export function keyFaults(paths: DataPaths, identity: Trust): KeyFault[] {
  const { logKey, chainKey } = paths;
  return [
    faultOf(logKey, () => {
      const vkey = formatVkey(readLogKey(logKey).key);
      const isOwn = currentKeys(identity).some((key) => formatVkey(key) === vkey);
      return isOwn ? undefined : `is the key ${vkey}, which is not the present key of ${identity.log.origin}`;
    }),
    faultOf(chainKey, () => {
      const account = accountOf(readChainKey(chainKey));
      return isOperator(account, identity, readRotations(paths))
        ? undefined
        : `is the key of ${account}, an account that neither opened this log nor was given it`;
    }),
  ].filter((fault) => fault !== undefined);
}

function faultOf(file: string, fault: () => string | undefined): KeyFault | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const message = fault();
    return message === undefined ? undefined : { code: 'key-wrong', file, message: `key file ${file} ${message}` };
  } catch (error) {
    if (error instanceof LedgerError) return { code: error.code, file, message: error.message };
    if (error instanceof ProtocolError) return { code: 'key-malformed', file, message: error.message };
    throw error;
  }
}
