import type { FeeData } from 'ethers';
import { LedgerError } from '../../text/ledger-error.ts';

/**
 * Room above the node's estimate: what a call takes may change a little by the time it is mined.
 */
const GAS_MARGIN_PERCENT = 20n;

export function gasLimitFor(estimate: bigint): bigint {
  return estimate + (estimate * GAS_MARGIN_PERCENT) / 100n;
}

/** EIP-1559 fees where the chain has them, else its gas price. */
export function priceOf({ maxFeePerGas, maxPriorityFeePerGas, gasPrice }: FeeData) {
  return maxFeePerGas === null
    ? ({ type: 0, gasPrice } as const)
    : ({ type: 2, maxFeePerGas, maxPriorityFeePerGas } as const);
}

type Price = { readonly gasPrice?: bigint | null; readonly maxFeePerGas?: bigint | null };

/** The most that a unit of gas may cost by this price, in wei. */
export function highestPrice({ maxFeePerGas, gasPrice }: Price): bigint {
  return maxFeePerGas ?? gasPrice ?? 0n;
}

/** A price that is not above what is allowed; `cap` in wei for a unit of gas, undefined: any. */
export function affordable<P extends Price>(price: P, cap: bigint | undefined): P {
  const highest = highestPrice(price);
  if (cap !== undefined && highest > cap) throw new LedgerError('chain-fee-cap', { price: highest, cap });
  return price;
}
