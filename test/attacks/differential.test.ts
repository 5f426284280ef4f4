import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Consistency,
  type ConsistencyCase,
  type Inclusion,
  type InclusionCase,
  isConsistent,
  isIncluded,
} from '../oracle/merkle-vectors.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { verifyInclusion } from '../../src/protocol/merkle/inclusion.ts';
import { report } from '../faults/figures.ts';
import { nodeHasher } from '../oracle/fast-tree.ts';
import { consistencyProof, leafHash, mth, path, sha256 } from '../oracle/merkle.ts';
import { SeededRandom } from '../simulation/random.ts';
import { deployContract, type JudgingContract } from './contract.ts';
import { draws } from '../extent.ts';

/**
 * Compares three verifications of one proof: the verifier, the contract on a real EVM, and the
 * recursion of the RFC. `TREES=n`: number of random trees; `TREE_SEED=n`: repeats an earlier run.
 */

const { TREES = draws(1000, 10_000), TREE_SEED } = process.env;
const AT_ONCE = 250;
const MAX_ENTRIES = 70;
const MAX_UINT64 = 2n ** 64n - 1n;
let contract: JudgingContract;

beforeAll(async () => (contract = await deployContract()));
afterAll(async () => contract[Symbol.asyncDispose]());

type Answers = readonly [verifier: boolean, contract: boolean, recursion: boolean];

async function judgeInclusion(claim: Inclusion): Promise<Answers> {
  const { leaf, index, size, proof, root } = claim;
  return [
    verifyInclusion(nodeHasher, leaf, index, size, proof, root),
    await contract.includes(leaf, index, size, proof, root),
    isIncluded(claim),
  ];
}

async function judgeConsistency(claim: Consistency): Promise<Answers> {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  const own = verifyConsistency(nodeHasher, oldSize, newSize, oldRoot, newRoot, proof);
  // For the empty tree the verifier answers what the contract and the RFC leave to their callers.
  const isFromNothing = oldSize === 0n && newSize > 0n && proof.length === 0 && oldRoot.equals(nodeHasher.empty);
  if (isFromNothing) expect(own).toBe(true);
  const answer = await contract.extends(oldSize, newSize, oldRoot, newRoot, proof);
  return [isFromNothing ? false : own, answer, isConsistent(claim)];
}

