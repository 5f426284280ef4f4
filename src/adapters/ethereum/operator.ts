import { LedgerError } from '../../text/ledger-error.ts';
import { computeAddress, Wallet } from 'ethers';

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
