// Writes test/vectors/merkle/*.json: the tree arithmetic as data for the TypeScript and Solidity
// tests. `node test/oracle/merkle-vectors.ts` writes the same bytes each time. The oracle is RFC
// 9162 §2.1 transcribed literally: recursive, slow, and without any code of src. Each case states
// its expected result; the oracle must agree, or nothing is written.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const vectorsDir: string = join(import.meta.dirname, '..', 'vectors', 'merkle');

/**
 * One case of an inclusion proof (RFC 9162 §2.1.3.2). Sizes and indexes are decimal strings, hashes
 * 0x-hex.
 */
export interface InclusionCase {
  readonly name: string;
  readonly leafHash: string;
  readonly index: string;
  readonly size: string;
  readonly proof: readonly string[];
  readonly root: string;
  readonly expected: boolean;
}

/** One case of a consistency proof (RFC 9162 §2.1.4.2). */
export interface ConsistencyCase {
  readonly name: string;
  readonly oldSize: string;
  readonly newSize: string;
  readonly oldRoot: string;
  readonly newRoot: string;
  readonly proof: readonly string[];
  readonly expected: boolean;
}

/** The root of the tree whose entries are the UTF-8 strings "0", "1", … up to `size` - 1. */
export interface RootCase {
  readonly name: string;
  readonly size: string;
  readonly root: string;
}

// ---- the oracle ----

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (entry: Uint8Array): Buffer => sha256(Uint8Array.of(0x00), entry);
const node = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Uint8Array.of(0x01), left, right);

/** k of §2.1.1: the largest power of two smaller than n, for n > 1. */
function largestPowerOfTwoBelow(n: bigint): bigint {
  let k = 1n;
  while (2n * k < n) k *= 2n;
  return k;
}

/** MTH(D[n]), §2.1.1. `leaves` are leaf hashes. */
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const k = Number(largestPowerOfTwoBelow(BigInt(leaves.length)));
  return node(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

/** PATH(m, D[n]), §2.1.3.1. */
function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = Number(largestPowerOfTwoBelow(BigInt(leaves.length)));
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))];
}

/** SUBPROOF(m, D[n], known), §2.1.4.1; PROOF(m, D[n]) is the one with `known`. */
function subproof(m: number, leaves: readonly Buffer[], known: boolean): Buffer[] {
  if (m === leaves.length) return known ? [] : [mth(leaves)];
  const k = Number(largestPowerOfTwoBelow(BigInt(leaves.length)));
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), known), mth(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))];
}

// The same recursions inverted, for trees too large to build: whatever its hashes are, a proof of
// the right length determines the roots that it proves.

const pathLength = (m: bigint, n: bigint): number => {
  if (n === 1n) return 0;
  const k = largestPowerOfTwoBelow(n);
  return 1 + (m < k ? pathLength(m, k) : pathLength(m - k, n - k));
};

function rootOfPath(leaf: Buffer, m: bigint, n: bigint, hashes: readonly Buffer[]): Buffer {
  if (n === 1n) return leaf;
  const k = largestPowerOfTwoBelow(n);
  const [last, rest] = [hashes.at(-1)!, hashes.slice(0, -1)];
  return m < k ? node(rootOfPath(leaf, m, k, rest), last) : node(last, rootOfPath(leaf, m - k, n - k, rest));
}

const proofLength = (m: bigint, n: bigint, known: boolean): number => {
  if (m === n) return known ? 0 : 1;
  const k = largestPowerOfTwoBelow(n);
  return 1 + (m <= k ? proofLength(m, k, known) : proofLength(m - k, n - k, false));
};

/** Both roots that a proof proves; `seed` is the old root where the proof leaves it out. */
function rootsOfProof(seed: Buffer, m: bigint, n: bigint, known: boolean, hashes: readonly Buffer[]): [Buffer, Buffer] {
  if (m === n) return known ? [seed, seed] : [hashes[0]!, hashes[0]!];
  const k = largestPowerOfTwoBelow(n);
  const [last, rest] = [hashes.at(-1)!, hashes.slice(0, -1)];
  if (m <= k) {
    const [oldRoot, newRoot] = rootsOfProof(seed, m, k, known, rest);
    return [oldRoot, node(newRoot, last)];
  }
  const [oldRoot, newRoot] = rootsOfProof(seed, m - k, n - k, false, rest);
  return [node(last, oldRoot), node(last, newRoot)];
}

