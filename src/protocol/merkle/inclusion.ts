import { equalBytes } from '../encoding/bytes.ts';
import { isHash } from '../encoding/hash.ts';
import { bitLength, onesCount } from './bits.ts';
import type { TreeHasher } from './tree-hasher.ts';

/** A range of leaves, half-open: [begin, end). */
export interface LeafRange {
  readonly begin: bigint;
  readonly end: bigint;
}

/**
 * The subtrees whose hashes form the inclusion path of leaf `index` in a tree of `size` leaves,
 * leaf sibling first: PATH(m, D[n]) of RFC 6962 section 2.1.1.
 */
export function inclusionRanges(index: bigint, size: bigint): LeafRange[] {
  if (index < 0n || index >= size) throw new RangeError(`index ${index} should be below the size ${size}`);
  const ranges: LeafRange[] = [];
  let begin = 0n;
  let end = size;
  while (end - begin > 1n) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.toReversed();
}

/** The number of hashes in the inclusion path of leaf `index` in a tree of `size` leaves. */
export function inclusionPathLength(index: bigint, size: bigint): number {
  const inner = bitLength(index ^ (size - 1n));
  return inner + onesCount(index >> BigInt(inner));
}

/**
 * The root that the path leads to (RFC 9162 section 2.1.3.2); undefined where the path does not
 * have exactly the length that index and size require, the index is outside the tree, or a hash
 * does not have 32 bytes.
 */
export function rootFromInclusionPath(
  hasher: TreeHasher,
  leafHash: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index < 0n || index >= size || path.length !== inclusionPathLength(index, size)) return undefined;
  if (!isHash(leafHash) || !path.every(isHash)) return undefined;
  const inner = bitLength(index ^ (size - 1n));
  let root = leafHash;
  path.forEach((hash, level) => {
    const isLeftChild = level < inner && ((index >> BigInt(level)) & 1n) === 0n;
    root = isLeftChild ? hasher.node(root, hash) : hasher.node(hash, root);
  });
  return root;
}

/** Whether the path leads from the leaf to `root` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  hasher: TreeHasher,
  leafHash: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const computed = rootFromInclusionPath(hasher, leafHash, index, size, path);
  return computed !== undefined && equalBytes(computed, root);
}

/** The largest power of two smaller than `size`; `size` is at least 2. */
export function splitPoint(size: bigint): bigint {
  return 1n << BigInt(bitLength(size - 1n) - 1);
}
