import { hash } from 'node:crypto';
import { HASH_BYTES, type Sha256 } from '../../protocol/encoding/hash.ts';
import { countOf, type TreeHasher } from '../../protocol/merkle/tree-hasher.ts';

/**
 * The hashes of src/protocol by OpenSSL. `crypto.hash` is fastest when it returns a latin1 string,
 * which is then written to its place in the result: no Buffer is allocated for each hash.
 */

export const nodeSha256: Sha256 = (message) => Buffer.from(hash('sha256', message, 'latin1'), 'latin1');

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
const PAIR_BYTES = 2 * HASH_BYTES;
/** One buffer, overwritten for each node: nothing here is asynchronous. */
const pair = Buffer.alloc(1 + PAIR_BYTES, NODE_PREFIX);

export const nodeTreeHasher: TreeHasher = {
  empty: nodeSha256(new Uint8Array(0)),
  leaf(entry) {
    const message = Buffer.allocUnsafe(1 + entry.length);
    message[0] = LEAF_PREFIX;
    message.set(entry, 1);
    return nodeSha256(message);
  },
  leaves(entries) {
    const hashes = Buffer.allocUnsafeSlow(entries.length * HASH_BYTES);
    let message = Buffer.alloc(0);
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      // entries of one log are mostly of one length
      if (message.length !== 1 + entry.length) message = Buffer.alloc(1 + entry.length, LEAF_PREFIX);
      message.set(entry, 1);
      hashes.write(hash('sha256', message, 'latin1'), i * HASH_BYTES, HASH_BYTES, 'latin1');
    }
    return hashes;
  },
  spacedLeaves(bytes, gapBytes, entryBytes) {
    const stride = gapBytes + entryBytes;
    const count = countOf(bytes, stride);
    const entries = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const message = Buffer.alloc(1 + entryBytes, LEAF_PREFIX);
    const hashes = Buffer.allocUnsafeSlow(count * HASH_BYTES);
    for (let i = 0; i < count; i++) {
      entries.copy(message, 1, i * stride + gapBytes, (i + 1) * stride);
      hashes.write(hash('sha256', message, 'latin1'), i * HASH_BYTES, HASH_BYTES, 'latin1');
    }
    return hashes;
  },
  node(left, right) {
    // A shorter hash would be hashed together with bytes of an earlier node in the buffer.
    if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
      throw new RangeError('a node should have two hashes of 32 bytes');
    pair.set(left, 1);
    pair.set(right, 1 + HASH_BYTES);
    return nodeSha256(pair);
  },
  parents(children) {
    if (children.length % PAIR_BYTES !== 0) throw new RangeError('a level should have pairs of hashes of 32 bytes');
    const pairs = Buffer.from(children.buffer, children.byteOffset, children.length);
    const parents = Buffer.allocUnsafeSlow(children.length / 2);
    for (let at = 0; at < parents.length; at += HASH_BYTES) {
      pairs.copy(pair, 1, 2 * at, 2 * at + PAIR_BYTES);
      parents.write(hash('sha256', pair, 'latin1'), at, HASH_BYTES, 'latin1');
    }
    return parents;
  },
};