// ---- cases: a true statement, and the same with one fault ----

export interface Inclusion {
  readonly leaf: Buffer;
  readonly index: bigint;
  readonly size: bigint;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}

export interface Consistency {
  readonly oldSize: bigint;
  readonly newSize: bigint;
  readonly oldRoot: Buffer;
  readonly newRoot: Buffer;
  readonly proof: readonly Buffer[];
}

/** Whether the path leads to the root, by the recursion of the RFC. */
export const isIncluded = ({ leaf, index, size, proof, root }: Inclusion): boolean =>
  index < size && proof.length === pathLength(index, size) && rootOfPath(leaf, index, size, proof).equals(root);

/**
 * For old size 0 there is no proof (0 < m < n in §2.1.4.1): false. For equal sizes: no hashes and
 * equal roots.
 */
export function isConsistent({ oldSize, newSize, oldRoot, newRoot, proof }: Consistency): boolean {
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  if (oldSize === 0n || oldSize > newSize || proof.length !== proofLength(oldSize, newSize, true)) return false;
  const [first, second] = rootsOfProof(oldRoot, oldSize, newSize, true, proof);
  return first.equals(oldRoot) && second.equals(newRoot);
}

const entries = (size: number): Buffer[] => Array.from({ length: size }, (_, i) => leafHash(Buffer.from(String(i))));

/** Hashes that belong to no tree: SHA-256 of "what/0", "what/1", … */
const drawn = (what: string, count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => sha256(Buffer.from(`${what}/${i}`)));

function realInclusion(index: number, size: number): Inclusion {
  const leaves = entries(size);
  return {
    leaf: leaves[index]!,
    index: BigInt(index),
    size: BigInt(size),
    proof: path(index, leaves),
    root: mth(leaves),
  };
}

function drawnInclusion(index: bigint, size: bigint): Inclusion {
  const leaf = drawn('leaf', 1)[0]!;
  const proof = drawn('path', pathLength(index, size));
  return { leaf, index, size, proof, root: rootOfPath(leaf, index, size, proof) };
}

/** A true statement about the trees of `rootCases`. */
export function realConsistency(oldSize: number, newSize: number): Consistency {
  const leaves = entries(newSize);
  return {
    oldSize: BigInt(oldSize),
    newSize: BigInt(newSize),
    oldRoot: mth(leaves.slice(0, oldSize)),
    newRoot: mth(leaves),
    proof: subproof(oldSize, leaves, true),
  };
}

/** A true statement about two trees too large to build, for any 0 < oldSize <= newSize. */
export function drawnConsistency(oldSize: bigint, newSize: bigint): Consistency {
  const proof = drawn('proof', proofLength(oldSize, newSize, true));
  const [oldRoot, newRoot] = rootsOfProof(drawn('old root', 1)[0]!, oldSize, newSize, true, proof);
  return { oldSize, newSize, oldRoot, newRoot, proof };
}

function flipped(hash: Buffer, bit: number): Buffer {
  const copy = Buffer.from(hash);
  copy[(bit >> 3) % 32]! ^= 0x80 >> (bit & 7);
  return copy;
}

/**
 * Faults of a list of at least two hashes, by name; in long lists only some positions, to keep the
 * files small.
 */
function* spoilt(proof: readonly Buffer[]): Generator<[string, Buffer[]]> {
  const last = proof.length - 1;
  const places = proof.length < 8 ? [...proof.keys()] : [0, 1, last >> 1, last];
  for (const i of places) yield [`hash ${i}: one bit flipped`, proof.with(i, flipped(proof[i]!, 37 * i))];
  for (const i of places) yield [`hash ${i} dropped`, proof.toSpliced(i, 1)];
  for (const i of [0, last]) yield [`hash ${i} twice`, proof.toSpliced(i, 0, proof[i]!)];
  yield ['a foreign hash added at the end', [...proof, ...drawn('foreign', 1)]];
  yield ['a zero hash added at the end', [...proof, Buffer.alloc(32)]];
  yield ['first two hashes exchanged', proof.with(0, proof[1]!).with(1, proof[0]!)];
  yield ['first and last hash exchanged', proof.with(0, proof[last]!).with(last, proof[0]!)];
  yield ['order reversed', proof.toReversed()];
  yield ['no hashes', []];
}

