import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judgeOf } from '../../src/cli/settings/judging-options.ts';
import { createCli } from '../../src/cli/shell/context.ts';
import { surroundings, TextSink } from '../cli/evl.ts';
import { verifyOnline } from '../../src/verifier/verify-online.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust, trustJson } from '../../src/protocol/trust-file.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { checkpointNote, ORIGIN, receiptJson, type ReceiptJson } from '../oracle/ledger.ts';
import { consistencyProof, mth, path } from '../oracle/merkle.ts';
import { checkpointText, signedNote, tlogProof } from '../oracle/note.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';
import { startMemoryService } from '../server/memory-service.ts';

/**
 * A log that shows an old state, or two states, to its clients. A receipt alone can only be
 * measured by the time and by the pins of the trust file.
 */

const DAY_MS = 86_400_000;
const RECEIVED_MS = Date.parse('2026-01-01T00:00:00.000Z');

/** Record 2 under the tree of six, which no anchor covers: the newest state of a frozen service. */
function pending(bend: (s: Scenario) => unknown = () => {}): Scenario {
  const scenario = new Scenario(6);
  scenario.ledger.chain.anchors.pop();
  scenario.receipt = receiptJson(scenario.ledger, 2, 6);
  scenario.trust!.maxPendingMs = DAY_MS;
  bend(scenario);
  return scenario;
}

function at(scenario: Scenario, ms: number | undefined): readonly [string, Record<string, string | undefined>] {
  scenario.nowMs = ms;
  const report = scenario.judge();
  return [report.verdict, complaints(report)];
}

const receivedAt = (s: Scenario, value: unknown) => {
  s.receipt.record.disclosed.find(({ name }) => name === 'time')!.value = value;
};
const withholdTime = (s: Scenario) => {
  s.receipt.record.disclosed = s.receipt.record.disclosed.filter(({ name }) => name !== 'time');
};

describe('an old state, shown again and again', () => {
  test('is pending up to the bound of the trust file, to the millisecond, and INDETERMINATE after it [M77]', () => {
    expect(at(pending(), RECEIVED_MS)[0]).toBe('PENDING');
    expect(at(pending(), RECEIVED_MS + DAY_MS)).toEqual(['PENDING', { anchor: 'unknown not-anchored-yet' }]);
    expect(at(pending(), RECEIVED_MS + DAY_MS + 1)).toEqual(['INDETERMINATE', { anchor: 'unknown pending-too-long' }]);
    expect(
      at(
        pending((s) => (s.trust!.maxPendingMs = 0)),
        RECEIVED_MS + 1,
      )[0],
    ).toBe('INDETERMINATE');
  });

  test.each<readonly [string, (s: Scenario) => unknown]>([
    ['no node is asked', (s) => (s.nodes = [])],
    ['the node is off', (s) => (s.nodes = [undefined])],
    ['the node is on another chain', (s) => (s.ledger.chain.chainId = 1n)],
    ['only the record is verified', (s) => (s.file = undefined)],
    ['its anchor is never final', (s) => [(s.receipt = receiptJson(s.ledger, 2, 5)), (s.ledger.chain.final = 11)]],
  ])('also where %s [M77]', (_, bend) => {
    expect(at(pending(bend), RECEIVED_MS + DAY_MS)[0]).toBe('PENDING');
    const [verdict, steps] = at(pending(bend), RECEIVED_MS + 2 * DAY_MS);
    expect(verdict).toBe('INDETERMINATE');
    expect(Object.values(steps)).toContain('unknown pending-too-long');
  });

  test('a time of receipt that is withheld or far ahead does not stretch the wait [M77]', () => {
    const overdue = ['INDETERMINATE', { anchor: 'unknown pending-since-unknown' }];
    expect(at(pending(withholdTime), RECEIVED_MS)).toEqual(overdue);
    expect(at(pending(), RECEIVED_MS - DAY_MS)[0], 'a clock that is behind').toBe('PENDING');
    expect(at(pending(), RECEIVED_MS - DAY_MS - 1)).toEqual(overdue);
    for (const time of [null, 1, '', '2026-01-01', '2026-01-01T00:00:00Z', '2026-13-01T00:00:00.000Z', 'yesterday']) {
      const scenario = pending((s) => receivedAt(s, { receivedAt: time, notBefore: null }));
      const [verdict, steps] = at(scenario, RECEIVED_MS);
      expect([verdict, steps['anchor']], String(time)).toEqual(['INCONSISTENT', 'unknown pending-since-unknown']);
    }
  });

  test('what is decided otherwise stays so at any age [M77]', () => {
    const late = RECEIVED_MS + 1000 * DAY_MS;
    expect(
      at(
        pending((s) => delete s.trust!.maxPendingMs),
        late,
      )[0],
      'no bound',
    ).toBe('PENDING');
    expect(at(pending(), undefined)[0], 'no time').toBe('PENDING');
    expect(
      at(
        pending((s) => (s.trust = undefined)),
        late,
      )[0],
    ).toBe('INDETERMINATE');
    expect(
      at(
        pending((s) => (s.file = { sha256: 'a'.repeat(64) })),
        late,
      )[0],
    ).toBe('MISMATCH');
    const anchored = new Scenario();
    anchored.trust!.maxPendingMs = 0;
    expect(at(anchored, late), 'what is anchored proves what it proves').toEqual(['VERIFIED', {}]);
  });

  test('the report states how long it has waited, and how long it may [M77]', () => {
    const scenario = pending();
    scenario.nowMs = RECEIVED_MS + 2 * DAY_MS;
    const { steps } = scenario.judge();
    expect(steps.find(({ step }) => step === 'anchor')).toMatchObject({
      expected: `<= ${DAY_MS} ms`,
      found: `${2 * DAY_MS} ms`,
    });
  });
});

