import { describe, expect, test } from 'vitest';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { anchorJson, OPERATOR, type ReceiptJson, receiptJson, type TestLedger, testLedger } from '../oracle/ledger.ts';
import { mth, path } from '../oracle/merkle.ts';
import { signedNote, testKey, tlogProof } from '../oracle/note.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';

/**
 * A receipt is a chain of parts, each bound to the next. These tests try every mixture of the parts
 * of two valid receipts.
 */

interface Parts {
  record: ReceiptJson['record'];
  index: string;
  path: readonly string[];
  checkpoint: string;
  signature: string;
  anchor: ReceiptJson['anchor'];
}
const NAMES = ['record', 'index', 'path', 'checkpoint', 'signature', 'anchor'] as const;

function partsOf({ record, proof, anchor }: ReceiptJson): Parts {
  const [head, checkpoint, signature] = proof.split('\n\n') as [string, string, string];
  const [, index, ...hashes] = head.split('\n');
  return { record, index: index!, path: hashes, checkpoint, signature, anchor };
}

function receiptOf({ record, index, path: hashes, checkpoint, signature, anchor }: Parts): ReceiptJson {
  const proof = `${['c2sp.org/tlog-proof@v1', index, ...hashes].join('\n')}\n\n${checkpoint}\n\n${signature}`;
  return { format: 'evidence-ledger/receipt/v1', record, proof, anchor };
}

/** The records of the same ledger under another key, in a separate log on the same chain. */
function otherLog(): TestLedger {
  const ledger = testLedger();
  const key = testKey('other.example/log', 7);
  const logId = logIdOf(OPERATOR, key.vkey);
  for (const size of [3, 5, 7]) ledger.chain.anchor(logId, BigInt(size), mth(ledger.entries.slice(0, size)));
  return { ...ledger, key, logId };
}

function receiptFrom(ledger: TestLedger, index: number, size: number): ReceiptJson {
  const tree = ledger.entries.slice(0, size);
  const text = receiptJson(ledger, index, size).proof.split('\n\n')[1]!.replace(/^.*/, ledger.key.name);
  return {
    ...receiptJson(ledger, index, size),
    proof: tlogProof(index, path(index, tree), signedNote(`${text}\n`, ledger.key)),
    anchor: anchorJson(ledger, size),
  };
}

function otherChain(): TestLedger {
  const chain = new FakeChain();
  chain.seed = 'b';
  chain.chainId = 1n;
  return testLedger(chain);
}

/** All proper non-empty subsets of the parts. */
const MIXTURES = Array.from({ length: 2 ** NAMES.length - 2 }, (_, i) =>
  NAMES.filter((_name, at) => ((i + 1) >> at) & 1),
);

describe('parts of another valid receipt', () => {
  test.each<readonly [string, () => ReceiptJson]>([
    ['of another record of this tree', () => receiptFrom(testLedger(), 3, 5)],
    ['of the record before it', () => receiptFrom(testLedger(), 1, 5)],
    ['of this record in an older tree', () => receiptFrom(testLedger(), 2, 3)],
    ['of this record in a newer tree', () => receiptFrom(testLedger(), 2, 7)],
    ['of this record, by another key in another log', () => receiptFrom(otherLog(), 2, 5)],
    ['of a ledger on another chain', () => receiptFrom(otherChain(), 2, 5)],
  ])('%s: no mixture is verified [M76]', (_, make) => {
    const own = receiptJson(testLedger(), 2, 5);
    const other = make();
    const [mine, theirs] = [partsOf(own), partsOf(other)];
    let tried = 0;
    for (const taken of MIXTURES) {
      const mixed = receiptOf({ ...mine, ...Object.fromEntries(taken.map((name) => [name, theirs[name]])) });
      if ([own, other].some((whole) => JSON.stringify(whole) === JSON.stringify(mixed))) continue;
      const scenario = new Scenario();
      scenario.receipt = mixed;
      const { verdict } = scenario.judge();
      expect(['INCONSISTENT', 'INDETERMINATE'], `with the other ${taken.join(', ')}`).toContain(verdict);
      tried++;
    }
    expect(tried).toBeGreaterThan(10);
  });

  test('the receipts that are mixed are good ones [M76]', () => {
    const verdictOf = (receipt: ReceiptJson) => {
      const scenario = new Scenario();
      scenario.receipt = receipt;
      scenario.file = undefined;
      return scenario.judge().verdict;
    };
    const ledger = testLedger();
    const places = [[2, 5], [3, 5], [1, 5], [2, 3], [2, 7]] as const; // prettier-ignore
    for (const [index, size] of places) {
      expect(receiptFrom(ledger, index, size)).toEqual(receiptJson(ledger, index, size));
      expect(verdictOf(receiptFrom(ledger, index, size))).toBe('VERIFIED');
    }
    expect(verdictOf(receiptFrom(otherLog(), 2, 5))).not.toBe('VERIFIED');
    expect(verdictOf(receiptFrom(otherChain(), 2, 5))).not.toBe('VERIFIED');
  });
});

