import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import {
  consistencyRanges,
  rootWithin,
  rootWithinRanges,
  verifyConsistency,
} from '../../src/protocol/merkle/consistency.ts';
import { bitLength } from '../../src/protocol/merkle/bits.ts';
import {
  inclusionPathLength,
  inclusionRanges,
  rootFromInclusionPath,
  splitPoint,
  verifyInclusion,
} from '../../src/protocol/merkle/inclusion.ts';
import { completeSubtrees, hashesOfRanges } from '../../src/protocol/merkle/subtree.ts';
import { nodesInTiles, TileNodes, tilesForRanges } from '../../src/protocol/merkle/tile.ts';
import { portableTreeHasher as hasher } from '../../src/protocol/merkle/tree-hasher.ts';
import * as oracle from '../oracle/merkle.ts';
import { nodeHasher } from '../oracle/fast-tree.ts';
import { tilesOf } from '../oracle/tiles.ts';

const MAX_SIZE = 64;
const entries = oracle.decimalEntries(MAX_SIZE);
const leaves = entries.map(oracle.leafHash);
const roots = Array.from({ length: MAX_SIZE + 1 }, (_, n) => oracle.mth(entries.slice(0, n)));
const base64 = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('base64'));

const tilesOfSize = Array.from({ length: MAX_SIZE + 1 }, (_, n) =>
  [...tilesOf(leaves.slice(0, n))].map(([name, tile]) => [name, new TileNodes(nodeHasher, tile)] as const),
);

/** Hashes of ranges from the tiles that `tilesForRanges` names, cut by the oracle. */
function fromTiles(ranges: { begin: bigint; end: bigint }[], count: number): Uint8Array[] {
  const named = new Set(tilesForRanges(ranges, BigInt(count)).map(({ level, index }) => `${level}/${index}`));
  const tiles = new Map(tilesOfSize[count]!.filter(([name]) => named.has(name)));
  return hashesOfRanges(
    nodeHasher,
    ranges,
    nodesInTiles((level, index) => tiles.get(`${level}/${index}`)!),
  );
}

/** Every damage to a list of hashes that changes it. */
function* damaged(hashes: readonly Uint8Array[]): Generator<readonly [string, Uint8Array[]]> {
  for (const [i, hash] of hashes.entries()) {
    for (const bit of [0, 77, 255]) {
      const flipped = Uint8Array.from(hash);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      yield [`bit ${bit} of hash ${i} flipped`, hashes.with(i, flipped)];
    }
    yield [`hash ${i} dropped`, hashes.toSpliced(i, 1)];
    yield [`hash ${i} doubled`, hashes.toSpliced(i, 0, hash)];
    yield [`hash ${i} one byte short`, hashes.with(i, hash.slice(1))];
    for (let j = 0; j < i; j++) yield [`hashes ${i} and ${j} swapped`, hashes.with(i, hashes[j]!).with(j, hash)];
  }
  yield ['a hash added at the end', [...hashes, leaves[0]!]];
  yield ['a hash added at the beginning', [leaves[0]!, ...hashes]];
  yield ['65 hashes', Array.from({ length: 65 }, () => leaves[0]!)];
  if (hashes.length > 1) yield ['reversed', hashes.toReversed()];
  if (hashes.length > 0) yield ['emptied', []];
}

