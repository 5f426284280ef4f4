import { Transaction } from 'ethers';
import { encodeCall } from '../../protocol/chain/abi.ts';

const ANCHOR_SELECTOR = encodeCall('anchor(bytes32,uint64,uint64,bytes32,bytes32[])');

/** Whether a raw transaction (0x-hex) anchors a checkpoint in this contract (0x-hex lower case). */
export function isAnchorOf(contract: string, raw: string): boolean {
  const { to, data } = Transaction.from(raw);
  return to?.toLowerCase() === contract && data.startsWith(ANCHOR_SELECTOR);
}