test('a good proof of another record, with the file of this one: not a verdict about this file [M76]', () => {
  const scenario = new Scenario();
  scenario.receipt = receiptJson(scenario.ledger, 3, 5);
  const report = scenario.judge();
  expect(report.verdict).toBe('MISMATCH');
  expect(complaints(report)).toEqual({ 'file-digest': 'fail digest-differs' });
});

test('each section, salt and commitment of another record contradicts the header or the tree [M76]', () => {
  const other = testLedger().records[3]!;
  for (const [i, section] of other.disclosed.entries()) {
    for (const taken of [['value'], ['salt'], ['salt', 'value']] as const) {
      const scenario = new Scenario();
      const own = scenario.receipt.record.disclosed[i]!;
      if (taken.every((name) => JSON.stringify(own[name]) === JSON.stringify(section[name]))) continue;
      Object.assign(own, Object.fromEntries(taken.map((name) => [name, section[name]])));
      expect(complaints(scenario.judge())['record-root'], `${section.name} ${taken.join()}`).toBe(
        'fail commitment-differs',
      );
    }
    const scenario = new Scenario();
    scenario.receipt.record.disclosed[i] = section;
    scenario.receipt.record.header.sections[section.name] = other.header.sections[section.name]!;
    expect(complaints(scenario.judge()).inclusion, section.name).toBe('fail root-differs');
  }
});

test('each member of the anchor of another size, log or chain [M76]', () => {
  const donors = [
    anchorJson(testLedger(), 3)!,
    anchorJson(testLedger(), 7)!,
    anchorJson(otherLog(), 5)!,
    anchorJson(otherChain(), 5)!,
  ];
  let tried = 0;
  for (const donor of donors) {
    for (const [name, value] of Object.entries(donor)) {
      const scenario = new Scenario();
      const own = scenario.receipt.anchor! as unknown as Record<string, unknown>;
      if (own[name] === value) continue;
      own[name] = value;
      const report = scenario.judge();
      expect(['INCONSISTENT', 'INDETERMINATE'], name).toContain(report.verdict);
      expect(complaints(report).anchor, name).toBeDefined();
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(15);
});

test('cosignatures of another checkpoint by the right witness are none of this one [M76]', () => {
  const court = testWitness('court.example', 3);
  const lineOf = (proof: string) => cosigned(proof, court).slice(proof.length);
  for (const other of [receiptJson(testLedger(), 2, 7), receiptFrom(otherLog(), 2, 5)]) {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(1, court);
    scenario.receipt.proof += lineOf(other.proof);
    const report = scenario.judge();
    expect(report.verdict).toBe('INCONSISTENT');
    expect(complaints(report)).toEqual({ 'witness-policy': 'fail cosignature-wrong' });
  }
});