test('the service judges the wait by its own clock [M77]', async () => {
  const scenario = pending();
  const { log } = await openMemoryLog();
  let nowMs = RECEIVED_MS;
  await using service = await startMemoryService(log, {
    trust: () => parseTrust(JSON.stringify(scenario.trust)),
    clock: () => nowMs,
  });
  const ask = async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ receipt: scenario.receipt });
    const answer = await fetch(`${service.url}/v1/verify`, { method: 'POST', headers, body });
    return ((await answer.json()) as { verdict: string }).verdict;
  };
  expect(await ask()).toBe('PENDING');
  nowMs += DAY_MS + 1;
  expect(await ask()).toBe('INDETERMINATE');
});

test('the verifier that asks the chain, and the command line, judge it by the time of their machine [M77]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evl-freeze-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const scenario = pending();
  const trust = parseTrust(JSON.stringify(scenario.trust));
  const receipt = parseReceipt(JSON.stringify(scenario.receipt));
  const verdictOf = async (maxPendingMs: number | undefined) => {
    const { maxPendingMs: _own, ...rest } = trust;
    const value = { ...rest, ...(maxPendingMs !== undefined && { maxPendingMs }) };
    const { verdict } = await verifyOnline({ receipt, trust: { source: 'file', value }, rpcUrls: [] });
    const around = surroundings(new TextSink(), new TextSink(), { EVL_HOME: folder });
    const cli = createCli(around, { isJson: true, lang: 'en', config: {}, flags: {} });
    const { judge } = await judgeOf(cli, { trust: await written(value), offline: true, requireTrust: true });
    expect((await judge.judge(receipt, undefined)).report.verdict).toBe(verdict);
    return verdict;
  };
  const written = async (value: Trust) => {
    const file = join(folder, 'trust.json');
    await writeFile(file, JSON.stringify(trustJson(value)));
    return file;
  };
  expect(await verdictOf(undefined)).toBe('PENDING');
  expect(await verdictOf(Number.MAX_SAFE_INTEGER)).toBe('PENDING');
  expect(await verdictOf(DAY_MS), 'the record is of the first day of 2026').toBe('INDETERMINATE');
});

