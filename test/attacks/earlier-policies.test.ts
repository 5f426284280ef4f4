import { describe, expect, test } from 'vitest';
import { parseTrust, trustFingerprint, trustJson as jsonOf } from '../../src/protocol/trust-file.ts';
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { addsWitnessesOnly } from '../../src/verifier/trust-succession.ts';
import { logEntry } from '../oracle/record.ts';
import { checkpointNote, receiptJson, testLedger, trustJson, type TrustJson } from '../oracle/ledger.ts';
import { mth, path } from '../oracle/merkle.ts';
import { checkpointText, signedNote, tlogProof } from '../oracle/note.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, laterTree, Scenario, stepOf } from '../protocol/scenario.ts';

/**
 * Witnesses that were added later: who has the log key can sign a small size today, under which an
 * earlier policy would ask for fewer witnesses, or none.
 */

const [court, notary] = [testWitness('court.example', 10), testWitness('notary.example', 11)];
const NONE = 'quorum none\n';
const POLICY = policyOf(1, court);

type Policies = NonNullable<TrustJson['witnessPolicies']>;

/** A receipt of size 5 under a trust file that asks for the court from size 6 on. */
function outgrown(untilBlock?: string, first = NONE): Scenario {
  const scenario = new Scenario(5);
  scenario.trust!.format = 'evidence-ledger/trust/v2';
  scenario.trust!.witnessPolicies = [
    { fromSize: '0', policy: first, ...(untilBlock !== undefined && { untilBlock }) },
    { fromSize: '6', policy: POLICY },
  ];
  return scenario;
}

const anchorBlock = (s: Scenario) => Number(s.receipt.anchor!.blockNumber);
const outdated = { 'witness-policy': 'unknown policy-outdated' };

describe('an earlier policy', () => {
  test('counts under an anchor by its last block, and no later one', () => {
    const block = anchorBlock(outgrown());
    for (const [untilBlock, verdict] of [
      [block, 'VERIFIED'],
      [block + 1, 'VERIFIED'],
      [block - 1, 'INDETERMINATE'],
      [0, 'INDETERMINATE'],
    ] as const) {
      const report = outgrown(String(untilBlock)).judge();
      expect([report.verdict, complaints(report)]).toEqual([verdict, verdict === 'VERIFIED' ? {} : outdated]);
    }
    expect(complaints(outgrown().judge()), 'without a last block').toEqual(outdated);
  });

  test('that asked for no witness adds nothing to what a report rests on', () => {
    const report = outgrown('1000').judge();
    expect([stepOf(report, 'witness-policy').status, report.stated]).toEqual(['none', 'none']);
  });

  test('is still demanded: its own witnesses must have cosigned', () => {
    const scenario = outgrown('1000', policyOf(1, notary));
    expect(complaints(scenario.judge())).toEqual({ 'witness-policy': 'unknown too-few-cosignatures' });
    scenario.receipt.proof = cosigned(scenario.receipt.proof, notary);
    expect(scenario.judge().verdict).toBe('VERIFIED');
  });

  test.each(['remembered', 'server'] as const)(
    'counts for nothing in a trust file that is the operator’s: %s',
    (source) => {
      const scenario = outgrown('1000');
      scenario.trustSource = source;
      scenario.later = [
        laterTree(scenario.ledger, 5, 7, { note: cosigned(checkpointNote(scenario.ledger, 7), court) }),
      ];
      expect(complaints(scenario.judge())).toEqual(outdated);
      scenario.receipt.proof = cosigned(scenario.receipt.proof, court);
      expect(scenario.judge().verdict, 'the newest policy is met by the checkpoint itself').toBe('VERIFIED');
    },
  );

  test('counts where the anchor is confirmed only: without nodes it does not', () => {
    const scenario = outgrown('1000');
    scenario.nodes = [];
    expect(complaints(scenario.judge())).toMatchObject(outdated);
    scenario.nodes = [scenario.node((chain) => chain.anchors.splice(0))];
    expect(complaints(scenario.judge())).toMatchObject(outdated);
  });

  test('counts where a checkpoint that meets the newest one is proven to extend this one', () => {
    const scenario = outgrown();
    const note = cosigned(checkpointNote(scenario.ledger, 7), court);
    scenario.later = [laterTree(scenario.ledger, 5, 7, { note })];
    const report = scenario.judge();
    expect([report.verdict, stepOf(report, 'witness-policy').found]).toEqual([
      'VERIFIED',
      expect.stringMatching(/^w0@/),
    ]);
    expect(report.independence).toBe('witnesses');
  });

  test('not by one that nobody cosigned, another log signed, or that does not extend it', () => {
    const { ledger } = outgrown();
    const good = checkpointNote(ledger, 7);
    const other = signedNote(checkpointText('other.example/log', 7, mth(ledger.entries)), ledger.key);
    const fork = [...ledger.entries.slice(0, 4), Buffer.alloc(33, 1), ...ledger.entries.slice(5)];
    const forkNote = cosigned(signedNote(checkpointText(ledger.key.name, 7, mth(fork)), ledger.key), court);
    const cases = {
      uncosigned: laterTree(ledger, 5, 7, { note: good }),
      'by another witness': laterTree(ledger, 5, 7, { note: cosigned(good, notary) }),
      'of another log': laterTree(ledger, 5, 7, { note: cosigned(other, court) }),
      'without the log’s signature': laterTree(ledger, 5, 7, {
        note: cosigned(good, court).replace(/\n— ledger[^\n]*/, ''),
      }),
      'of another size': laterTree(ledger, 5, 7, { note: cosigned(checkpointNote(ledger, 6), court) }),
      'with a wrong proof': { ...laterTree(ledger, 5, 7, { note: cosigned(good, court) }), proof: [] },
      'of another tree': { ...laterTree(ledger, 5, 7, { note: forkNote }), root: mth(fork) },
    };
    for (const [what, later] of Object.entries(cases)) {
      const scenario = outgrown();
      scenario.later = [later];
      expect(complaints(scenario.judge()), what).toEqual(outdated);
    }
  });
});

