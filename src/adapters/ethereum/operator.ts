import { LedgerError } from '../../text/ledger-error.ts';
import { computeAddress, Wallet } from 'ethers';
import { logIdOf } from '../../protocol/chain/contract.ts';
import type { Rotations } from '../../protocol/key-rotation.ts';
import { currentLogId, type Trust } from '../../protocol/trust.ts';
import { formatVkey } from '../../protocol/note/vkey.ts';

/** The account of a private key, 0x-hex lower case. */
export function accountOf(privateKey: string): string {
  try {
    return computeAddress(privateKey).toLowerCase();
  } catch {
    throw new LedgerError('key-malformed', { detail: 'the chain key is not a private key of secp256k1' });
  }
}

/** A new private key, drawn at random, 0x-hex. */
export function drawChainKey(): string {
  return Wallet.createRandom().privateKey;
}

/**
 * Whether an account operates the ledger's present log, as far as its own files say: it was given
 * the log last, or nobody was and it opened the log, whose id binds account and key. The contract's
 * `operatorOf` is what counts.
 */
export function isOperator(account: string, { log, chain }: Trust, { chain: changes }: Rotations): boolean {
  const present = currentLogId(chain);
  const last = changes.findLast(({ logId }) => logId === present);
  if (last !== undefined) return last.to === account;
  return log.keys.some(({ key }) => logIdOf(account, formatVkey(key)) === present);
}
