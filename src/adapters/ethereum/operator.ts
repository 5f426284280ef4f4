import { computeAddress } from 'ethers';
import { PortError } from '../../log/ports.ts';
import { logIdOf } from '../../protocol/chain/contract.ts';
import type { Trust } from '../../protocol/trust.ts';
import { formatVkey } from '../../protocol/vkey.ts';

/** The account of a private key, 0x-hex lower case. */
export function accountOf(privateKey: string): string {
  try {
    return computeAddress(privateKey).toLowerCase();
  } catch {
    throw new PortError('key-malformed', 'the chain key is not a private key of secp256k1');
  }
}

/** Whether an account opened one of the ledger's logs: a log's id binds its account and its key. */
export function isOperator(account: string, { log, chain }: Trust): boolean {
  const ids = new Set(log.keys.map(({ key }) => logIdOf(account, formatVkey(key))));
  return chain.logs.some(({ logId }) => ids.has(logId));
}
