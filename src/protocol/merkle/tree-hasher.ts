import { concatBytes } from '../bytes.ts';
import { HASH_BYTES, sha256, type Sha256 } from '../hash.ts';

/** The hashes of an RFC 6962 tree (section 2.1). All hashes are 32 bytes. */
export interface TreeHasher {
  /** MTH({}) = SHA-256 of nothing. */
  readonly empty: Uint8Array;
  /** SHA-256(0x00 || entry). */
  leaf(entry: Uint8Array): Uint8Array;
  /** The leaf hashes of many entries, concatenated. */
  leaves(entries: readonly Uint8Array[]): Uint8Array;
  /** SHA-256(0x01 || left || right). */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** One whole level: 2n concatenated hashes in, their n parents out. */
  parents(children: Uint8Array): Uint8Array;
}

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

export function treeHasher(hash: Sha256): TreeHasher {
  const leaf = (entry: Uint8Array) => hash(concatBytes(LEAF_PREFIX, entry));
  const node = (left: Uint8Array, right: Uint8Array) => hash(concatBytes(NODE_PREFIX, left, right));
  return {
    empty: hash(new Uint8Array(0)),
    leaf,
    leaves(entries) {
      const hashes = new Uint8Array(entries.length * HASH_BYTES);
      for (let i = 0; i < entries.length; i++) hashes.set(leaf(entries[i]!), i * HASH_BYTES);
      return hashes;
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

/** The portable default. */
export const portableTreeHasher: TreeHasher = treeHasher(sha256);