describe('two checkpoints of one size, both signed by the log', () => {
  const witnesses = [testWitness('court.example', 3), testWitness('notary.example', 4)];
  /** Another history, with record 2 but without the one before it. */
  function forked(s: Scenario): ReceiptJson {
    const entries = s.ledger.entries.slice(0, 5).with(1, Buffer.concat([Buffer.of(1), Buffer.alloc(32, 7)]));
    const note = signedNote(checkpointText(ORIGIN, 5, mth(entries)), s.ledger.key);
    return { ...receiptJson(s.ledger, 2, 5), proof: tlogProof(2, path(2, entries), note), anchor: null };
  }
  const noteIn = ({ proof }: ReceiptJson) => proof.slice(proof.indexOf('\n\n') + 2);

  test('each alone is in order; one that is pinned contradicts the other [M78]', () => {
    const verdicts = (receipt: (s: Scenario) => ReceiptJson, pin?: (s: Scenario) => string) => {
      const scenario = new Scenario();
      scenario.nodes = [];
      scenario.receipt = { ...receipt(scenario), anchor: null };
      if (pin !== undefined) scenario.trust!.pinnedCheckpoints = [pin(scenario)];
      const report = scenario.judge();
      return [report.verdict, complaints(report)['pinned-checkpoint']];
    };
    const honest = (s: Scenario) => receiptJson(s.ledger, 2, 5);
    expect(verdicts(honest)).toEqual(['PENDING', undefined]);
    expect(verdicts(forked)).toEqual(['PENDING', undefined]);
    expect(verdicts(honest, (s) => noteIn(honest(s)))).toEqual(['PENDING', undefined]);
    expect(verdicts(forked, (s) => noteIn(forked(s)))).toEqual(['PENDING', undefined]);
    expect(verdicts(honest, (s) => noteIn(forked(s)))).toEqual(['INCONSISTENT', 'fail pin-differs']);
    expect(verdicts(forked, (s) => noteIn(honest(s)))).toEqual(['INCONSISTENT', 'fail pin-differs']);
  });

  test('the anchored one contradicts the other, without a pin [M78]', () => {
    const scenario = new Scenario();
    scenario.receipt = forked(scenario);
    const report = scenario.judge();
    expect([report.verdict, complaints(report).anchor]).toEqual(['INCONSISTENT', 'fail anchored-root-differs']);
  });

  test('a smaller or larger pinned one joins only its own history [M78]', () => {
    const scenario = new Scenario();
    scenario.nodes = [];
    scenario.receipt = forked(scenario);
    scenario.trust!.pinnedCheckpoints = [checkpointNote(scenario.ledger, 3)];
    const honest = consistencyProof(3, scenario.ledger.entries.slice(0, 5));
    for (const proof of [honest, [], [...honest, honest[0]!]]) {
      scenario.pins = [{ size: 3n, proof }];
      expect(complaints(scenario.judge())['pinned-checkpoint']).toBe('unknown pin-proof-wrong');
    }
  });

  test('a quorum of witnesses under both does not make both true [M78 M84]', () => {
    const scenario = new Scenario();
    scenario.trust!.witnessPolicy = policyOf(2, ...witnesses);
    const [honest, other] = [receiptJson(scenario.ledger, 2, 5), forked(scenario)];
    for (const receipt of [honest, other]) receipt.proof = cosigned(receipt.proof, ...witnesses);
    scenario.nodes = [];
    scenario.trust!.pinnedCheckpoints = [noteIn(honest)];
    scenario.receipt = other;
    const report = scenario.judge();
    expect(report.steps.find(({ step }) => step === 'witness-policy')?.status, 'the quorum is met').toBe('pass');
    expect([report.verdict, complaints(report)['pinned-checkpoint']]).toEqual(['INCONSISTENT', 'fail pin-differs']);
  });
});
