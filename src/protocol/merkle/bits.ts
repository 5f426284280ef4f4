/** The number of bits without leading zeros; 0 for 0. */
export function bitLength(value: bigint): number {
  const high = value >> 32n;
  return high === 0n ? 32 - Math.clz32(Number(value)) : 32 + bitLength(high);
}

/** The number of bits that are set. */
export function onesCount(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest >>= 1n) if ((rest & 1n) === 1n) count++;
  return count;
}

/** The number of zero bits that a number ends in; Infinity for 0. */
export function trailingZeros(value: bigint): number {
  if (value === 0n) return Infinity;
  const low = Number(BigInt.asIntN(32, value));
  return low === 0 ? 32 + trailingZeros(value >> 32n) : 31 - Math.clz32(low & -low);
}
