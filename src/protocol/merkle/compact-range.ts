import { assert } from '../encoding/errors.ts';
import type { NodeId } from './subtree.ts';
import type { TreeHasher } from './tree-hasher.ts';

/**
 * A tree that only grows at its right edge, kept as the hashes of its largest complete subtrees,
 * left to right: one for each set bit of the size. Enough to append and to know the root, not
 * enough to prove.
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

  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  clone(): CompactRange {
    return new CompactRange(this.#hasher, this.#size, this.#peaks);
  }

  /** MTH of all leaves so far. */
  root(): Uint8Array {
    if (this.#peaks.length === 0) return this.#hasher.empty;
    return this.#peaks.reduceRight((right, left) => this.#hasher.node(left, right));
  }

  /**
   * Appends a complete subtree of 2^level leaves (level 0: one leaf hash); the size must be a
   * multiple of that. `visit` sees every node that is complete now and was not before, itself
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

function onesCount(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest >>= 1n) if ((rest & 1n) === 1n) count++;
  return count;
}
