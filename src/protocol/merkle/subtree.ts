import { bitLength, type LeafRange } from './inclusion.ts';
import type { TreeHasher } from './tree-hasher.ts';

/** A complete subtree: the leaves [index * 2^level, (index + 1) * 2^level). */
export interface NodeId {
  readonly level: number;
  readonly index: bigint;
}

/**
 * The complete subtrees that make up a range, left to right, largest possible first at each place.
 */
export function completeSubtrees(range: LeafRange): NodeId[] {
  const nodes: NodeId[] = [];
  let begin = range.begin;
  while (begin < range.end) {
    const level = Math.min(trailingZeros(begin), bitLength(range.end - begin) - 1);
    nodes.push({ level, index: begin >> BigInt(level) });
    begin += 1n << BigInt(level);
  }
  return nodes;
}

/** How many zero bits a number ends in; Infinity for 0. */
function trailingZeros(value: bigint): number {
  if (value === 0n) return Infinity;
  const low = Number(BigInt.asIntN(32, value));
  return low === 0 ? 32 + trailingZeros(value >> 32n) : 31 - Math.clz32(low & -low);
}

/** MTH of each range, from the hashes of complete subtrees that `node` knows. */
export function hashesOfRanges(
  hasher: TreeHasher,
  ranges: readonly LeafRange[],
  node: (id: NodeId) => Uint8Array,
): Uint8Array[] {
  return ranges.map((range) =>
    completeSubtrees(range)
      .map(node)
      .reduceRight((right, left) => hasher.node(left, right)),
  );
}
