import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { rootFromInclusionPath, verifyInclusion } from '../../src/protocol/merkle/inclusion.ts';
import type { TreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { nodeHasher } from '../oracle/fast-tree.ts';
import { checkpointNote, ORIGIN, testLedger } from '../oracle/ledger.ts';
import { consistencyProof, decimalEntries, leafHash, mth, nodeHash, path, sha256 } from '../oracle/merkle.ts';
import { checkpointText, signedNote } from '../oracle/note.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';
import { contractInterface, deployContract, type JudgingContract } from './contract.ts';
import { damagedHashes, judgeClaim } from './forgery.ts';

/**
 * Attacks on proofs of the tree, each against the verifier's arithmetic, the contract, and a whole
 * receipt that the log's key has signed.
 */

const entries = decimalEntries(24);
const leaves = entries.map(leafHash);
const roots = Array.from({ length: entries.length + 1 }, (_, n) => mth(entries.slice(0, n)));
const foreign = Buffer.alloc(32, 0xa5);
let contract: JudgingContract;

beforeAll(async () => (contract = await deployContract()));
afterAll(async () => contract[Symbol.asyncDispose]());

/** The result of verifier and contract, which must agree. */
async function included(
  leaf: Uint8Array,
  index: bigint | number,
  size: bigint | number,
  hashes: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  const own = verifyInclusion(nodeHasher, leaf, BigInt(index), BigInt(size), hashes, root);
  expect(await contract.includes(leaf, BigInt(index), BigInt(size), hashes, root), 'the contract').toBe(own);
  return own;
}

async function consistent(
  [m, n]: readonly [number, number],
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<boolean> {
  const own = verifyConsistency(nodeHasher, BigInt(m), BigInt(n), oldRoot, newRoot, proof);
  expect(await contract.extends(BigInt(m), BigInt(n), oldRoot, newRoot, proof), 'the contract').toBe(own);
  return own;
}

describe('an entry of 64 bytes that spells two hashes', () => {
  const hidden = testLedger().records[2]!;
  const hiddenLeaf = leafHash(testLedger().entries[2]!);
  const spelled = Buffer.concat([hiddenLeaf, foreign]);
  /**
   * A true tree of four in which one entry looks like the node above a record and another entry.
   */
  const tree = [...entries.slice(0, 2), spelled, entries[3]!];
  const deeper = [foreign, ...path(2, tree)];

  test('would bring the record under a root of a tree without domains, and does not here [M70]', async () => {
    const naive: TreeHasher = {
      ...nodeHasher,
      leaf: (entry) => sha256(entry),
      node: (left, right) => sha256(left, right),
    };
    const naiveLeaf = sha256('record');
    const [a, b, c] = [sha256('0'), sha256('1'), sha256('3')];
    const naiveEntry = Buffer.concat([naiveLeaf, foreign]);
    const naiveRoot = naive.node(naive.node(a, b), naive.node(sha256(naiveEntry), c));
    const found = rootFromInclusionPath(naive, naiveLeaf, 4n, 8n, [foreign, c, naive.node(a, b)]);
    expect(found, 'the attack is a real one').toEqual(naiveRoot);

    expect(await included(leafHash(spelled), 2, 4, path(2, tree), mth(tree)), 'the entry itself').toBe(true);
    expect(await included(hiddenLeaf, 4, 8, deeper, mth(tree))).toBe(false);
    expect(await included(leafHash(spelled), 2, 4, path(2, tree), mth([...tree.slice(0, 2), ...tree]))).toBe(false);
    expect(leafHash(spelled)).not.toEqual(nodeHash(hiddenLeaf, foreign));
  });

  test('the record is not taken either where the log’s own key signs that tree [M70]', () => {
    const judge = (index: number, size: number, hashes: readonly Uint8Array[]) =>
      complaints(judgeClaim(testLedger(), { record: hidden, index, path: hashes, size, root: mth(tree) }));
    expect(judge(4, 8, deeper)).toMatchObject({ inclusion: 'fail root-differs' });
    expect(judge(2, 4, deeper)).toMatchObject({ inclusion: 'fail path-length-wrong' });
    expect(judge(2, 4, path(2, tree))).toMatchObject({ inclusion: 'fail root-differs' });
  });

  test('a node is no entry: a path that ends at any height above a record proves nothing [M70]', async () => {
    const { entries: own, records } = testLedger();
    for (let size = 2; size <= 7; size++) {
      const whole = own.slice(0, size);
      for (let index = 0; index < size; index++) {
        const hashes = path(index, whole);
        for (let height = 1; height <= hashes.length; height++) {
          const claim = { index: index >> height, size: ((size - 1) >> height) + 1, path: hashes.slice(height) };
          const report = judgeClaim(testLedger(), { record: records[index]!, root: mth(whole), ...claim });
          expect(report.verdict, `${index} of ${size} from height ${height}`).toBe('INCONSISTENT');
        }
      }
    }
    // The contract takes leaf hashes: with the tree's true size a node does not pass for one.
    const node = nodeHash(leaves[0]!, leaves[1]!);
    const siblings = [nodeHash(leaves[2]!, leaves[3]!)];
    for (const index of [0, 1]) expect(await included(node, index, 4, siblings, roots[4]!)).toBe(false);
  });
});

describe('the last entry repeated', () => {
  test('is another tree, whatever its size [M71]', async () => {
    const compactRoot = (hashes: readonly Uint8Array[]) => {
      const range = new CompactRange(nodeHasher);
      for (const hash of hashes) range.append(hash);
      return Buffer.from(range.root());
    };
    for (let size = 1; size < 24; size++) {
      const repeated = [...entries.slice(0, size), entries[size - 1]!];
      const hashes = path(size, repeated);
      expect(compactRoot(repeated.map(leafHash))).toEqual(mth(repeated));
      expect(mth(repeated), String(size)).not.toEqual(roots[size]);
      expect(await included(leaves[size - 1]!, size, size + 1, hashes, mth(repeated))).toBe(true);
      expect(await included(leaves[size - 1]!, size, size + 1, hashes, roots[size]!)).toBe(false);
      expect(await included(leaves[size - 1]!, size, size, hashes, roots[size]!)).toBe(false);
      expect(await consistent([size, size + 1], roots[size]!, roots[size]!, consistencyProof(size, repeated))).toBe(
        false,
      );
    }
  });

  test('is found in no receipt under the root without it [M71]', () => {
    const ledger = testLedger();
    for (const size of [1, 2, 3, 5, 6]) {
      const tree = ledger.entries.slice(0, size);
      const hashes = path(size, [...tree, tree.at(-1)!]);
      const claim = { record: ledger.records[size - 1]!, index: size, path: hashes, root: mth(tree) };
      expect(complaints(judgeClaim(ledger, { ...claim, size })).inclusion).toBe('fail index-outside-tree');
      expect(complaints(judgeClaim(ledger, { ...claim, size: size + 1 })).inclusion).toBe('fail root-differs');
    }
  });
});

describe('a damaged inclusion path', () => {
  test.each([1, 2, 5, 8, 11])('is refused by verifier and contract, in a tree of %i [M72]', async (size) => {
    for (let index = 0; index < size; index++) {
      const hashes = path(index, entries.slice(0, size));
      expect(await included(leaves[index]!, index, size, hashes, roots[size]!)).toBe(true);
      for (const [damage, other] of damagedHashes(hashes)) {
        expect(await included(leaves[index]!, index, size, other, roots[size]!), `${index}: ${damage}`).toBe(false);
      }
    }
  });

  test('is refused within a receipt, anchored and signed as it may be [M72]', () => {
    const ledger = testLedger();
    const hashes = path(2, ledger.entries.slice(0, 5));
    let count = 0;
    for (const [damage, other] of damagedHashes(hashes)) {
      const scenario = new Scenario(5, ledger);
      const lines = (list: readonly Uint8Array[]) => list.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
      const proof = scenario.receipt.proof.replace(lines(hashes).join(''), lines(other).join(''));
      expect(proof).not.toBe(scenario.receipt.proof);
      scenario.receipt.proof = proof;
      const report = scenario.judge();
      // A path longer than any tree's is not parsed.
      const [verdict, status] = other.length > 63 ? ['INDETERMINATE', 'unknown'] : ['INCONSISTENT', 'fail'];
      expect(report.verdict, damage).toBe(verdict);
      expect(complaints(report).inclusion, damage).toMatch(new RegExp(`^${status} `));
      count++;
    }
    expect(count).toBeGreaterThan(100);
  });
});

describe('an invalid index', () => {
  const spelled = [
    '-1',
    '-0',
    '+2',
    '02',
    '002',
    '2.0',
    '2.5',
    '.2',
    '2.',
    '1e3',
    '2e0',
    '0x2',
    '0b10',
    '2n',
    '2_0',
    '2,0',
    ' 2',
    '2 ',
    '\t2',
    '',
    'NaN',
    'Infinity',
    'two',
    '٢',
    '２',
    '²',
    '2\u200b',
    String(2n ** 64n),
    String(2n ** 65n + 2n),
    `1${'0'.repeat(40)}`,
  ];

  test.each(spelled)('“%s” in the proof of a receipt is not read [M73]', (index) => {
    const scenario = new Scenario();
    scenario.receipt.proof = scenario.receipt.proof.replace('index 2\n', `index ${index}\n`);
    const report = scenario.judge();
    expect(report.verdict).toBe('INDETERMINATE');
    expect(complaints(report).inclusion).toMatch(
      /^unknown (?:decimal-invalid|decimal-too-large|note-malformed|proof-malformed)$/,
    );
  });

  test.each(spelled)('“%s” as a number of the anchor is not read [M73]', (number) => {
    for (const member of ['size', 'anchorIndex', 'blockNumber', 'chainId'] as const) {
      const scenario = new Scenario();
      scenario.receipt.anchor![member] = number;
      const report = scenario.judge();
      expect(report.verdict, member).toBe('INDETERMINATE');
      expect(complaints(report).anchor, member).toMatch(/^unknown (?:decimal-invalid|decimal-too-large|shape-wrong)$/);
    }
  });

  test('JSON numbers in their place are not read, nor are places that are none [M73]', () => {
    for (const member of ['size', 'anchorIndex', 'blockNumber', 'chainId', 'logPosition', 'transactionIndex']) {
      for (const number of [-1, 1e3, 2.5, 2 ** 53, 2 ** 64, 1e300]) {
        if (number === 1e3 && /^(?:log|tr)/.test(member)) continue; // that one is a place
        const scenario = new Scenario();
        Object.assign(scenario.receipt.anchor!, { [member]: number });
        const report = scenario.judge();
        expect(report.verdict, `${member} ${number}`).toBe('INDETERMINATE');
        expect(complaints(report).anchor, `${member} ${number}`).toBe('unknown shape-wrong');
      }
    }
  });

  test('at or past the size, also where 32 or 53 bits of it would fit, it lies outside of the tree [M73]', async () => {
    const hashes = path(2, entries.slice(0, 5));
    for (const index of [5n, 6n, 2n ** 32n + 2n, 2n ** 53n, 2n ** 53n + 2n, 2n ** 63n + 2n, 2n ** 64n - 1n]) {
      const scenario = new Scenario();
      scenario.receipt.proof = scenario.receipt.proof.replace('index 2\n', `index ${index}\n`);
      const report = scenario.judge();
      expect(report.verdict).toBe('INCONSISTENT');
      expect(complaints(report).inclusion).toBe('fail index-outside-tree');
      expect(await included(leaves[2]!, index, 5, hashes, roots[5]!), String(index)).toBe(false);
    }
    for (const index of [-1n, 2n ** 64n, 2n ** 64n + 2n]) {
      expect(verifyInclusion(nodeHasher, leaves[2]!, index, 5n, hashes, roots[5]!), String(index)).toBe(false);
    }
  });

  test('the contract takes no number that does not fit its type [M73]', async () => {
    const hashes = path(2, entries.slice(0, 5));
    const data = contractInterface.encodeFunctionData('verifyInclusion', [leaves[2]!, 2, 5, hashes, roots[5]!]);
    const word256 = (value: bigint) => BigInt.asUintN(256, value).toString(16).padStart(64, '0');
    const withIndex = (value: bigint) => `${data.slice(0, 10 + 64)}${word256(value)}${data.slice(10 + 128)}`;
    expect(BigInt(await contract.call(withIndex(2n)))).toBe(1n);
    for (const index of [-1n, 2n ** 64n, 2n ** 64n + 2n, 2n ** 255n + 2n]) {
      await expect(contract.call(withIndex(index)), String(index)).rejects.toThrow('revert');
    }
  });
});

describe('trees of no and of one entry', () => {
  test('have the roots that the RFC gives them, and nothing but an empty path [M74]', async () => {
    const emptyRoot = sha256('');
    expect(roots[0]).toEqual(emptyRoot);
    expect(roots[1]).toEqual(leaves[0]);
    expect(await included(leaves[0]!, 0, 1, [], roots[1]!)).toBe(true);
    for (const hashes of [[leaves[0]!], [roots[1]!], [foreign, foreign]]) {
      expect(await included(leaves[0]!, 0, 1, hashes, roots[1]!)).toBe(false);
      expect(await included(leaves[0]!, 0, 1, hashes, nodeHash(hashes[0]!, leaves[0]!))).toBe(false);
      expect(await included(leaves[0]!, 0, 1, hashes, nodeHash(leaves[0]!, hashes[0]!))).toBe(false);
    }
    expect(await included(leaves[1]!, 0, 1, [], roots[1]!)).toBe(false);
    expect(await included(leaves[0]!, 1, 1, [], roots[1]!)).toBe(false);
    for (const root of [emptyRoot, leaves[0]!]) {
      for (const hashes of [[], [foreign]]) expect(await included(leaves[0]!, 0, 0, hashes, root)).toBe(false);
    }
  });

  test('within a receipt [M74]', () => {
    const ledger = testLedger();
    const only = { record: ledger.records[0]!, index: 0, path: [], size: 1, root: mth(ledger.entries.slice(0, 1)) };
    expect(judgeClaim(ledger, only).verdict, 'in order so far').toBe('PENDING');
    const inclusion = (claim: object) => complaints(judgeClaim(ledger, { ...only, ...claim })).inclusion;
    expect(inclusion({ path: [foreign] })).toBe('fail path-length-wrong');
    expect(inclusion({ path: [foreign], root: nodeHash(only.root, foreign) })).toBe('fail path-length-wrong');
    expect(inclusion({ index: 1 })).toBe('fail index-outside-tree');
    expect(inclusion({ size: 0, root: sha256('') })).toBe('fail index-outside-tree');
    expect(inclusion({ size: 0 })).toBe('fail index-outside-tree');
    expect(inclusion({ record: ledger.records[1]! })).toBe('fail root-differs');
  });
});

describe('a consistency proof', () => {
  test('from larger to smaller, of equal sizes, with hashes too many: verifier and contract refuse it [M75]', async () => {
    for (let n = 1; n <= 9; n++) {
      for (let m = 1; m <= n; m++) {
        const where = `${m} to ${n}`;
        const proof = consistencyProof(m, entries.slice(0, n));
        expect(await consistent([m, n], roots[m]!, roots[n]!, proof), where).toBe(true);
        if (m < n) {
          expect(await consistent([n, m], roots[n]!, roots[m]!, proof), `${where}, turned round`).toBe(false);
          expect(await consistent([n, m], roots[m]!, roots[n]!, proof), `${where}, sizes turned round`).toBe(false);
          expect(await consistent([n, n], roots[m]!, roots[n]!, []), `${n} with another root`).toBe(false);
          expect(await consistent([m, n], roots[m]!, roots[m]!, proof), `${where}, the old root twice`).toBe(false);
        }
        expect(await consistent([m, n], foreign, roots[n]!, proof), `${where}, another old root`).toBe(false);
        for (const extra of [foreign, roots[m]!, roots[n]!]) {
          expect(await consistent([m, n], roots[m]!, roots[n]!, [...proof, extra]), `${where}, one more`).toBe(false);
          expect(await consistent([m, n], roots[m]!, roots[n]!, [extra, ...proof]), `${where}, one before`).toBe(false);
        }
      }
    }
  });

  test('from the empty tree: the contract has none, the verifier an empty one from the empty root [M75]', async () => {
    const own = (oldRoot: Uint8Array, proof: readonly Uint8Array[]) =>
      verifyConsistency(nodeHasher, 0n, 7n, oldRoot, roots[7]!, proof);
    expect(own(roots[0]!, [])).toBe(true);
    for (const [oldRoot, proof] of [
      [roots[7]!, []],
      [foreign, []],
      [roots[0]!, [foreign]],
      [roots[0]!, [roots[7]!]],
    ] as const) {
      expect(own(oldRoot, proof)).toBe(false);
      expect(await contract.extends(0n, 7n, oldRoot, roots[7]!, proof)).toBe(false);
    }
    expect(await contract.extends(0n, 7n, roots[0]!, roots[7]!, [])).toBe(false);
    expect(await consistent([7, 0], roots[7]!, roots[0]!, [])).toBe(false);
  });

  test('to a pinned checkpoint: a bad one joins nothing, another root of one size contradicts [M75]', () => {
    const ledger = testLedger();
    const judge = (pin: string, ...pins: Scenario['pins']) => {
      const scenario = new Scenario(5, ledger);
      scenario.trust!.pinnedCheckpoints = [pin];
      scenario.pins = pins;
      const report = scenario.judge();
      return [report.verdict, complaints(report)['pinned-checkpoint']];
    };
    const good = consistencyProof(3, ledger.entries.slice(0, 5));
    const pin = checkpointNote(ledger, 3);
    expect(judge(pin, { size: 3n, proof: good })[0]).toBe('VERIFIED');
    for (const [damage, proof] of damagedHashes(good)) {
      expect(judge(pin, { size: 3n, proof }), damage).toEqual(['INDETERMINATE', 'unknown pin-proof-wrong']);
    }
    const otherThree = signedNote(checkpointText(ORIGIN, 3, mth(ledger.entries.slice(1, 4))), ledger.key);
    expect(judge(otherThree, { size: 3n, proof: good })).toEqual(['INDETERMINATE', 'unknown pin-proof-wrong']);
    const otherFive = signedNote(checkpointText(ORIGIN, 5, mth(ledger.entries.slice(1, 6))), ledger.key);
    expect(judge(otherFive)).toEqual(['INCONSISTENT', 'fail pin-differs']);
  });
});
