import { describe, expect, test } from 'vitest';
import { receiptJson } from '../oracle/ledger.ts';
import type { TestKey } from '../oracle/note.ts';
import { cosignatureLine, cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';

/** Witnesses that are offline, slow, dishonest or inconsistent. */

const WITNESSES = Array.from({ length: 4 }, (_, i) => testWitness(`w${i}.example`, 10 + i));

/**
 * The verdict where k of n are required and these have cosigned; judged with and without the chain.
 */
function judge(k: number, n: number, present: readonly TestKey[]) {
  const [online, offline] = [true, false].map((isOnline) => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(k, ...WITNESSES.slice(0, n));
    scenario.receipt.proof = cosigned(scenario.receipt.proof, ...present);
    if (!isOnline) scenario.nodes = [];
    const report = scenario.judge();
    return { verdict: report.verdict, step: report.steps.find(({ step }) => step === 'witness-policy')! };
  });
  expect(offline!.step).toEqual(online!.step);
  return { verdict: online!.verdict, status: online!.step.status, code: online!.step.code };
}

const subsets = <T>(items: readonly T[]): T[][] =>
  items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);

describe('k of n', () => {
  const rules = [1, 2, 3, 4].flatMap((n) => Array.from({ length: n }, (_, i) => [i + 1, n] as const));

  test.each(rules)('%i of %i: any k of them decide, whichever are missing [M84]', (k, n) => {
    for (const present of subsets(WITNESSES.slice(0, n))) {
      const isMet = present.length >= k;
      expect(judge(k, n, present), present.map(({ name }) => name).join()).toEqual(
        isMet
          ? { verdict: 'VERIFIED', status: 'pass', code: 'ok' }
          : { verdict: 'INDETERMINATE', status: 'unknown', code: 'too-few-cosignatures' },
      );
    }
  });

  test('one witness many times, or one outside the policy, counts for no other [M84]', () => {
    const [first, second, stranger] = [WITNESSES[0]!, WITNESSES[1]!, WITNESSES[3]!];
    expect(judge(2, 2, [first, first, first]).code).toBe('too-few-cosignatures');
    expect(judge(2, 2, [first, stranger]).code).toBe('too-few-cosignatures');
    const renamed = testWitness('other.example', 10);
    expect(judge(2, 2, [first, renamed]).code, 'the same key under another name').toBe('too-few-cosignatures');
    expect(judge(2, 2, [second, first]).code).toBe('ok');
  });

  test('one false line of a named witness is a contradiction, even where enough others have cosigned [M84]', () => {
    const [first, second, third] = WITNESSES as [TestKey, TestKey, TestKey];
    const forged = { ...third, privateKey: first.privateKey };
    expect(judge(2, 3, [first, second, forged])).toEqual({
      verdict: 'INCONSISTENT',
      status: 'fail',
      code: 'cosignature-wrong',
    });
    expect(judge(2, 2, [first, second, forged]).verdict, 'of one that is not named it is none of ours').toBe(
      'VERIFIED',
    );
  });
});

describe('a witness that signs two trees', () => {
  const [court, notary] = WITNESSES as [TestKey, TestKey];
  /** The checkpoint of another tree of the same size. */
  const otherText = (s: Scenario) => {
    const text = `${s.receipt.proof.split('\n\n')[1]!}\n`;
    return text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(32, 5).toString('base64')}\n`);
  };

  const withOtherLine = (...company: readonly TestKey[]) => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(1, court, notary);
    scenario.receipt.proof = cosigned(scenario.receipt.proof, ...company) + cosignatureLine(court, otherText(scenario));
    return scenario.judge();
  };

  test('its line over the other tree is invalid over this one, with those of others [M84]', () => {
    for (const company of [[], [notary]]) {
      const report = withOtherLine(...company);
      expect([report.verdict, complaints(report)]).toEqual([
        'INCONSISTENT',
        { 'witness-policy': 'fail cosignature-wrong' },
      ]);
    }
  });

  test('behind its valid line another one is ignored [M84]', () => {
    for (const company of [[court], [court, notary]]) expect(withOtherLine(...company).verdict).toBe('VERIFIED');
  });

  test('of several times over one tree the first is reported [M84]', () => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(1, court);
    const text = `${scenario.receipt.proof.split('\n\n')[1]!}\n`;
    scenario.receipt.proof += [30, 50, 40].map((time) => cosignatureLine(court, text, time)).join('');
    const report = scenario.judge();
    expect(report.verdict).toBe('VERIFIED');
    expect(report.steps.find(({ step }) => step === 'witness-policy')?.found).toBe('w0@1970-01-01T00:00:30Z');
  });

  test('its quorum does not outweigh the chain, which holds one root for a size [M84]', () => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(2, court, notary);
    scenario.receipt.proof = cosigned(scenario.receipt.proof, court, notary);
    scenario.ledger.chain.anchors[1]!.root = `0x${'05'.repeat(32)}`;
    const report = scenario.judge();
    expect([report.verdict, complaints(report)]).toEqual(['INCONSISTENT', { anchor: 'fail anchored-root-differs' }]);
  });

  test('a receipt with it stays PENDING until it is anchored [M84]', () => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(2, court, notary);
    scenario.receipt = { ...receiptJson(scenario.ledger, 2, 5), anchor: null };
    scenario.receipt.proof = cosigned(scenario.receipt.proof, court, notary);
    scenario.nodes = [];
    expect(scenario.judge().verdict).toBe('PENDING');
  });
});
