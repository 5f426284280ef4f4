import { bitLength, trailingZeros } from './bits.ts';
import type { LeafRange } from './inclusion.ts';
import type { TreeHasher } from './tree-hasher.ts';

/** A complete subtree: the leaves [index * 2^level, (index + 1) * 2^level). */
export interface NodeId {
  readonly level: number;
  readonly index: bigint;
}

/** The complete subtrees that make up a range, left to right, each as large as possible. */
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

/** MTH of each range, from the hashes of complete subtrees that `node` returns. */
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
