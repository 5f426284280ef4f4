import type { FeeData } from 'ethers';
import { LedgerError } from '../../text/ledger-error.ts';

/** Margin above the node's estimate: the gas that a call needs may change until it is mined. */
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

/** The most that a unit of gas may cost at this price, in wei. */
export function highestPrice({ maxFeePerGas, gasPrice }: Price): bigint {
  return maxFeePerGas ?? gasPrice ?? 0n;
}

/**
 * Returns the price, or throws `chain-fee-cap`. `cap` in wei for a unit of gas; undefined: no
 * limit.
 */
export function affordable<P extends Price>(price: P, cap: bigint | undefined): P {
  const highest = highestPrice(price);
  if (cap !== undefined && highest > cap) throw new LedgerError('chain-fee-cap', { price: highest, cap });
  return price;
}