describe('known answers', () => {
  const known: readonly (readonly [number, string])[] = [
    [0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    [1, '2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM='],
    [2, 'ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us='],
    [255, 'Mvhbyqh9e80Fco8J6a66NQumovczgwCH8Fl2goSL5cs='],
    [256, 'goUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE='],
    [257, 'HtoEmkNR2G92JSvX7At3Rq11t/oDFq1fVB29pFijEsQ='],
    [300, 'hOE+weA3FVrmGXV1mbLNIa2lpWXg/ZsxOcDDxsG4rak='],
    [65_536, '8CXQbtgEhZ/SdKG9rK3W5I6odjSqkeHtsgFD+UmM0Cs='],
    [65_537, '3IeVol/UvVKguE9jn9MTm6FggkAj0YjkKOtdsPPOIho='],
    [70_000, 'Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34='],
  ];

  test('the compact range has the published roots of "0", "1", "2" …', () => {
    const range = new CompactRange(nodeHasher);
    const wanted = new Map(known);
    const found = new Map<number, string>();
    for (const [size, entry] of [...oracle.decimalEntries(70_000), null].entries()) {
      if (wanted.has(size)) found.set(size, Buffer.from(range.root()).toString('base64'));
      if (entry !== null) range.append(nodeHasher.leaf(entry));
    }
    expect(found).toEqual(wanted);
  });

  test('the oracle has them too', () => {
    for (const [size, root] of known.filter(([count]) => count <= 300)) {
      expect(oracle.mth(oracle.decimalEntries(size)).toString('base64'), String(size)).toBe(root);
    }
  });
});

describe('inclusion', () => {
  test('every (index, size) up to 64: ranges through tiles give the path of the RFC, and it verifies', () => {
    for (let size = 1; size <= MAX_SIZE; size++) {
      for (let index = 0; index < size; index++) {
        const where = `index ${index}, size ${size}`;
        const expected = oracle.path(index, entries.slice(0, size));
        const ranges = inclusionRanges(BigInt(index), BigInt(size));
        expect(base64(fromTiles(ranges, size)), where).toEqual(base64(expected));
        expect(inclusionPathLength(BigInt(index), BigInt(size)), where).toBe(expected.length);
        expect(
          verifyInclusion(hasher, leaves[index]!, BigInt(index), BigInt(size), expected, roots[size]!),
          where,
        ).toBe(true);
      }
    }
  });

  test('no other leaf, index or size under the same path', () => {
    for (let size = 1; size <= 24; size++) {
      for (let index = 0; index < size; index++) {
        const path = oracle.path(index, entries.slice(0, size));
        for (let at = 0; at <= size; at++) {
          const answer = verifyInclusion(nodeHasher, leaves[index]!, BigInt(at), BigInt(size), path, roots[size]!);
          expect(answer, `path of ${index} of ${size} at index ${at}`).toBe(at === index);
          if (at < size && at !== index) {
            expect(
              verifyInclusion(nodeHasher, leaves[at]!, BigInt(index), BigInt(size), path, roots[size]!),
              `leaf ${at} for ${index} of ${size}`,
            ).toBe(false);
          }
        }
        for (let other = 0; other <= 30; other++) {
          if (other === size) continue;
          const stated = BigInt(other);
          expect(
            verifyInclusion(nodeHasher, leaves[index]!, BigInt(index), stated, path, roots[other]!),
            `path of ${index} of ${size} under the tree of ${other}`,
          ).toBe(false);
        }
      }
    }
  });

  test('every damage to a path is noticed', () => {
    for (const size of [1, 2, 3, 5, 7, 8, 9, 13, 31, 32, 33, 63, 64]) {
      for (let index = 0; index < size; index++) {
        const path = oracle.path(index, entries.slice(0, size));
        for (const [damage, other] of damaged(path)) {
          expect(
            verifyInclusion(nodeHasher, leaves[index]!, BigInt(index), BigInt(size), other, roots[size]!),
            `index ${index}, size ${size}, ${damage}`,
          ).toBe(false);
        }
      }
    }
  });

  test('indexes outside of the tree are refused, and no arithmetic wraps around', () => {
    const path = oracle.path(3, entries.slice(0, 7));
    for (const index of [-1n, 7n, 3n + 2n ** 32n, 3n + 2n ** 53n, 3n + 2n ** 64n, 2n ** 64n - 1n, -(2n ** 64n) + 3n]) {
      expect(verifyInclusion(hasher, leaves[3]!, index, 7n, path, roots[7]!), String(index)).toBe(false);
      expect(rootFromInclusionPath(hasher, leaves[3]!, index, 7n, path)).toBeUndefined();
    }
    for (const size of [0n, -7n, 3n, 7n + 2n ** 32n, 7n + 2n ** 53n, 2n ** 64n - 1n]) {
      expect(verifyInclusion(hasher, leaves[3]!, 3n, size, path, roots[7]!), String(size)).toBe(false);
    }
    // Not even with a path of the length that a negative index would lead to.
    for (let size = 1n; size <= 8n; size++) {
      for (let index = -8n; index < 0n; index++) {
        for (let length = 0; length <= 8; length++) {
          const hashes = leaves.slice(0, length);
          expect(
            rootFromInclusionPath(nodeHasher, leaves[0]!, index, size, hashes),
            `${index} ${size}`,
          ).toBeUndefined();
        }
      }
    }
    expect(() => inclusionRanges(7n, 7n)).toThrow('index 7 should be below the size 7');
    expect(() => inclusionRanges(-1n, 7n)).toThrow(RangeError);
    expect(() => inclusionRanges(0n, 0n)).toThrow(RangeError);
  });

  test('path lengths at the ends of the number range', () => {
    expect(inclusionPathLength(0n, 1n)).toBe(0);
    expect(inclusionPathLength(0n, 2n ** 53n)).toBe(53);
    expect(inclusionPathLength(2n ** 53n, 2n ** 53n + 1n)).toBe(1);
    expect(inclusionPathLength(0n, 2n ** 64n - 1n)).toBe(64);
    expect(inclusionPathLength(2n ** 64n - 2n, 2n ** 64n - 1n)).toBe(63);
    expect(inclusionRanges(2n ** 64n - 2n, 2n ** 64n - 1n)).toHaveLength(63);
    expect(splitPoint(2n ** 53n + 1n)).toBe(2n ** 53n);
    expect([0n, 1n, 2n, 255n, 256n, 2n ** 63n].map(bitLength)).toEqual([0, 1, 2, 8, 9, 64]);
  });

  test('in a sparse tree of 2^64 - 1 equal leaves, a path verifies at its own index alone', () => {
    // MTH of 2^k equal leaves needs one hash for each level, so trees of any size can be built.
    const leaf = leaves[0]!;
    const complete = [leaf];
    for (let k = 1; k <= 64; k++) complete.push(oracle.nodeHash(complete[k - 1]!, complete[k - 1]!));
    const size = 2n ** 64n - 1n;
    const rangeHash = ({ begin, end }: { begin: bigint; end: bigint }) =>
      completeSubtrees({ begin, end })
        .map(({ level }) => complete[level]!)
        .reduceRight((right, left) => oracle.nodeHash(left, right));
    const root = rangeHash({ begin: 0n, end: size });
    for (const index of [0n, 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, size - 1n]) {
      const path = inclusionRanges(index, size).map(rangeHash);
      expect(verifyInclusion(hasher, leaf, index, size, path, root), String(index)).toBe(true);
      expect(verifyInclusion(hasher, leaves[1]!, index, size, path, root)).toBe(false);
      expect(verifyInclusion(hasher, leaf, index, size, path.slice(1), root)).toBe(false);
    }
    // The ranges of a path and the leaf cover the tree exactly once.
    fc.assert(
      fc.property(fc.bigInt(1n, size), fc.bigInt(0n, size), (n, at) => {
        const index = at % n;
        const ranges = inclusionRanges(index, n);
        expect(ranges).toHaveLength(inclusionPathLength(index, n));
        const all = [...ranges, { begin: index, end: index + 1n }].toSorted((a, b) => (a.begin < b.begin ? -1 : 1));
        let at2 = 0n;
        for (const { begin, end } of all) {
          expect(begin).toBe(at2);
          expect(end > begin).toBe(true);
          at2 = end;
        }
        expect(at2).toBe(n);
      }),
    );
  });

  test('a node is no leaf: an entry of 64 bytes that spells two hashes', () => {
    const forged = Buffer.concat([leaves[0]!, leaves[1]!]);
    // Under a tree without the leaf and node prefixes this path would hold.
    const path = [oracle.nodeHash(leaves[2]!, leaves[3]!)];
    expect(verifyInclusion(hasher, hasher.leaf(forged), 0n, 2n, path, roots[4]!)).toBe(false);
    expect(verifyInclusion(hasher, hasher.leaf(forged), 0n, 4n, path, roots[4]!)).toBe(false);
    expect(Buffer.from(hasher.leaf(forged)).equals(Buffer.from(hasher.node(leaves[0]!, leaves[1]!)))).toBe(false);
  });

  test('the last leaf repeated is another tree', () => {
    const range = (list: readonly Uint8Array[]) => {
      const compact = new CompactRange(hasher);
      for (const leaf of list) compact.append(leaf);
      return Buffer.from(compact.root()).toString('base64');
    };
    for (let size = 1; size < 20; size++) {
      const own = leaves.slice(0, size);
      expect(range([...own, own.at(-1)!]), String(size)).not.toBe(range(own));
    }
  });
});

describe('consistency', () => {
  test('every (old, new) up to 64: ranges through tiles give the proof of the RFC, and it verifies', () => {
    for (let size = 1; size <= MAX_SIZE; size++) {
      for (let old = 1; old <= size; old++) {
        const where = `from ${old} to ${size}`;
        const expected = oracle.consistencyProof(old, entries.slice(0, size));
        const ranges = consistencyRanges(BigInt(old), BigInt(size));
        expect(base64(fromTiles(ranges, size)), where).toEqual(base64(expected));
        expect(verifyConsistency(hasher, BigInt(old), BigInt(size), roots[old]!, roots[size]!, expected), where).toBe(
          true,
        );
      }
    }
  });

  test('every damage to a proof, another root or another size is noticed', () => {
    for (let size = 1; size <= 33; size++) {
      for (let old = 1; old <= size; old++) {
        const proof = oracle.consistencyProof(old, entries.slice(0, size));
        const verify = (m: number, n: number, oldRoot: Uint8Array, newRoot: Uint8Array, hashes = proof) =>
          verifyConsistency(nodeHasher, BigInt(m), BigInt(n), oldRoot, newRoot, hashes);
        const where = `from ${old} to ${size}`;
        if (old !== size) {
          expect(verify(old, size, roots[old - 1]!, roots[size]!), where).toBe(false);
          expect(verify(old, size, roots[old]!, roots[size - 1]!), where).toBe(false);
          expect(verify(old, size, roots[size]!, roots[old]!), where).toBe(false);
          expect(verify(size, old, roots[size]!, roots[old]!), `${where}, turned round`).toBe(false);
        }
        expect(verify(old + 1, size, roots[old + 1]!, roots[size]!), `${where}, old size + 1`).toBe(
          old + 1 === size && proof.length === 0,
        );
        expect(verify(old, size + 1, roots[old]!, roots[size + 1]!), `${where}, new size + 1`).toBe(false);
        for (const [damage, other] of damaged(proof)) {
          expect(verify(old, size, roots[old]!, roots[size]!, other as Buffer[]), `${where}, ${damage}`).toBe(false);
        }
      }
    }
  });

  test('the ends: equal sizes, the empty tree, sizes out of order, sizes out of range', () => {
    const verify = (m: bigint, n: bigint, a: Uint8Array, b: Uint8Array, proof: Uint8Array[] = []) =>
      verifyConsistency(hasher, m, n, a, b, proof);
    expect(verify(7n, 7n, roots[7]!, roots[7]!)).toBe(true);
    expect(verify(7n, 7n, roots[7]!, roots[6]!)).toBe(false);
    expect(verify(7n, 7n, roots[7]!, roots[7]!, [leaves[0]!])).toBe(false);
    expect(verify(0n, 0n, roots[0]!, roots[0]!)).toBe(true);
    expect(verify(0n, 0n, roots[7]!, roots[7]!), 'no root of the empty tree').toBe(false);
    expect(verify(7n, 7n, roots[7]!.subarray(1), roots[7]!.subarray(1)), 'roots of 31 bytes').toBe(false);
    expect(verify(7n, 7n, new Uint8Array(), new Uint8Array()), 'roots without bytes').toBe(false);
    expect(verifyInclusion(hasher, new Uint8Array(), 0n, 1n, [], new Uint8Array()), 'hashes without bytes').toBe(false);
    expect(verify(0n, 7n, roots[0]!, roots[7]!)).toBe(true);
    expect(verify(0n, 7n, roots[1]!, roots[7]!), 'a root that is not the empty one').toBe(false);
    expect(verify(0n, 7n, roots[0]!, roots[7]!, [leaves[0]!])).toBe(false);
    expect(verify(8n, 7n, roots[8]!, roots[7]!)).toBe(false);
    expect(verify(-1n, 7n, roots[0]!, roots[7]!)).toBe(false);
    const proof = oracle.consistencyProof(3, entries.slice(0, 7));
    expect(verify(3n + 2n ** 32n, 7n + 2n ** 32n, roots[3]!, roots[7]!, proof)).toBe(false);
    expect(verify(3n, 7n + 2n ** 53n, roots[3]!, roots[7]!, proof)).toBe(false);
    expect(verify(3n, 2n ** 64n - 1n, roots[3]!, roots[7]!, proof)).toBe(false);
    expect(consistencyRanges(0n, 7n)).toEqual([]);
    expect(consistencyRanges(7n, 7n)).toEqual([]);
    expect(() => consistencyRanges(8n, 7n)).toThrow('size 8 should be at most 7');
    expect(() => consistencyRanges(-1n, 7n)).toThrow(RangeError);
    expect(consistencyRanges(2n ** 53n + 1n, 2n ** 64n - 1n).length).toBeLessThanOrEqual(65);
  });
});

describe('compact range', () => {
  test('root and peaks at every size, from any way of appending', () => {
    const range = new CompactRange(hasher);
    for (let size = 0; size <= MAX_SIZE; size++) {
      expect(Buffer.from(range.root()), String(size)).toEqual(roots[size]);
      expect(range.size).toBe(BigInt(size));
      const resumed = new CompactRange(hasher, range.size, range.peaks);
      expect(Buffer.from(resumed.root())).toEqual(roots[size]);
      if (size < MAX_SIZE) range.append(leaves[size]!);
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }), (levels) => {
        const whole = new CompactRange(nodeHasher);
        const seen = new Map<string, string>();
        for (const wanted of levels) {
          const size = Number(whole.size);
          let level = wanted;
          while (size % 2 ** level !== 0 || size + 2 ** level > MAX_SIZE) level--;
          if (level < 0) break;
          whole.append(oracle.mth(entries.slice(size, size + 2 ** level)), level, (node, hash) => {
            const key = `${node.level}/${node.index}`;
            expect(seen.has(key), key).toBe(false);
            seen.set(key, Buffer.from(hash).toString('hex'));
          });
        }
        expect(Buffer.from(whole.root())).toEqual(roots[Number(whole.size)]);
        for (const [key, hash] of seen) {
          const [level, index] = key.split('/').map(Number) as [number, number];
          expect(oracle.mth(entries.slice(index * 2 ** level, (index + 1) * 2 ** level)).toString('hex')).toBe(hash);
        }
      }),
    );
  });

  test('a visitor sees each node that becomes complete, children first', () => {
    const range = new CompactRange(hasher);
    const seen: string[] = [];
    for (const leaf of leaves.slice(0, 8)) range.append(leaf, 0, ({ level, index }) => seen.push(`${level}/${index}`));
    const expected = '0/0 0/1 1/0 0/2 0/3 1/1 2/0 0/4 0/5 1/2 0/6 0/7 1/3 2/1 3/0';
    expect(seen.join(' ')).toBe(expected);
  });

  test('a clone is independent', () => {
    const range = new CompactRange(hasher);
    for (const leaf of leaves.slice(0, 5)) range.append(leaf);
    const clone = range.clone();
    clone.append(leaves[5]!);
    expect(Buffer.from(range.root())).toEqual(roots[5]);
    expect(Buffer.from(clone.root())).toEqual(roots[6]);
  });

  test('a wrong number of peaks, or a subtree that does not fit, is our own bug', () => {
    expect(() => new CompactRange(hasher, 3n, [leaves[0]!])).toThrow('internal: 1 peaks do not make a tree of 3');
    const range = new CompactRange(hasher);
    range.append(leaves[0]!);
    expect(() => range.append(leaves[0]!, 1)).toThrow('internal: a subtree of level 1 does not fit at 1');
  });
});

describe('the root of an older size within a tree', () => {
  test('is found for every pair of sizes up to 64, and by no damaged path', () => {
    for (let n = 2; n <= MAX_SIZE; n++) {
      for (let m = 1; m < n; m++) {
        const [old, now] = [BigInt(m), BigInt(n)];
        const path = fromTiles(rootWithinRanges(old, now), n);
        expect(base64([rootWithin(hasher, old, now, roots[n]!, path)!])).toEqual(base64([roots[m]!]));
        if (n > 20) continue;
        for (const [what, wrong] of damaged(path)) {
          const found = rootWithin(hasher, old, now, roots[n]!, wrong);
          expect([m, n, what, found]).toEqual([m, n, what, undefined]);
        }
      }
    }
  });

  test('is not looked for outside the tree', () => {
    for (const [old, now] of [
      [0n, 4n],
      [4n, 4n],
      [5n, 4n],
      [-1n, 4n],
    ] as const) {
      expect(rootWithin(hasher, old, now, roots[4]!, [roots[4]!])).toBeUndefined();
    }
  });
});
