import { concatBytes } from '../encoding/bytes.ts';
import { HASH_BYTES, sha256, type Sha256 } from '../encoding/hash.ts';

/** The hash functions of an RFC 6962 tree (section 2.1). All hashes have 32 bytes. */
export interface TreeHasher {
  /** MTH({}), the SHA-256 of no bytes. */
  readonly empty: Uint8Array;
  /** SHA-256(0x00 || entry). */
  leaf(entry: Uint8Array): Uint8Array;
  /** The leaf hashes of many entries, concatenated. */
  leaves(entries: readonly Uint8Array[]): Uint8Array;
  /** The same for entries of equal length in one array, each after `gapBytes` not to be hashed. */
  spacedLeaves(bytes: Uint8Array, gapBytes: number, entryBytes: number): Uint8Array;
  /** SHA-256(0x01 || left || right). */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** The n parents of 2n concatenated hashes, concatenated. */
  parents(children: Uint8Array): Uint8Array;
}

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** The hash functions of a tree by this SHA-256. */
export function treeHasher(hash: Sha256): TreeHasher {
  const leaf = (entry: Uint8Array) => hash(concatBytes(LEAF_PREFIX, entry));
  const node = (left: Uint8Array, right: Uint8Array) => hash(concatBytes(NODE_PREFIX, left, right));
  const leaves = (entries: readonly Uint8Array[]) => {
    const hashes = new Uint8Array(entries.length * HASH_BYTES);
    for (let i = 0; i < entries.length; i++) hashes.set(leaf(entries[i]!), i * HASH_BYTES);
    return hashes;
  };
  return {
    empty: hash(new Uint8Array(0)),
    leaf,
    leaves,
    spacedLeaves(bytes, gapBytes, entryBytes) {
      const stride = gapBytes + entryBytes;
      const count = countOf(bytes, stride);
      return leaves(Array.from({ length: count }, (_, i) => bytes.subarray(i * stride + gapBytes, (i + 1) * stride)));
    },
    node,
    parents(children) {
      const parents = new Uint8Array(children.length / 2);
      for (let at = 0; at < parents.length; at += HASH_BYTES) {
        const left = children.subarray(2 * at, 2 * at + HASH_BYTES);
        const right = children.subarray(2 * at + HASH_BYTES, 2 * at + 2 * HASH_BYTES);
        parents.set(node(left, right), at);
      }
      return parents;
    },
  };
}

/** The number of entries of `strideBytes` each, gaps included. */
export function countOf(bytes: Uint8Array, strideBytes: number): number {
  if (bytes.length % strideBytes !== 0) throw new RangeError(`${bytes.length} bytes are no entries of ${strideBytes}`);
  return bytes.length / strideBytes;
}

/** The portable default. */
export const portableTreeHasher: TreeHasher = treeHasher(sha256);
