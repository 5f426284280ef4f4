import { existsSync } from 'node:fs';
import { logIdOf } from '../protocol/chain/contract.ts';
import type { Rotations } from '../protocol/key-rotation.ts';
import type { StoreProblemCode } from '../log/model.ts';
import { formatVkey, type VerifierKey } from '../protocol/note/vkey.ts';
import { currentKeys, currentLogId, type Trust } from '../protocol/trust.ts';
import { KEY_FAULTS } from '../text/key-faults.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import type { KeyFiles, LedgerFolder } from './ports.ts';

/** What reading a key file can throw, and `key-wrong` for a key of something else. */
type KeyFaultCode = Extract<StoreProblemCode, `key-${string}`>;

export interface KeyFault {
  readonly code: KeyFaultCode;
  readonly file: string;
  readonly text: Message;
}

/**
 * What is wrong with the key files that exist. A missing one is no fault: a ledger may be kept
 * without its keys, as backups are.
 */
export function keyFaults(
  folder: Pick<LedgerFolder, 'paths' | 'readRotations'>,
  identity: Trust,
  keys: Pick<KeyFiles, 'readLogKey' | 'readChainKey' | 'accountOf'>,
): KeyFault[] {
  const { logKey, chainKey } = folder.paths;
  return [
    faultOf(logKey, () => {
      const vkey = formatVkey(keys.readLogKey(logKey).key);
      const isOwn = currentKeys(identity).some((key) => formatVkey(key) === vkey);
      return isOwn ? undefined : bilingual(KEY_FAULTS.notCurrent, { vkey, origin: identity.log.origin });
    }),
    faultOf(chainKey, () => {
      const account = keys.accountOf(keys.readChainKey(chainKey));
      return isOperator(account, identity, folder.readRotations())
        ? undefined
        : bilingual(KEY_FAULTS.notOperator, { account });
    }),
  ].filter((fault) => fault !== undefined);
}

/**
 * Whether an account operates the ledger's current log, as far as its own files show: it is the
 * last account that the log was handed to, or the log was never handed over and the account opened
 * it (the log id binds account and key). The contract's `operatorOf` is authoritative.
 */
export function isOperator(account: string, { log, chain }: Trust, { chain: changes }: Rotations): boolean {
  const current = currentLogId(chain);
  const last = changes.findLast(({ logId }) => logId === current);
  if (last !== undefined) return last.to === account;
  return log.keys.some(({ key }) => logIdOf(account, formatVkey(key)) === current);
}

/** The fault of a file whose key is not a current key of the log. */
export function notCurrentKey(file: string, key: VerifierKey, { log }: Trust): Message {
  const fault = bilingual(KEY_FAULTS.notCurrent, { vkey: formatVkey(key), origin: log.origin });
  return bilingual(KEY_FAULTS.inFile, { file, fault });
}

function faultOf(file: string, judge: () => Message | undefined): KeyFault | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const fault = judge();
    return fault && { code: 'key-wrong', file, text: bilingual(KEY_FAULTS.inFile, { file, fault }) };
  } catch (error) {
    if (error instanceof LedgerError) return { code: error.code as KeyFaultCode, file, text: error.text };
    throw error;
  }
}
