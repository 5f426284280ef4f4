import type { Sha256 } from '../../src/protocol/encoding/hash.ts';
import { treeHasher, type TreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { SeededRandom } from './random.ts';

/**
 * Hash functions of a machine whose memory is bad: now and then one bit of what they answer is
 * another one. A rate that is 0 stays so.
 */
export function tremblingHashes(
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