test('who has the log key signs a small old size today: neither anchored by then nor extended', () => {
  const ledger = testLedger();
  const invented = receiptJson(ledger, 2, 3).record;
  invented.header.number = '20200101-INVENTED00-X';
  const entries = [...ledger.entries.slice(0, 2), logEntry(invented.header)];
  const note = signedNote(checkpointText(ledger.key.name, 3, mth(entries)), ledger.key);
  for (const untilBlock of ['1000', '0']) {
    const scenario = outgrown(untilBlock);
    const { anchor } = receiptJson(scenario.ledger, 2, 3);
    scenario.receipt = { ...scenario.receipt, record: invented, proof: tlogProof(2, path(2, entries), note), anchor };
    scenario.later = [laterTree(scenario.ledger, 3, 7, { note: cosigned(checkpointNote(scenario.ledger, 7), court) })];
    expect(['INCONSISTENT', 'INDETERMINATE']).toContain(scenario.judge().verdict);
    scenario.receipt.anchor = null;
    expect(scenario.judge().verdict).not.toBe('VERIFIED');
    expect(complaints(scenario.judge())).toMatchObject(outdated);
  }
});

describe('a trust file with several policies', () => {
  const trust = (policies: Policies) => ({
    ...trustJson(testLedger()),
    format: 'evidence-ledger/trust/v2',
    witnessPolicies: policies,
  });
  const parsed = (value: object) => parseTrust(JSON.stringify(value));
  const two: Policies = [
    { fromSize: '0', policy: NONE, untilBlock: '9' },
    { fromSize: '6', policy: POLICY },
  ];

  test('is v2, and one policy for all sizes v1', () => {
    expect(jsonOf(parsed(trust(two)))).toMatchObject({ format: 'evidence-ledger/trust/v2', witnessPolicies: two });
    const one = parsed(trust([{ fromSize: '0', policy: POLICY }]));
    const v1 = parsed({ ...trustJson(testLedger()), witnessPolicy: POLICY });
    expect(jsonOf(one)).toEqual(jsonOf(v1));
    expect(jsonOf(v1)).toMatchObject({ format: 'evidence-ledger/trust/v1', witnessPolicy: POLICY });
    expect(trustFingerprint(one)).toBe(trustFingerprint(v1));
  });

  test.each<[string, object]>([
    ['in v1', { ...trust(two), format: 'evidence-ledger/trust/v1' }],
    ['both members', { ...trust(two), witnessPolicy: POLICY }],
    ['none', trust([])],
    ['falling sizes', trust([{ ...two[0]!, fromSize: '7' }, two[1]!])],
    ['one size twice', trust([{ ...two[0]!, fromSize: '6' }, two[1]!])],
    ['a last block of the newest', trust([two[0]!, { ...two[1]!, untilBlock: '12' }])],
    ['falling blocks', trust([two[0]!, { ...two[1]!, untilBlock: '8' }, { fromSize: '9', policy: POLICY }])],
    ['a policy that is none', trust([two[0]!, { fromSize: '6', policy: 'quorum court\n' }])],
    ['another member', trust([{ ...two[0]!, toSize: '5' } as never, two[1]!])],
  ])('is refused with %s', (_, value) => {
    expect(() => parsed(value)).toThrow(ProtocolError);
  });

  test('before the first size, no policy counts', () => {
    const scenario = outgrown();
    scenario.trust!.witnessPolicies = [{ fromSize: '6', policy: POLICY }];
    expect(complaints(scenario.judge())).toEqual(outdated);
  });
});

