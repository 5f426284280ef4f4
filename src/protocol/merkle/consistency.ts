import { equalBytes } from '../encoding/bytes.ts';
import { isHash } from '../encoding/hash.ts';
import { type LeafRange, splitPoint } from './inclusion.ts';
import type { TreeHasher } from './tree-hasher.ts';

/**
 * The subtrees whose hashes prove that the tree of `newSize` leaves extends the tree of `oldSize`:
 * SUBPROOF(m, D[n], true) of RFC 6962 section 2.1.2. Empty where the sizes are equal or the old
 * tree is empty.
 */
export function consistencyRanges(oldSize: bigint, newSize: bigint): LeafRange[] {
  if (oldSize < 0n || oldSize > newSize) throw new RangeError(`size ${oldSize} should be at most ${newSize}`);
  if (oldSize === 0n || oldSize === newSize) return [];
  const ranges: LeafRange[] = [];
  let begin = 0n;
  let end = newSize;
  while (end !== oldSize) {
    const middle = begin + splitPoint(end - begin);
    if (oldSize <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // A subtree that is the whole old tree is left out: the verifier has the old root.
  if (begin !== 0n) ranges.push({ begin, end });
  return ranges.toReversed();
}

/**
 * Whether the proof shows that the new tree extends the old one (RFC 9162 section 2.1.4.2). Every
 * tree extends the empty one, with an empty proof and the root of the empty tree; equal sizes need
 * equal roots and an empty proof. False where a root or a hash of the proof does not have 32 bytes.
 */
export function verifyConsistency(
  hasher: TreeHasher,
  oldSize: bigint,
  newSize: bigint,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (oldSize < 0n || oldSize > newSize || ![oldRoot, newRoot, ...proof].every(isHash)) return false;
  if (oldSize === 0n && !equalBytes(oldRoot, hasher.empty)) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  if (oldSize === 0n) return proof.length === 0;
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  const found = rootWithin(hasher, oldSize, newSize, newRoot, path);
  return found !== undefined && equalBytes(found, oldRoot);
}

/** The subtrees of `rootWithin`: those of a consistency proof, with the one that it leaves out. */
export function rootWithinRanges(oldSize: bigint, newSize: bigint): LeafRange[] {
  const ranges = consistencyRanges(oldSize, newSize);
  return isPowerOfTwo(oldSize) ? [{ begin: 0n, end: oldSize }, ...ranges] : ranges;
}

/**
 * The root that the tree of `newSize` leaves and this root had when it had `oldSize` leaves, with 0
 * < `oldSize` < `newSize`. Undefined where the path does not lead to `newRoot`. So two signed roots
 * that contradict each other are told from a path that is wrong.
 *
 * @param path hashes of the subtrees of `rootWithinRanges`
 */
export function rootWithin(
  hasher: TreeHasher,
  oldSize: bigint,
  newSize: bigint,
  newRoot: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (oldSize <= 0n || oldSize >= newSize || ![newRoot, ...path].every(isHash)) return undefined;
  let fn = oldSize - 1n;
  let sn = newSize - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  let oldHash = first;
  let newHash = first;
  for (const hash of rest) {
    if (sn === 0n) return undefined;
    if ((fn & 1n) === 1n || fn === sn) {
      oldHash = hasher.node(hash, oldHash);
      newHash = hasher.node(hash, newHash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      newHash = hasher.node(newHash, hash);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equalBytes(newHash, newRoot) ? oldHash : undefined;
}

function isPowerOfTwo(size: bigint): boolean {
  return size > 0n && (size & (size - 1n)) === 0n;
}