const LAST = 2n ** 64n - 1n;

function* inclusions(): Generator<[string, Inclusion, boolean]> {
  const places: readonly [number, readonly number[]][] = [
    [1, [0]],
    [2, [0, 1]],
    [3, [0, 1, 2]],
    [4, [0, 3]],
    [5, [0, 3, 4]],
    [7, [0, 3, 4, 6]],
    [8, [0, 5, 7]],
    [13, [0, 7, 8, 11, 12]],
    [64, [0, 31, 63]],
    [65, [0, 63, 64]],
    [255, [0, 127, 254]],
    [256, [0, 255]],
    [257, [0, 255, 256]],
    [300, [0, 255, 256, 299]],
  ];
  for (const [size, indexes] of places) {
    for (const index of indexes) yield [`entry ${index} of ${size}`, realInclusion(index, size), true];
  }
  const huge: readonly [bigint, bigint][] = [
    [0n, 2n ** 32n],
    [2n ** 31n, 2n ** 32n],
    [2n ** 32n, 2n ** 32n + 1n],
    [2n ** 32n + 5n, 2n ** 33n],
    [2n ** 53n + 1n, 2n ** 54n],
    [2n ** 53n, 2n ** 53n + 3n],
    [2n ** 63n, 2n ** 63n + 1n],
    [0n, LAST],
    [1n, LAST],
    [2n ** 63n, LAST],
    [LAST - 2n, LAST],
    [LAST - 1n, LAST],
  ];
  for (const [index, size] of huge) yield [`entry ${index} of ${size}`, drawnInclusion(index, size), true];

  for (const good of [realInclusion(5, 13), realInclusion(11, 13), drawnInclusion(LAST - 2n, LAST)]) {
    const what = `entry ${good.index} of ${good.size}`;
    for (const [fault, proof] of spoilt(good.proof)) yield [`${what}: ${fault}`, { ...good, proof }, false];
    yield [`${what}: one bit of the leaf flipped`, { ...good, leaf: flipped(good.leaf, 255) }, false];
    yield [`${what}: one bit of the root flipped`, { ...good, root: flipped(good.root, 0) }, false];
    yield [`${what}: the leaf for the root`, { ...good, root: good.leaf }, false];
    yield [`${what}: index one too small`, { ...good, index: good.index - 1n }, false];
    yield [`${what}: index one too large`, { ...good, index: good.index + 1n }, false];
    yield [`${what}: index equal to the size`, { ...good, index: good.size }, false];
    yield [`${what}: size 0`, { ...good, size: 0n }, false];
  }
  const wide = drawnInclusion(2n ** 32n + 5n, 2n ** 33n);
  yield ['index cut to 32 bits', { ...wide, index: 5n }, false];
  yield ['size and index cut to 32 bits', { ...wide, index: 5n, size: 2n ** 32n }, false];
  yield ['index rounded to a double', { ...drawnInclusion(2n ** 53n + 1n, 2n ** 54n), index: 2n ** 53n }, false];
  const only = realInclusion(0, 1);
  yield ['the only entry, with a hash too many', { ...only, proof: drawn('foreign', 1) }, false];
  yield ['the only entry, under another root', { ...only, root: drawn('foreign', 1)[0]! }, false];
  yield ['an entry of the empty tree', { ...only, size: 0n, root: mth([]) }, false];
  yield ['an entry past the end', { ...only, index: 1n }, false];
  yield ['an entry past the end of the largest tree', { ...only, index: LAST, size: LAST }, false];
  const leaves = entries(4);
  const inner = {
    leaf: node(leaves[0]!, leaves[1]!),
    index: 0n,
    proof: [node(leaves[2]!, leaves[3]!)],
    root: mth(leaves),
  };
  yield ['an inner node passed for an entry of 4', { ...inner, size: 4n }, false];
  // Not a fault of the verifier: a path fixes the directions, which different sizes can share. The
  // signed checkpoint binds the size to the root.
  yield ['an inner node passed for an entry of 2: the size is the caller’s', { ...inner, size: 2n }, true];
  yield ['entry 5 of 13 under size 12: the same directions', { ...realInclusion(5, 13), size: 12n }, true];
}

