import { computeAddress, Wallet } from 'ethers';
import { logIdOf } from '../../protocol/chain/contract.ts';
import type { Rotations } from '../../protocol/key-rotation.ts';
import { currentLogId, type Trust } from '../../protocol/trust.ts';
import { formatVkey } from '../../protocol/note/vkey.ts';

/** The account of a valid private key, 0x-hex lower case. */
export function accountOf(privateKey: string): string {
  return computeAddress(privateKey).toLowerCase();
}

/** A new private key, drawn at random, 0x-hex. */
export function drawChainKey(): string {
  return Wallet.createRandom().privateKey;
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