const bytes = (hash: string) => Buffer.from(hash.slice(2), 'hex');
const vectors = <T>(name: string) =>
  (JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/merkle', name), 'utf8')) as { cases: T[] }).cases;

test('all vectors: three judges, one answer, and the one that is published [M85]', async (context) => {
  const [inclusions, consistencies] = [
    vectors<InclusionCase>('inclusion.json'),
    vectors<ConsistencyCase>('consistency.json'),
  ];
  for (const { name, leafHash: leaf, index, size, proof, root, expected } of inclusions) {
    const claim = {
      leaf: bytes(leaf),
      index: BigInt(index),
      size: BigInt(size),
      proof: proof.map(bytes),
      root: bytes(root),
    };
    expect(await judgeInclusion(claim), name).toEqual([expected, expected, expected]);
  }
  for (const { name, oldSize, newSize, oldRoot, newRoot, proof, expected } of consistencies) {
    const claim = {
      oldSize: BigInt(oldSize),
      newSize: BigInt(newSize),
      oldRoot: bytes(oldRoot),
      newRoot: bytes(newRoot),
      proof: proof.map(bytes),
    };
    expect(await judgeConsistency(claim), name).toEqual([expected, expected, expected]);
  }
  const count = inclusions.length + consistencies.length;
  expect(count).toBeGreaterThan(200);
  report(context, { vectors: count });
});

test(`random trees, of two proofs about one bent: three judges, one answer [M85]`, async (context) => {
  const seed = Number(TREE_SEED ?? Date.now() % 2 ** 32);
  const random = new SeededRandom(seed);
  let accepted = 0;
  const trees = Number(TREES);
  for (let at = 0; at < trees; at += AT_ONCE) {
    const claim = Array.from({ length: Math.min(AT_ONCE, trees - at) }, (_, i) =>
      drawQuestion(random, `${seed} ${at + i}`),
    );
    const answers = await Promise.all(claim.map(async ({ judge }) => judge()));
    for (const [i, { name }] of claim.entries()) {
      const [verifier, onChain, recursion] = answers[i]!;
      if (verifier !== recursion || onChain !== recursion) {
        expect({ verifier, contract: onChain, recursion }, `TREE_SEED=${seed}, tree ${at + i}: ${name}`).toEqual({
          verifier: recursion,
          contract: recursion,
          recursion,
        });
      }
      accepted += Number(recursion);
    }
  }
  expect(accepted, `TREE_SEED=${seed}`).toBeGreaterThan(trees / 3);
  expect(accepted, `TREE_SEED=${seed}`).toBeLessThan((2 * trees) / 3);
  report(context, { trees, accepted, seed: String(seed) });
}, 3_600_000);

interface Question {
  readonly name: string;
  readonly judge: () => Promise<Answers>;
}

/** A random tree and a true statement about it, with one fault in half of the draws. */
function drawQuestion(random: SeededRandom, name: string): Question {
  const count = 1 + random.below(random.pick([4, 20, MAX_ENTRIES]));
  const entries = Array.from({ length: count }, (_, i) => Buffer.from(`${name} ${i}`));
  const isBent = random.chance(0.5);
  if (random.chance(0.5)) {
    const index = random.below(count);
    const claim: Inclusion = {
      leaf: leafHash(entries[index]!),
      index: BigInt(index),
      size: BigInt(count),
      proof: path(index, entries),
      root: mth(entries),
    };
    const [fault, bent] = isBent ? bentInclusion(random, claim) : ['true', claim];
    return { name: `entry ${index} of ${count}, ${fault}`, judge: async () => judgeInclusion(bent) };
  }
  const old = 1 + random.below(count);
  const claim: Consistency = {
    oldSize: BigInt(old),
    newSize: BigInt(count),
    oldRoot: mth(entries.slice(0, old)),
    newRoot: mth(entries),
    proof: consistencyProof(old, entries),
  };
  const [fault, bent] = isBent ? bentConsistency(random, claim) : ['true', claim];
  return { name: `${old} to ${count}, ${fault}`, judge: async () => judgeConsistency(bent) };
}

function bentInclusion(random: SeededRandom, claim: Inclusion): [string, Inclusion] {
  const fault = random.pick(['leaf', 'root', 'index', 'size', 'proof', 'proof', 'proof'] as const);
  if (fault === 'leaf' || fault === 'root') return [fault, { ...claim, [fault]: flipped(random, claim[fault]) }];
  if (fault === 'proof') return [fault, { ...claim, proof: bentHashes(random, claim.proof) }];
  return [fault, { ...claim, [fault]: otherNumber(random, claim[fault]) }];
}

function bentConsistency(random: SeededRandom, claim: Consistency): [string, Consistency] {
  const fault = random.pick(['oldRoot', 'newRoot', 'oldSize', 'newSize', 'turned', 'proof', 'proof', 'proof'] as const);
  if (fault === 'oldRoot' || fault === 'newRoot') return [fault, { ...claim, [fault]: flipped(random, claim[fault]) }];
  if (fault === 'proof') return [fault, { ...claim, proof: bentHashes(random, claim.proof) }];
  if (fault === 'turned') return [fault, { ...claim, oldSize: claim.newSize, newSize: claim.oldSize }];
  return [fault, { ...claim, [fault]: otherNumber(random, claim[fault]) }];
}

function flipped(random: SeededRandom, hash: Buffer): Buffer {
  const copy = Buffer.from(hash);
  copy[random.below(32)]! ^= 1 << random.below(8);
  return copy;
}

function otherNumber(random: SeededRandom, value: bigint): bigint {
  const other = random.pick([
    value + 1n,
    value - 1n,
    value ^ (1n << BigInt(random.below(7))),
    value ^ (1n << BigInt(random.below(64))),
    MAX_UINT64 - BigInt(random.below(3)),
    0n,
  ]);
  return other < 0n || other > MAX_UINT64 || other === value ? value ^ 1n : other;
}

function bentHashes(random: SeededRandom, hashes: readonly Buffer[]): Buffer[] {
  const at = random.below(hashes.length + 1);
  const foreign = random.chance(0.5) && hashes.length > 0 ? random.pick(hashes) : sha256(String(random.below(1e9)));
  const added = hashes.toSpliced(at, 0, foreign);
  if (hashes.length === 0) return added;
  const place = Math.min(at, hashes.length - 1);
  const other = random.below(hashes.length);
  return random.pick([
    added,
    hashes.toSpliced(place, 1),
    hashes.with(place, flipped(random, hashes[place]!)),
    hashes.with(place, hashes[other]!).with(other, hashes[place]!),
    hashes.toReversed(),
    [],
    [...hashes, ...Array.from({ length: 65 - hashes.length }, () => foreign)],
  ]);
}