function* consistencies(): Generator<[string, Consistency, boolean]> {
  const pairs: readonly [number, number][] = [
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 3],
    [2, 4],
    [3, 4],
    [3, 7],
    [4, 7],
    [4, 8],
    [5, 6],
    [6, 7],
    [6, 8],
    [6, 13],
    [7, 8],
    [7, 13],
    [8, 8],
    [8, 13],
    [12, 13],
    [13, 13],
    [1, 64],
    [63, 64],
    [64, 65],
    [127, 300],
    [255, 256],
    [256, 257],
    [255, 300],
    [256, 300],
    [299, 300],
  ];
  for (const [m, n] of pairs) yield [`${m} to ${n}`, realConsistency(m, n), true];
  const huge: readonly [bigint, bigint][] = [
    [1n, 2n ** 32n],
    [2n ** 31n + 1n, 2n ** 32n],
    [2n ** 32n, 2n ** 32n + 1n],
    [2n ** 32n + 6n, 2n ** 33n + 3n],
    [2n ** 53n + 1n, 2n ** 53n + 2n],
    [2n ** 63n, 2n ** 63n + 1n],
    [2n ** 63n, LAST],
    [1n, LAST],
    [LAST - 2n, LAST],
    [LAST - 1n, LAST],
  ];
  for (const [m, n] of huge) yield [`${m} to ${n}`, drawnConsistency(m, n), true];
  yield [`${LAST} to ${LAST}`, drawnConsistency(LAST, LAST), true];

  for (const good of [realConsistency(6, 13), realConsistency(4, 13), drawnConsistency(LAST - 2n, LAST)]) {
    const { oldSize, newSize, oldRoot, newRoot } = good;
    const what = `${oldSize} to ${newSize}`;
    for (const [fault, proof] of spoilt(good.proof)) yield [`${what}: ${fault}`, { ...good, proof }, false];
    yield [`${what}: one bit of the old root flipped`, { ...good, oldRoot: flipped(oldRoot, 255) }, false];
    yield [`${what}: one bit of the new root flipped`, { ...good, newRoot: flipped(newRoot, 0) }, false];
    yield [`${what}: roots exchanged`, { ...good, oldRoot: newRoot, newRoot: oldRoot }, false];
    yield [`${what}: old root twice`, { ...good, newRoot: oldRoot }, false];
    yield [`${what}: new root twice`, { ...good, oldRoot: newRoot }, false];
    yield [`${what}: sizes exchanged`, { ...good, oldSize: newSize, newSize: oldSize }, false];
    yield [`${what}: old size one too small`, { ...good, oldSize: oldSize - 1n }, false];
    yield [`${what}: old size one too large`, { ...good, oldSize: oldSize + 1n }, false];
    yield [`${what}: old size 0`, { ...good, oldSize: 0n }, false];
    yield [`${what}: both sizes the old one`, { ...good, newSize: oldSize }, false];
  }
  const wide = drawnConsistency(2n ** 32n + 6n, 2n ** 33n + 3n);
  yield ['old size cut to 32 bits', { ...wide, oldSize: 6n }, false];
  yield ['both sizes cut to 32 bits', { ...wide, oldSize: 6n, newSize: 3n }, false];
  const old = realConsistency(5, 13);
  yield ['a stale proof: from 5, used at 6', { ...realConsistency(6, 13), proof: old.proof }, false];
  const fork = entries(13).with(2, leafHash(Buffer.from('rewritten')));
  yield [
    'a fork: its own proof',
    { ...realConsistency(6, 13), newRoot: mth(fork), proof: subproof(6, fork, true) },
    false,
  ];
  const [none, one] = [mth([]), drawn('foreign', 1)];
  const same = { oldSize: 8n, newSize: 8n, oldRoot: one[0]!, newRoot: one[0]! };
  yield ['a size and itself, with a hash', { ...same, proof: one }, false];
  yield ['a size and itself, other root', { ...same, newRoot: none, proof: [] }, false];
  yield ['the empty tree and itself', { oldSize: 0n, newSize: 0n, oldRoot: none, newRoot: none, proof: [] }, true];
  yield [
    'from the empty tree there is no proof',
    { ...realConsistency(1, 8), oldSize: 0n, oldRoot: none, proof: [] },
    false,
  ];
  yield ['from the empty tree, with a hash', { ...same, oldSize: 0n, oldRoot: none, proof: one }, false];
  yield ['to the empty tree', { ...same, newSize: 0n, newRoot: none, proof: [] }, false];
  // As above: the hashes do not contain the size.
  yield ['6 to 13 under size 12: the same directions', { ...realConsistency(6, 13), newSize: 12n }, true];
}