describe('what is remembered moves on by itself', () => {
  const ledger = testLedger();
  const base = trustJson(ledger);
  const parse = (value: object) => parseTrust(JSON.stringify(value));
  const v1 = (witnessPolicy?: string) => parse({ ...base, ...(witnessPolicy !== undefined && { witnessPolicy }) });
  const v2 = (policies: Policies, more: object = {}) =>
    parse({ ...base, format: 'evidence-ledger/trust/v2', witnessPolicies: policies, ...more });
  const both = policyOf(2, court, notary);
  const from0: Policies = [{ fromSize: '0', policy: NONE, untilBlock: '9' }];

  test.each<[string, ReturnType<typeof parse>, ReturnType<typeof parse>]>([
    ['witnesses where there were none', v1(), v2([...from0, { fromSize: '6', policy: POLICY }])],
    ['the same without naming the time before', v1(), v2([{ fromSize: '6', policy: POLICY }])],
    [
      'a further witness',
      v1(POLICY),
      v2([
        { fromSize: '0', policy: POLICY },
        { fromSize: '6', policy: both },
      ]),
    ],
    [
      'a third policy',
      v2([...from0, { fromSize: '6', policy: POLICY }]),
      v2([...from0, { fromSize: '6', policy: POLICY, untilBlock: '20' }, { fromSize: '8', policy: both }]),
    ],
    [
      'other nodes as a hint',
      v1(),
      v2([...from0, { fromSize: '6', policy: POLICY }], { chain: { ...base.chain, rpcUrls: [] } }),
    ],
  ])('to %s', (_, before, after) => {
    expect(addsWitnessesOnly(before, after)).toBe(true);
    expect(addsWitnessesOnly(after, before), 'and not back').toBe(false);
  });

  const added = { fromSize: '6', policy: POLICY };
  test.each<[string, ReturnType<typeof parse>, ReturnType<typeof parse>]>([
    ['the same', v1(POLICY), v1(POLICY)],
    ['a policy for all sizes', v1(), v1(POLICY)],
    ['another policy', v1(POLICY), v1(both)],
    ['fewer witnesses later', v1(both), v2([{ fromSize: '0', policy: both }, added])],
    [
      'no witness later',
      v1(POLICY),
      v2([
        { fromSize: '0', policy: POLICY },
        { fromSize: '6', policy: NONE },
      ]),
    ],
    [
      'other witnesses later',
      v1(POLICY),
      v2([
        { fromSize: '0', policy: POLICY },
        { fromSize: '6', policy: policyOf(1, notary) },
      ]),
    ],
    [
      'any of two later',
      v1(POLICY),
      v2([
        { fromSize: '0', policy: POLICY },
        { fromSize: '6', policy: policyOf(1, court, notary) },
      ]),
    ],
    ['another earlier policy', v1(POLICY), v2([{ fromSize: '0', policy: NONE }, added])],
    [
      'another earlier block',
      v2([...from0, added]),
      v2([
        { ...from0[0]!, untilBlock: '10' },
        { ...added, untilBlock: '20' },
        { fromSize: '8', policy: both },
      ]),
    ],
    [
      'another key',
      v1(),
      v2([...from0, added], { log: { ...base.log, keys: [{ ...base.log.keys[0]!, toSize: '9' }] } }),
    ],
    ['another contract', v1(), v2([...from0, added], { chain: { ...base.chain, contract: `0x${'0b'.repeat(20)}` } })],
    ['other finality', v1(), v2([...from0, added], { chain: { ...base.chain, finality: { confirmations: '1' } } })],
    ['fewer nodes', parse({ ...base, chain: { ...base.chain, sources: 2 } }), v2([...from0, added])],
    ['another operator of the chain', v1(), v2([...from0, added], { chain: { ...base.chain, operatedBy: 'others' } })],
    ['a pin that is gone', parse({ ...base, pinnedCheckpoints: [checkpointNote(ledger, 3)] }), v2([...from0, added])],
    [
      'a pin that is new',
      v1(),
      v2([...from0, added], { pinnedBlocks: [{ number: '4', hash: ledger.chain.blockHash(4) }] }),
    ],
    ['endorsers', v1(), v2([...from0, added], { endorsers: { k: 1, of: [`0x${'0e'.repeat(20)}`] } })],
  ])('but not to %s', (_, before, after) => {
    expect(addsWitnessesOnly(before, after)).toBe(false);
  });
});
