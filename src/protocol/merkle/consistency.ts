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

  let fn = oldSize - 1n;
  let sn = newSize - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  const isPowerOfTwo = (oldSize & (oldSize - 1n)) === 0n;
  const [first, ...rest] = isPowerOfTwo ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let oldHash = first;
  let newHash = first;
  for (const hash of rest) {
    if (sn === 0n) return false;
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
  return sn === 0n && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}
