import { assert } from '../encoding/errors.ts';
import { onesCount } from './bits.ts';
import type { NodeId } from './subtree.ts';
import type { TreeHasher } from './tree-hasher.ts';

/**
 * A tree that grows at its right edge, stored as the hashes of its largest complete subtrees, left
 * to right: one for each set bit of the size. This is enough to append leaves and to compute the
 * root, but not to make proofs.
 */
export class CompactRange {
  readonly #hasher: TreeHasher;
  readonly #peaks: Uint8Array[];
  #size: bigint;

  constructor(hasher: TreeHasher, size = 0n, peaks: readonly Uint8Array[] = []) {
    assert(peaks.length === onesCount(size), `${peaks.length} peaks do not make a tree of ${size}`);
    this.#hasher = hasher;
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): bigint {
    return this.#size;
  }

  /** The hashes of the largest complete subtrees, left to right. */
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  clone(): CompactRange {
    return new CompactRange(this.#hasher, this.#size, this.#peaks);
  }

  /** MTH of all leaves (RFC 9162 section 2.1.1). */
  root(): Uint8Array {
    if (this.#peaks.length === 0) return this.#hasher.empty;
    return this.#peaks.reduceRight((right, left) => this.#hasher.node(left, right));
  }

  /**
   * Appends a complete subtree of 2^level leaves (level 0: one leaf hash); the size must be a
   * multiple of 2^level. `visit` is called for every node that becomes complete, the appended one
   * included, children before parents.
   */
  append(hash: Uint8Array, level = 0, visit?: (node: NodeId, hash: Uint8Array) => void): void {
    let index = this.#size >> BigInt(level);
    assert(index << BigInt(level) === this.#size, `a subtree of level ${level} does not fit at ${this.#size}`);
    this.#size += 1n << BigInt(level);
    let node = hash;
    for (let at = level; ; at++) {
      visit?.({ level: at, index }, node);
      if ((index & 1n) === 0n) break;
      node = this.#hasher.node(this.#peaks.pop()!, node);
      index >>= 1n;
    }
    this.#peaks.push(node);
  }
}
