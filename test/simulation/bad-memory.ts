import type { Sha256 } from '../../src/protocol/encoding/hash.ts';
import { treeHasher, type TreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { SeededRandom } from './random.ts';

/**
 * Hash functions of a machine with bad memory: they sometimes return a digest with one flipped bit.
 * A rate that is 0 at the start stays 0.
 */
export function flippingHashes(
  random: SeededRandom,
  rate: () => number,
  onFlip: () => void,
): { readonly hash: Sha256; readonly hasher: TreeHasher } {
  if (rate() === 0) return { hash: nodeSha256, hasher: nodeTreeHasher };
  const hash: Sha256 = (message) => {
    const digest = new Uint8Array(nodeSha256(message));
    if (random.chance(rate())) {
      const bit = random.below(256);
      digest[bit >> 3]! ^= 1 << (bit & 7);
      onFlip();
    }
    return digest;
  };
  return { hash, hasher: { ...treeHasher(hash), empty: nodeTreeHasher.empty } };
}
