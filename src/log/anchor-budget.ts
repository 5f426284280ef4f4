/** More than an anchor uses (docs/GAS.md). */
const ANCHOR_GAS = 100_000n;

/**
 * For how many anchors a balance lasts at a price of a unit of gas, both in wei; undefined where
 * gas is free.
 */
export function anchorsLeft(balance: bigint, gasPrice: bigint): bigint | undefined {
  return gasPrice === 0n ? undefined : balance / (gasPrice * ANCHOR_GAS);
}