// ---- known answers ----

/**
 * Roots computed by another implementation (entries "0", "1", …), in base64 as in signed
 * checkpoints.
 */
const KNOWN_ROOTS: readonly [number, string][] = [
  [0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  [1, '2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM='],
  [2, 'ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us='],
  [255, 'Mvhbyqh9e80Fco8J6a66NQumovczgwCH8Fl2goSL5cs='],
  [256, 'goUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE='],
  [257, 'HtoEmkNR2G92JSvX7At3Rq11t/oDFq1fVB29pFijEsQ='],
  [300, 'hOE+weA3FVrmGXV1mbLNIa2lpWXg/ZsxOcDDxsG4rak='],
  [65536, '8CXQbtgEhZ/SdKG9rK3W5I6odjSqkeHtsgFD+UmM0Cs='],
  [65537, '3IeVol/UvVKguE9jn9MTm6FggkAj0YjkKOtdsPPOIho='],
  [70000, 'Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34='],
];

// ---- files ----

const hex = (hash: Buffer): string => `0x${hash.toString('hex')}`;

/** The oracle's answer must be the one that the case states. */
function agreed(name: string, answer: boolean, expected: boolean): boolean {
  if (answer !== expected) throw new Error(`${name}: oracle says ${answer}, should be ${expected}`);
  return expected;
}

export function inclusionCases(): InclusionCase[] {
  return [...inclusions()].map(([name, it, expected]) => ({
    name,
    leafHash: hex(it.leaf),
    index: String(it.index),
    size: String(it.size),
    proof: it.proof.map(hex),
    root: hex(it.root),
    expected: agreed(name, isIncluded(it), expected),
  }));
}

export function consistencyCases(): ConsistencyCase[] {
  return [...consistencies()].map(([name, it, expected]) => ({
    name,
    oldSize: String(it.oldSize),
    newSize: String(it.newSize),
    oldRoot: hex(it.oldRoot),
    newRoot: hex(it.newRoot),
    proof: it.proof.map(hex),
    expected: agreed(name, isConsistent(it), expected),
  }));
}

export function rootCases(): RootCase[] {
  return KNOWN_ROOTS.map(([size, base64]) => {
    const root = mth(entries(size));
    agreed(`root of ${size} entries`, root.toString('base64') === base64, true);
    return { name: `${size} entries`, size: String(size), root: hex(root) };
  });
}

const ENCODING = 'sizes and indexes: decimal strings; hashes: 0x-hex, because Solidity reads these files too';

/** Name and text of each file. */
export function vectorFiles(): ReadonlyMap<string, string> {
  const file = (about: string, cases: readonly { readonly name: string }[]): string => {
    const names = new Set(cases.map(({ name }) => name));
    if (names.size !== cases.length) throw new Error(`${about}: a name stands twice`);
    return `${JSON.stringify({ about, encoding: ENCODING, cases }, null, 1)}\n`;
  };
  return new Map([
    [
      'roots.json',
      file('RFC 9162 §2.1.1: roots of trees whose entries are the UTF-8 strings "0", "1", …', rootCases()),
    ],
    ['inclusion.json', file('RFC 9162 §2.1.3.2: is the inclusion proof accepted?', inclusionCases())],
    [
      'consistency.json',
      file(
        'RFC 9162 §2.1.4.2: is the consistency proof accepted? From size 0 never; a size and itself without hashes and with equal roots',
        consistencyCases(),
      ),
    ],
  ]);
}

if (import.meta.main) {
  mkdirSync(vectorsDir, { recursive: true });
  for (const [name, text] of vectorFiles()) writeFileSync(join(vectorsDir, name), text);
}
