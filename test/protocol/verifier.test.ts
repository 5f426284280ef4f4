import { sectionCommitment } from '../../src/protocol/record/section.ts';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/protocol/verify/report.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { judgeFile } from '../../src/protocol/verify/record-steps.ts';
import { decidingStep } from '../../src/verifier/report-view.ts';
import { VERDICT_EXIT } from '../../src/protocol/verify/report.ts';
import { verdictOf, worstVerdict } from '../../src/protocol/verify/verdict.ts';
import { consistencyProof, mth, path, sha256 } from '../oracle/merkle.ts';
import { commitment, makeRecord } from '../oracle/record.ts';
import { checkpointNote, ORIGIN, receiptJson, trustJson, type TrustJson } from '../oracle/ledger.ts';
import { checkpointText, signedNote, testKey, tlogProof } from '../oracle/note.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario, sourceResults, stepOf } from './scenario.ts';

/** A change, and the verdict and complaints that it must lead to. */
type Case = readonly [name: string, bend: (s: Scenario) => void, complaints: Record<string, string>];

function check(verdict: Verdict, cases: readonly Case[], size = 5): void {
  test.each(cases)('%s', (_, bend, expected) => {
    const scenario = new Scenario(size);
    bend(scenario);
    const report = scenario.judge();
    expect(complaints(report)).toMatchObject(expected);
    expect(report.verdict).toBe(verdict);
  });
}

const flipBase64 = (text: string) => {
  const bytes = Buffer.from(text, 'base64');
  bytes[0]! ^= 1;
  return bytes.toString('base64');
};
const stranger = testKey('stranger.example', 9);
const COURT = testWitness('court.example', 3);
const ZERO_WORD = `0x${'00'.repeat(32)}`;

describe('VERIFIED', () => {
  test('an honest receipt, its file, its chain', () => {
    const report = new Scenario().judge();
    expect(report.verdict).toBe('VERIFIED');
    expect(report.scope).toBe('file');
    expect(report.independence).toBe('none');
    expect(report.trust).toMatchObject({ source: 'file' });
    expect(Object.fromEntries(report.steps.map(({ step, status }) => [step, status]))).toEqual({
      'file-digest': 'pass',
      'record-root': 'pass',
      inclusion: 'pass',
      'log-signature': 'pass',
      'witness-policy': 'none',
      'chain-identity': 'pass',
      anchor: 'pass',
      finality: 'pass',
      endorsement: 'none',
      'not-before': 'pass',
      custody: 'none',
      'pinned-checkpoint': 'none',
    });
    expect(report.object).toEqual({
      isIntact: true,
      kind: 'evidence',
      id: '01920000-0000-7000-8000-000000000002',
      number: '20260101-TESTTESTTES2-X',
      origin: ORIGIN,
      size: '5',
      index: '2',
      receivedAt: '2026-01-01T00:00:00.000Z',
      fileName: '证据 2.txt',
      caseNumber: '(2026)沪01民初1号',
      sections: Object.fromEntries(new Scenario().receipt.record.disclosed.map(({ name, value }) => [name, value])),
      withheld: { sections: [], others: 0 },
      notBefore: {
        blockNumber: '4',
        blockHash: new Scenario().ledger.chain.blockHash(4),
        blockTime: '2023-11-14T22:14:08.000Z',
      },
      anchoredBy: {
        blockNumber: '12',
        blockHash: new Scenario().ledger.chain.blockHash(12),
        blockTime: '2023-11-14T22:15:44.000Z',
      },
    });
  });

  test('what is withheld is named where the kind has the name, and counted otherwise', () => {
    const scenario = new Scenario();
    withhold(scenario, 'case');
    withhold(scenario, 'file');
    expect(scenario.judge()).toMatchObject({
      verdict: 'VERIFIED',
      object: { isIntact: true, withheld: { sections: ['file', 'case'], others: 0 } },
    });
    scenario.receipt.record.disclosed = [];
    expect(scenario.judge().object!.withheld.sections).toEqual(['file', 'digests', 'case', 'registrant', 'time']);
  });

  test.each(['法院已确认', 'constructor', '__proto__', 'File'])(
    'a name that an operator invents is not repeated: %s',
    (name) => {
      const scenario = new Scenario();
      const fake = Object.fromEntries([[name, { name: 'invented' }]]);
      rerecord(scenario, {}, fake);
      withhold(scenario, name);
      const report = scenario.judge();
      expect(report).toMatchObject({
        verdict: 'INDETERMINATE',
        object: { isIntact: false, withheld: { sections: [], others: 1 } },
      });
      expect(JSON.stringify(report.object)).not.toContain('invented');
      expect(Object.values(report.object!.withheld).flat()).not.toContain(name);
    },
  );

  test('a section that is disclosed and empty is not withheld, nor is one that the record lacks', () => {
    const scenario = new Scenario();
    rerecord(scenario, {}, { case: {} });
    expect(scenario.judge().object).toMatchObject({ caseNumber: null, withheld: { sections: [] } });
    rerecord(scenario, { kind: 'testament' });
    withhold(scenario, 'file');
    expect(scenario.judge().object!.withheld, 'of an unknown kind').toEqual({ sections: [], others: 1 });
    delete scenario.receipt.record.header.sections['file'];
    expect(scenario.judge().object!.withheld).toEqual({ sections: [], others: 0 });
  });

  check('VERIFIED', [
    ['at every anchored size: 3', (s) => (s.receipt = receiptJson(s.ledger, 2, 3)), {}],
    ['at every anchored size: 7', (s) => (s.receipt = receiptJson(s.ledger, 2, 7)), {}],
    ['without a file, the record alone', (s) => (s.file = undefined), {}],
    ['a file without SM3 and size', (s) => (s.file = { sha256: s.file!.sha256 }), {}],
    ['a section withheld', (s) => (s.receipt.record.disclosed = s.receipt.record.disclosed.slice(0, 2)), {}],
    [
      'the record alone with all withheld',
      (s) => {
        s.receipt.record.disclosed = [];
        s.file = undefined;
      },
      {},
    ],
    ['sections in another order', (s) => (s.receipt.record.disclosed = s.receipt.record.disclosed.toReversed()), {}],
    ['a second signature by a stranger', (s) => (s.receipt.proof = proofSignedBy(s, s.ledger.key, stranger)), {}],
    ['two nodes required and agreeing', (s) => [(s.trust!.chain.sources = 2), s.nodes.push(s.node())], {}],
    [
      'two of three, the third is off',
      (s) => [(s.trust!.chain.sources = 2), s.nodes.unshift(undefined), s.nodes.push(s.node())],
      {},
    ],
    ['one of two is on another chain', (s) => s.nodes.push(s.node((c) => (c.chainId = 1n))), {}],
    ['one of two is behind', (s) => s.nodes.push(s.node((c) => (c.latest = c.final = 11))), {}],
    ['one of two answers garbage', (s) => s.nodes.push(s.node((c) => lieAlways(c, 'garbage'))), {}],
    ['confirmations reached', (s) => (s.trust!.chain.finality = { confirmations: '7' }), {}],
    ['endorsed by one of two', (s) => endorse(s, 1, 7n), {}],
    ['a pinned checkpoint of the same size', (s) => (s.trust!.pinnedCheckpoints = [checkpointNote(s.ledger, 5)]), {}],
    ['a pinned block', (s) => (s.trust!.pinnedBlocks = [{ number: '3', hash: s.ledger.chain.blockHash(3) }]), {}],
    ['pinned checkpoints of other sizes, connected', (s) => pinConnected(s), {}],
    [
      'a key that was changed later',
      (s) => (s.trust!.log.keys = [{ vkey: s.ledger.key.vkey, fromSize: '0', toSize: '6' }, keyFrom(6)]),
      {},
    ],
    [
      'a log id of its own for later sizes',
      (s) => s.trust!.chain.logs.push({ logId: `0x${'ee'.repeat(32)}`, fromSize: '6' }),
      {},
    ],
    ['a record that states no block', (s) => statesNotBefore(s, null), {}],
  ]);

  describe('nothing that the operator can write adds to independence', () => {
    const others = () => {
      const scenario = new Scenario();
      scenario.trust!.chain.operatedBy = 'others';
      return scenario;
    };

    test.each(['server', 'remembered'] as const)('a trust file of source %s', (source) => {
      const scenario = others();
      scenario.trustSource = source;
      expect(scenario.judge()).toMatchObject({ verdict: 'VERIFIED', independence: 'none', stated: 'chain' });
    });

    test('nodes of the operator, about a chain that others run', () => {
      const scenario = others();
      scenario.chosenBy = 'operator';
      const report = scenario.judge();
      expect(report).toMatchObject({ verdict: 'INDETERMINATE', independence: 'none' });
      expect(complaints(report)['anchor']).toBe('unknown operator-nodes-only');
      expect(report.nodes).toEqual([{ name: 'node 0', address: 'node-0:443', by: 'operator' }]);
    });

    test('nodes of the operator cannot make the receipt inconsistent either', () => {
      const scenario = others();
      scenario.chosenBy = 'operator';
      scenario.nodes = [scenario.node((chain) => (chain.anchors = []))];
      expect(scenario.judge().verdict).toBe('INDETERMINATE');
      scenario.chosenBy = 'verifier';
      expect(scenario.judge().verdict).toBe('INCONSISTENT');
    });

    test('on a chain that the operator runs alone its nodes count, and the report rests on nobody else', () => {
      const scenario = new Scenario();
      scenario.chosenBy = 'operator';
      expect(scenario.judge()).toMatchObject({ verdict: 'VERIFIED', independence: 'none', stated: 'none' });
      endorse(scenario, 1, 5n);
      expect(scenario.judge()).toMatchObject({ verdict: 'VERIFIED', independence: 'none', stated: 'endorsers' });
    });

    test('a receipt that is not proven to be of the log', () => {
      const scenario = others();
      scenario.trust!.log.keys[0]!.fromSize = '6';
      expect(scenario.judge()).toMatchObject({ verdict: 'INDETERMINATE', independence: 'none', stated: 'none' });
    });
  });

  describe('the file and what the receipt states', () => {
    const otherFile = { sha256: 'ab'.repeat(32) };

    test('are compared without a trust file too', () => {
      const scenario = new Scenario();
      scenario.trust = undefined;
      expect(scenario.judge()).toMatchObject({ verdict: 'INDETERMINATE', comparison: 'equal' });
      scenario.file = otherFile;
      expect(scenario.judge()).toMatchObject({ verdict: 'INDETERMINATE', comparison: 'different' });
      scenario.file = undefined;
      expect(scenario.judge()).toMatchObject({ verdict: 'INDETERMINATE', comparison: 'none' });
    });

    test.each<readonly [string, 'digests' | 'file', object]>([
      ['an SM3 in upper case', 'digests', { sm3: 'AB'.repeat(32) }],
      ['an SM3 that is no text', 'digests', { sm3: 1 }],
      ['a size that is no number', 'file', { size: '7' }],
      ['a size below 0', 'file', { size: -1 }],
      ['a size with a fraction', 'file', { size: 0.5 }],
    ])('%s is not passed over', (_, name, changed) => {
      const disclosed = new Scenario().receipt.record.disclosed.map((section) =>
        section.name === name ? { ...section, value: { ...(section.value as object), ...changed } } : section,
      );
      const file = { sha256: new Scenario().file!.sha256 };
      const sections = disclosed.map(({ name: given, value }) => ({
        name: given,
        value: value as Json,
        salt: new Uint8Array(16),
      }));
      expect(judgeFile(file, sections)).toMatchObject({ status: 'unknown', code: 'digests-unreadable' });
    });

    test('a receipt that was edited to fit another file states nothing about it', () => {
      const scenario = new Scenario();
      scenario.file = { ...scenario.file!, ...otherFile };
      const digests = scenario.receipt.record.disclosed.find(({ name }) => name === 'digests')!;
      digests.value = { ...(digests.value as object), ...otherFile };
      const report = scenario.judge();
      expect(report).toMatchObject({ verdict: 'INCONSISTENT', comparison: 'unknown', object: { isIntact: false } });
      expect(decidingStep(report)!.step).toBe('record-root');
    });

    test('values whose commitments were made again are not those of the log', () => {
      const scenario = new Scenario();
      const { header, disclosed } = scenario.receipt.record;
      const section = disclosed.find(({ name }) => name === 'case')!;
      section.value = { number: 'another case' };
      const salt = new Uint8Array(Buffer.from(section.salt, 'base64'));
      const made = sectionCommitment(sha256, { name: 'case', salt, value: section.value as Json });
      header.sections['case'] = Buffer.from(made).toString('base64');
      const report = scenario.judge();
      expect(report).toMatchObject({ verdict: 'INCONSISTENT', object: { isIntact: false } });
      const steps = new Map(report.steps.map(({ step, status }) => [step, status]));
      expect([steps.get('record-root'), steps.get('inclusion')]).toEqual(['pass', 'fail']);
    });

    test('without a trust file nothing shown is proven', () => {
      const scenario = new Scenario();
      delete (scenario as { trust?: unknown }).trust;
      expect(scenario.judge().object).toMatchObject({ isIntact: false });
    });
  });

  describe('a trust file of another ledger', () => {
    // Two local chains have one chain id and differ in everything else.
    const foreign = (size = 5, bend: (trust: TrustJson) => unknown = () => {}) => {
      const scenario = new Scenario(size);
      const other = scenario.node((chain) => (chain.seed = 'elsewhere'));
      scenario.trust!.log.origin = 'elsewhere.example/log';
      scenario.trust!.chain.genesisHash = other.blockHash(0);
      bend(scenario.trust!);
      scenario.nodes = [other];
      return scenario.judge();
    };

    test('accuses nobody', () => {
      const report = foreign();
      expect(report).toMatchObject({ verdict: 'INDETERMINATE', independence: 'none', stated: 'none' });
      expect(report.steps.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(complaints(report)).toMatchObject({ 'log-signature': 'unknown origin-unknown' });
    });

    test('of the same log by another chain: the block of the record is not compared either', () => {
      const report = foreign(5, (trust) => (trust.log.origin = new Scenario().trust!.log.origin));
      expect(report.verdict).toBe('INDETERMINATE');
      expect(report.steps.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(complaints(report)).toMatchObject({
        anchor: 'unknown anchor-elsewhere',
        'not-before': 'unknown anchor-elsewhere',
      });
    });

    test('a receipt without an anchor names its chain by the id alone', () => {
      const report = foreign(6);
      expect(report.steps.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(report.verdict).toBe('INDETERMINATE');
    });
  });

  test('one node by several spellings counts once', () => {
    const scenario = new Scenario();
    scenario.trust!.chain.sources = 2;
    scenario.nodes = [scenario.node(), scenario.node()];
    expect(scenario.judge().verdict).toBe('VERIFIED');
    scenario.addressOf = () => 'localhost:8545';
    expect(complaints(scenario.judge())['anchor']).toBe('unknown too-few-sources');
  });

  test('independence: what it rests on besides the operator', () => {
    const of = (bend: (s: Scenario) => void) => {
      const scenario = new Scenario();
      bend(scenario);
      return scenario.judge().independence;
    };
    expect(of(() => {})).toBe('none');
    expect(of((s) => (s.trust!.chain.operatedBy = 'others'))).toBe('chain');
    expect(of((s) => endorse(s, 1, 5n))).toBe('endorsers');
    const witnessed = (s: Scenario) => {
      s.trust!.witnessPolicy = policyOf(1, COURT);
      s.receipt.proof = cosigned(s.receipt.proof, COURT);
    };
    expect(of(witnessed)).toBe('witnesses');
    expect(
      of((s) => {
        s.trust!.chain.operatedBy = 'others';
        endorse(s, 1, 5n);
      }),
    ).toBe('chain+endorsers');
    const offline = (s: Scenario) => {
      s.trust!.chain.operatedBy = 'others';
      s.nodes = [undefined];
    };
    expect(of(offline), 'a chain that was not asked is no support').toBe('none');
    expect(
      of((s) => (s.trust!.witnessPolicy = 'quorum none\n')),
      'a policy without a quorum',
    ).toBe('none');
    expect(of((s) => (s.trust = undefined))).toBe('none');
  });

  test('trust is named by its source and by a fingerprint that hints do not move', () => {
    const fingerprint = (bend: (s: Scenario) => void) => {
      const scenario = new Scenario();
      bend(scenario);
      return scenario.judge().trust;
    };
    const plain = fingerprint(() => {});
    expect(plain).toEqual({ source: 'file', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(fingerprint((s) => (s.trust!.chain.rpcUrls = []))).toEqual(plain);
    expect(fingerprint((s) => (s.trust!.chain.sources = 2))!.sha256).not.toBe(plain!.sha256);
    expect(fingerprint((s) => (s.trustSource = 'server'))!.source).toBe('server');
    expect(fingerprint((s) => (s.trust = undefined))).toBeNull();
  });
});

describe('MISMATCH', () => {
  const changed = (s: Scenario) => (s.file = { ...s.file!, sha256: sha256('other').toString('hex') });
  check('MISMATCH', [
    ['one changed byte', changed, { 'file-digest': 'fail digest-differs' }],
    ['also with the chain off', (s) => [changed(s), (s.nodes = [undefined])], { 'file-digest': 'fail digest-differs' }],
    ['also if no node was asked', (s) => [changed(s), (s.nodes = [])], { 'file-digest': 'fail digest-differs' }],
    [
      'also before it is final',
      (s) => [changed(s), (s.ledger.chain.final = 11)],
      { finality: 'unknown not-final-yet' },
    ],
    ['also if nodes disagree', (s) => [changed(s), disagree(s)], { anchor: 'unknown sources-disagree' }],
  ]);
  check(
    'MISMATCH',
    [['also without an anchor', (s) => [unanchored(s), changed(s)], { 'file-digest': 'fail digest-differs' }]],
    6,
  );
});

describe('PENDING', () => {
  check(
    'PENDING',
    [
      ['the chain has no anchor that covers it', unanchored, { anchor: 'unknown not-anchored-yet' }],
      ['no node was asked', (s) => [unanchored(s), (s.nodes = [])], { anchor: 'unknown not-anchored' }],
      ['the node is off', (s) => [unanchored(s), (s.nodes = [undefined])], { anchor: 'unknown not-anchored' }],
      [
        'the node is on another chain',
        (s) => [unanchored(s), (s.ledger.chain.chainId = 1n)],
        { anchor: 'unknown not-anchored' },
      ],
      [
        'the node answers garbage',
        (s) => [unanchored(s), lieAlways(s.ledger.chain, 7)],
        { anchor: 'unknown not-anchored' },
      ],
      [
        'the log is not open yet',
        (s) => [unanchored(s), lie(s, 'eth_call', undefined)],
        { anchor: 'unknown not-anchored' },
      ],
      [
        'two required, one of them is off',
        (s) => [unanchored(s), (s.trust!.chain.sources = 2), s.nodes.push(undefined)],
        { anchor: 'unknown not-anchored' },
      ],
      [
        'two required, both report so',
        (s) => [unanchored(s), (s.trust!.chain.sources = 2), s.nodes.push(s.ledger.chain)],
        { anchor: 'unknown not-anchored-yet' },
      ],
      ['the record alone', (s) => [unanchored(s), (s.file = undefined)], { anchor: 'unknown not-anchored-yet' }],
      [
        'digests withheld',
        (s) => [unanchored(s), withhold(s, 'digests')],
        { 'file-digest': 'unknown digests-withheld' },
      ],
    ],
    6,
  );
  check('PENDING', [
    ['the anchor is not final yet', (s) => (s.ledger.chain.final = 11), { finality: 'unknown not-final-yet' }],
    [
      'one confirmation too few',
      (s) => (s.trust!.chain.finality = { confirmations: '8' }),
      { finality: 'unknown not-final-yet' },
    ],
    [
      'two required, both report that it is not final',
      (s) => [(s.trust!.chain.sources = 2), (s.ledger.chain.final = 11), s.nodes.push(s.node((c) => (c.final = 10)))],
      { finality: 'unknown not-final-yet' },
    ],
  ]);
});

describe('INCONSISTENT', () => {
  const section = (s: Scenario, name: string) => s.receipt.record.disclosed.find((one) => one.name === name)!;
  const sections = (s: Scenario) => s.receipt.record.header.sections;
  const reproof = (s: Scenario, from: string | RegExp, to: string) =>
    (s.receipt.proof = s.receipt.proof.replace(from, to));
  const anchor = (s: Scenario) => s.receipt.anchor!;
  const otherRoot = (s: Scenario) => mth(s.ledger.entries.slice(0, 4));

  describe('the receipt contradicts itself', () => {
    check('INCONSISTENT', [
      [
        'salt changed',
        (s) => (section(s, 'file').salt = flipBase64(section(s, 'file').salt)),
        { 'record-root': 'fail commitment-differs' },
      ],
      [
        'value changed',
        (s) => (section(s, 'case').value = { number: 'other' }),
        { 'record-root': 'fail commitment-differs' },
      ],
      [
        'value changed in one bit of a name',
        (s) => (section(s, 'registrant').value = { namf: 'tester' }),
        { 'record-root': 'fail commitment-differs' },
      ],
      [
        'commitment changed',
        (s) => (sections(s)['file'] = flipBase64(sections(s)['file']!)),
        { 'record-root': 'fail commitment-differs', inclusion: 'fail root-differs' },
      ],
      [
        'commitment of a withheld section changed',
        (s) => [withhold(s, 'case'), (sections(s)['case'] = flipBase64(sections(s)['case']!))],
        { inclusion: 'fail root-differs' },
      ],
      ['section renamed', (s) => (section(s, 'case').name = 'affair'), { 'record-root': 'fail section-not-in-header' }],
      [
        'section invented',
        (s) => s.receipt.record.disclosed.push({ name: 'collection', salt: section(s, 'case').salt, value: 1 }),
        { 'record-root': 'fail section-not-in-header' },
      ],
      [
        'names of two sections exchanged',
        (s) => [
          (section(s, 'case').name = 'x'),
          (section(s, 'registrant').name = 'case'),
          (section(s, 'x').name = 'registrant'),
        ],
        { 'record-root': 'fail commitment-differs' },
      ],
      [
        'required section gone from the header',
        (s) => [withhold(s, 'case'), delete sections(s)['case']],
        { 'record-root': 'fail section-missing', inclusion: 'fail root-differs' },
      ],
      [
        'section added to the header',
        (s) => (sections(s)['collection'] = sections(s)['case']!),
        { inclusion: 'fail root-differs' },
      ],
      [
        'id changed',
        (s) => (s.receipt.record.header.id = '01920000-0000-7000-8000-000000000003'),
        { inclusion: 'fail root-differs' },
      ],
      ['number changed', (s) => (s.receipt.record.header.number += 'X'), { inclusion: 'fail root-differs' }],
      [
        'origin of the header changed',
        (s) => (s.receipt.record.header.origin = 'other.example'),
        { inclusion: 'fail origin-differs' },
      ],
      [
        'another record under this proof',
        (s) => (s.receipt.record = structuredClone(s.ledger.records[3]!)),
        { inclusion: 'fail root-differs', 'file-digest': 'fail digest-differs' },
      ],
      ['index changed', (s) => reproof(s, 'index 2', 'index 3'), { inclusion: 'fail root-differs' }],
      ['index outside of the tree', (s) => reproof(s, 'index 2', 'index 5'), { inclusion: 'fail index-outside-tree' }],
      [
        'index at the end of the numbers',
        (s) => reproof(s, 'index 2', `index ${2n ** 64n - 1n}`),
        { inclusion: 'fail index-outside-tree' },
      ],
      [
        'path hash changed',
        (s) => reproof(s, /(?<=index 2\n).*/, flipBase64(pathOf(s)[0]!)),
        { inclusion: 'fail root-differs' },
      ],
      ['path hash dropped', (s) => reproof(s, /(?<=index 2\n).*\n/, ''), { inclusion: 'fail path-length-wrong' }],
      [
        'path hash added',
        (s) => reproof(s, 'index 2\n', `index 2\n${pathOf(s)[0]}\n`),
        { inclusion: 'fail path-length-wrong' },
      ],
      [
        'path hashes exchanged',
        (s) => reproof(s, pathOf(s).slice(0, 2).join('\n'), pathOf(s).slice(0, 2).toReversed().join('\n')),
        { inclusion: 'fail root-differs' },
      ],
      [
        'checkpoint size changed',
        (s) => reproof(s, `${ORIGIN}\n5\n`, `${ORIGIN}\n6\n`),
        { 'log-signature': 'fail signature-wrong', anchor: 'fail anchor-size-differs' },
      ],
      [
        'checkpoint root changed',
        (s) => reproof(s, mth(s.ledger.entries.slice(0, 5)).toString('base64'), otherRoot(s).toString('base64')),
        { 'log-signature': 'fail signature-wrong', inclusion: 'fail root-differs', anchor: 'fail anchor-root-differs' },
      ],
      [
        'signature changed',
        (s) => reproof(s, signatureOf(s), withKeyId(signatureOf(s))),
        { 'log-signature': 'fail signature-wrong' },
      ],
      [
        'signature of another checkpoint',
        (s) => reproof(s, signatureOf(s), signatureOf(s, checkpointNote(s.ledger, 4))),
        { 'log-signature': 'fail signature-wrong' },
      ],
      [
        'anchor root changed',
        (s) => (anchor(s).root = flipBase64(anchor(s).root)),
        { anchor: 'fail anchor-root-differs' },
      ],
      ['anchor size changed', (s) => (anchor(s).size = '6'), { anchor: 'fail anchor-size-differs' }],
      [
        'a later block as the earliest',
        (s) => statesNotBefore(s, { chainId: '31337', number: '13', hash: s.ledger.chain.blockHash(13) }),
        { 'not-before': 'fail not-before-after-anchor' },
      ],
      [
        'another pinned checkpoint of this size',
        (s) => (s.trust!.pinnedCheckpoints = [signedNote(checkpointText(ORIGIN, 5, otherRoot(s)), s.ledger.key)]),
        { 'pinned-checkpoint': 'fail pin-differs' },
      ],
      [
        'the anchor stands in another block than the pinned one',
        (s) => (s.trust!.pinnedBlocks = [{ number: '12', hash: ZERO_WORD }]),
        { anchor: 'fail pinned-block-differs' },
      ],
      [
        'another SM3 with the same SHA-256',
        (s) => (s.file = { ...s.file!, sm3: 'a'.repeat(64) }),
        { 'file-digest': 'fail sm3-differs' },
      ],
      [
        'another size with the same SHA-256',
        (s) => (s.file = { ...s.file!, size: 1 }),
        { 'file-digest': 'fail size-differs' },
      ],
      [
        'no trust file, but the record is damaged',
        (s) => [(s.trust = undefined), (section(s, 'case').value = 1)],
        { 'record-root': 'fail commitment-differs', 'log-signature': 'unknown no-trust' },
      ],
      [
        'no chain, but the record is damaged',
        (s) => [(s.nodes = []), (section(s, 'case').value = 1)],
        { 'record-root': 'fail commitment-differs', anchor: 'unknown chain-not-asked' },
      ],
      [
        'no chain, but the anchor is damaged',
        (s) => [(s.nodes = [undefined]), (anchor(s).size = '6')],
        { anchor: 'fail anchor-size-differs' },
      ],
      [
        'another file besides',
        (s) => [(s.file = { sha256: 'a'.repeat(64) }), (section(s, 'case').value = 1)],
        { 'file-digest': 'fail digest-differs', 'record-root': 'fail commitment-differs' },
      ],
    ]);
  });

  describe('the chain contradicts the receipt', () => {
    const logs = (s: Scenario, bend: (log: Record<string, unknown>) => void) =>
      (s.ledger.chain.lies['eth_getLogs'] = (_, honest) => {
        const copy = structuredClone(honest) as Record<string, unknown>[];
        for (const log of copy) bend(log);
        return copy as never;
      });
    check('INCONSISTENT', [
      [
        'another root stands at this size',
        (s) => (s.ledger.chain.anchors[1]!.root = ZERO_WORD.replace('00', '11')),
        { anchor: 'fail anchored-root-differs' },
      ],
      [
        'nothing stands at this size',
        (s) => (s.ledger.chain.anchors[1]!.size = 4n),
        { anchor: 'fail root-not-anchored' },
      ],
      ['the block has another hash', (s) => (anchor(s).blockHash = ZERO_WORD), { anchor: 'fail block-differs' }],
      [
        'the event is in another block',
        (s) => [(anchor(s).blockNumber = '13'), (anchor(s).blockHash = s.ledger.chain.blockHash(13))],
        { anchor: 'fail event-missing' },
      ],
      ['no event', (s) => (s.ledger.chain.lies['eth_getLogs'] = () => []), { anchor: 'fail event-missing' }],
      ['another transaction', (s) => (anchor(s).txHash = ZERO_WORD), { anchor: 'fail event-missing' }],
      ['another position in it', (s) => (anchor(s).logPosition = 0), { anchor: 'fail event-missing' }],
      ['a position that is not there', (s) => (anchor(s).logPosition = 2), { anchor: 'fail event-missing' }],
      ['another place of the transaction', (s) => (anchor(s).transactionIndex = 3), { anchor: 'fail event-differs' }],
      ['another anchor index', (s) => (anchor(s).anchorIndex = '2'), { anchor: 'fail event-differs' }],
      [
        'the event is of another contract',
        (s) => logs(s, (log) => (log['address'] = `0x${'aa'.repeat(20)}`)),
        { anchor: 'fail event-missing' },
      ],
      [
        'the event is of another log',
        (s) => logs(s, (log) => (log['topics'] as string[])[1] && ((log['topics'] as string[])[1] = ZERO_WORD)),
        { anchor: 'fail event-missing' },
      ],
      [
        'the event is of another kind',
        (s) => logs(s, (log) => ((log['topics'] as string[])[0] = ZERO_WORD)),
        { anchor: 'fail event-missing' },
      ],
      [
        'the event states another root',
        (s) => logs(s, (log) => (log['data'] = (log['data'] as string).replace(/^0x../, '0x00'))),
        { anchor: 'fail event-differs' },
      ],
      [
        'the stated earliest block has another hash',
        (s) => statesNotBefore(s, { chainId: '31337', number: '4', hash: ZERO_WORD }),
        { 'not-before': 'fail block-differs' },
      ],
      [
        'two required, both report the same',
        (s) => {
          s.trust!.chain.sources = 2;
          s.ledger.chain.anchors[1]!.size = 4n;
          s.nodes.push(s.ledger.chain);
        },
        { anchor: 'fail root-not-anchored' },
      ],
      [
        'not final yet, but another root',
        (s) => {
          s.ledger.chain.final = 11;
          s.ledger.chain.anchors[1]!.root = ZERO_WORD.replace('00', '11');
        },
        { anchor: 'fail anchored-root-differs', finality: 'unknown not-final-yet' },
      ],
    ]);
    check('INCONSISTENT', [
      [
        'a receipt without an anchor, and another root at its size',
        (s) => {
          s.receipt = { ...receiptJson(s.ledger, 2, 7), anchor: null };
          s.ledger.chain.anchors[2]!.root = ZERO_WORD.replace('00', '11');
        },
        { anchor: 'fail anchored-root-differs' },
      ],
    ]);
  });
});

describe('INDETERMINATE', () => {
  describe('the record or the log cannot be judged', () => {
    check('INDETERMINATE', [
      [
        'no trust file',
        (s) => (s.trust = undefined),
        { 'log-signature': 'unknown no-trust', anchor: 'unknown no-trust', 'chain-identity': 'unknown no-trust' },
      ],
      [
        'the trust file of another ledger',
        (s) => (s.trust!.log = { origin: 'other.example', keys: [{ vkey: stranger.vkey, fromSize: '0' }] }),
        { 'log-signature': 'unknown origin-unknown' },
      ],
      [
        'a trust file with another key',
        (s) => (s.trust!.log.keys = [{ vkey: testKey(ORIGIN, 8).vkey, fromSize: '0' }]),
        { 'log-signature': 'unknown key-unknown' },
      ],
      [
        'a key that was not yet valid',
        (s) => (s.trust!.log.keys[0]!.fromSize = '6'),
        { 'log-signature': 'unknown key-not-for-this-size' },
      ],
      [
        'a key that was no longer valid',
        (s) => (s.trust!.log.keys[0]!.toSize = '5'),
        { 'log-signature': 'unknown key-not-for-this-size' },
      ],
      [
        'signed by a stranger alone',
        (s) => (s.receipt.proof = proofSignedBy(s, stranger)),
        { 'log-signature': 'unknown key-unknown' },
      ],
      ['an unknown kind', (s) => rerecord(s, { kind: 'testament' }), { 'record-root': 'unknown kind-unknown' }],
      ['an unknown section', (s) => rerecord(s, {}, { mood: 1 }), { 'record-root': 'unknown section-unknown' }],
      [
        'an unknown section with the name of an object member',
        (s) => rerecord(s, {}, { constructor: 1 }),
        { 'record-root': 'unknown section-unknown' },
      ],
      [
        'an unknown kind with the name of an object member',
        (s) => rerecord(s, { kind: 'constructor' }),
        { 'record-root': 'unknown kind-unknown' },
      ],
      [
        'an unknown record version',
        (s) => (s.receipt.record.header.v = 2),
        { 'record-root': 'unknown record-version-unknown', inclusion: 'unknown record-version-unknown' },
      ],
      [
        'an unreadable record',
        (s) => (s.receipt.record.header.sections['file'] = 'x'),
        { 'record-root': 'unknown base64-invalid' },
      ],
      [
        'a section twice',
        (s) => s.receipt.record.disclosed.push(s.receipt.record.disclosed[0]!),
        { 'record-root': 'unknown section-repeated' },
      ],
      [
        'an unknown proof version',
        (s) => (s.receipt.proof = s.receipt.proof.replace('@v1', '@v2')),
        {
          inclusion: 'unknown proof-malformed',
          'log-signature': 'unknown proof-malformed',
          anchor: 'unknown proof-malformed',
        },
      ],
      [
        'an unreadable checkpoint',
        (s) => (s.receipt.proof = s.receipt.proof.replace('\n5\n', '\n05\n')),
        { inclusion: 'unknown decimal-invalid' },
      ],
      [
        'a known key does not save an unreadable record',
        (s) => ((s.receipt.record as unknown as { extra: number }).extra = 1),
        { 'record-root': 'unknown shape-wrong' },
      ],
      [
        'another file, but the record cannot be judged',
        (s) => [rerecord(s, { kind: 'testament' }), (s.file = { sha256: 'a'.repeat(64) })],
        { 'file-digest': 'fail digest-differs', 'record-root': 'unknown kind-unknown' },
      ],
      [
        'another file, but no trust',
        (s) => [(s.trust = undefined), (s.file = { sha256: 'a'.repeat(64) })],
        { 'file-digest': 'fail digest-differs', 'log-signature': 'unknown no-trust' },
      ],
    ]);
  });

  describe('the chain cannot be judged', () => {
    const chain = (s: Scenario) => s.ledger.chain;
    const all = { 'chain-identity': 'unknown no-answer', anchor: 'unknown no-answer', finality: 'unknown no-answer' };
    check('INDETERMINATE', [
      [
        'no node was asked',
        (s) => (s.nodes = []),
        { 'chain-identity': 'unknown chain-not-asked', anchor: 'unknown chain-not-asked' },
      ],
      ['the node is off', (s) => (s.nodes = [undefined]), all],
      [
        'another chain id',
        (s) => (chain(s).chainId = 1n),
        { 'chain-identity': 'unknown other-chain', anchor: 'unknown source-not-identified' },
      ],
      [
        'another genesis',
        (s) => lieAbout(s, 'eth_getBlockByNumber', '0x0', { hash: ZERO_WORD }),
        { 'chain-identity': 'unknown other-genesis' },
      ],
      [
        'no genesis',
        (s) => lieAbout(s, 'eth_getBlockByNumber', '0x0', null),
        { 'chain-identity': 'unknown other-genesis' },
      ],
      ['other code', (s) => (chain(s).code = '0x60806040'), { 'chain-identity': 'unknown other-code' }],
      ['no code', (s) => (chain(s).code = '0x'), { 'chain-identity': 'unknown other-code' }],
      [
        'another pinned block',
        (s) => (s.trust!.pinnedBlocks = [{ number: '3', hash: ZERO_WORD }]),
        { 'chain-identity': 'unknown other-pinned-block' },
      ],
      [
        'a pinned block that it does not have yet',
        (s) => (s.trust!.pinnedBlocks = [{ number: '999', hash: ZERO_WORD }]),
        { 'chain-identity': 'unknown other-pinned-block' },
      ],
      [
        'a stale node',
        (s) => (chain(s).latest = chain(s).final = 11),
        { anchor: 'unknown source-behind', finality: 'unknown source-behind' },
      ],
      [
        'a node without that block',
        (s) => lieAbout(s, 'eth_getBlockByNumber', '0xc', null),
        { anchor: 'unknown block-unknown' },
      ],
      [
        'no final block',
        (s) => lieAbout(s, 'eth_getBlockByNumber', 'finalized', null),
        { finality: 'unknown block-unknown' },
      ],
      [
        'no latest block',
        (s) => lieAbout(s, 'eth_getBlockByNumber', 'latest', null),
        { anchor: 'unknown source-behind' },
      ],
      [
        'the stated earliest block is not there',
        (s) => lieAbout(s, 'eth_getBlockByNumber', '0x4', null),
        { 'not-before': 'unknown block-unknown' },
      ],
      [
        'a record of another chain',
        (s) => statesNotBefore(s, { chainId: '1', number: '4', hash: ZERO_WORD }),
        { 'not-before': 'unknown other-chain' },
      ],
      ...['eth_chainId', 'eth_getCode', 'eth_getBlockByNumber', 'eth_call', 'eth_getLogs'].map((method): Case => [
        `no answer to ${method}`,
        (s) => lie(s, method, undefined),
        { anchor: `unknown ${['eth_call', 'eth_getLogs'].includes(method) ? 'no-answer' : 'no-answer'}` },
      ]),
      ...[
        null,
        true,
        7,
        1.5,
        'x',
        '0x',
        '0xzz',
        [],
        {},
        [[]],
        { number: '0x1' },
        [{ address: '0x00' }],
        '0x' + '00'.repeat(31),
      ].map((garbage): Case => [
        `garbage ${JSON.stringify(garbage)} to everything`,
        (s) => lieAlways(chain(s), garbage),
        { 'chain-identity': 'unknown answer-unreadable' },
      ]),
      ...[null, 7, 'x', '0x', {}, `${ZERO_WORD}00`].map((garbage): Case => [
        `garbage ${JSON.stringify(garbage)} to calls`,
        (s) => lie(s, 'eth_call', garbage),
        { anchor: 'unknown answer-unreadable' },
      ]),
      ...[null, 7, 'x', {}, [7], [{}], [{ removed: true }]].map((garbage): Case => [
        `garbage ${JSON.stringify(garbage)} for logs`,
        (s) => lie(s, 'eth_getLogs', garbage),
        { anchor: 'unknown answer-unreadable' },
      ]),
      [
        'anchored under another chain id',
        (s) => (s.receipt.anchor!.chainId = '1'),
        { anchor: 'unknown anchor-elsewhere', finality: 'unknown anchor-elsewhere' },
      ],
      [
        'anchored under another genesis',
        (s) => (s.receipt.anchor!.genesisHash = ZERO_WORD),
        { anchor: 'unknown anchor-elsewhere' },
      ],
      [
        'anchored in another contract',
        (s) => (s.receipt.anchor!.contract = `0x${'aa'.repeat(20)}`),
        { anchor: 'unknown anchor-elsewhere' },
      ],
      [
        'anchored under another log id',
        (s) => (s.receipt.anchor!.logId = ZERO_WORD),
        { anchor: 'unknown anchor-elsewhere' },
      ],
      ['a trust file that knows no log id', (s) => (s.trust!.chain.logs = []), { anchor: 'unknown anchor-elsewhere' }],
      [
        'a log id that was not yet in use',
        (s) => (s.trust!.chain.logs[0]!.fromSize = '6'),
        { anchor: 'unknown anchor-elsewhere' },
      ],
      [
        'an anchor with unknown members',
        (s) => Object.assign(s.receipt.anchor!, { footer: '0x' }),
        { anchor: 'unknown shape-wrong' },
      ],
      [
        'too few nodes',
        (s) => (s.trust!.chain.sources = 2),
        { anchor: 'unknown too-few-sources', 'chain-identity': 'unknown too-few-sources' },
      ],
      [
        'two required, one off',
        (s) => [(s.trust!.chain.sources = 2), s.nodes.push(undefined)],
        { anchor: 'unknown too-few-sources' },
      ],
      [
        'two required, one of another chain',
        (s) => [(s.trust!.chain.sources = 2), s.nodes.push(s.node((c) => (c.chainId = 1n)))],
        { anchor: 'unknown too-few-sources' },
      ],
      [
        'two required, one stale',
        (s) => [(s.trust!.chain.sources = 2), s.nodes.push(s.node((c) => (c.latest = c.final = 11)))],
        { anchor: 'unknown too-few-sources' },
      ],
      ['nodes that disagree', disagree, { anchor: 'unknown sources-disagree' }],
      [
        'nodes that disagree, one required',
        (s) => [disagree(s), (s.trust!.chain.sources = 1)],
        { anchor: 'unknown sources-disagree' },
      ],
      ['too few endorsements', (s) => endorse(s, 2, 7n), { endorsement: 'unknown too-few-endorsements' }],
      ['an endorsement of a smaller tree', (s) => endorse(s, 1, 4n), { endorsement: 'unknown too-few-endorsements' }],
      [
        'a witness policy of another log',
        (s) => (s.trust!.witnessPolicy = `log ${testKey('other.example', 9).vkey}\n${policyOf(1, COURT)}`),
        { 'witness-policy': 'unknown log-not-in-policy' },
      ],
      [
        'a witness that has not cosigned',
        (s) => (s.trust!.witnessPolicy = policyOf(1, COURT)),
        { 'witness-policy': 'unknown too-few-cosignatures' },
      ],
      [
        'a pinned checkpoint that is not connected',
        (s) => (s.trust!.pinnedCheckpoints = [checkpointNote(s.ledger, 3)]),
        { 'pinned-checkpoint': 'unknown pin-not-connected' },
      ],
      [
        'a pinned checkpoint with a wrong proof',
        (s) => [(s.trust!.pinnedCheckpoints = [checkpointNote(s.ledger, 3)]), (s.pins = [{ size: 3n, proof: [] }])],
        { 'pinned-checkpoint': 'unknown pin-proof-wrong' },
      ],
      ['digests withheld', (s) => withhold(s, 'digests'), { 'file-digest': 'unknown digests-withheld' }],
      ...['x', 7, {}, { chainId: '31337', number: '04', hash: ZERO_WORD }].map((stated): Case => [
        `a record that states ${JSON.stringify(stated)} as the earliest block`,
        (s) => statesNotBefore(s, stated),
        { 'not-before': 'unknown not-before-unreadable' },
      ]),
    ]);
  });

  check(
    'INDETERMINATE',
    [
      ['the contract already covers it: to be upgraded', () => {}, { anchor: 'unknown not-upgraded' }],
      ['the same with another file withheld', (s) => withhold(s, 'digests'), { anchor: 'unknown not-upgraded' }],
      [
        'two required, one reports that it is covered',
        (s) => [(s.trust!.chain.sources = 2), s.nodes.push(s.node((c) => c.anchors.pop()))],
        { anchor: 'unknown sources-disagree' },
      ],
      [
        'two required, one reports so and one is off',
        (s) => [(s.trust!.chain.sources = 2), s.nodes.push(undefined)],
        { anchor: 'unknown too-few-sources' },
      ],
    ],
    6,
  );
  check(
    'INDETERMINATE',
    [
      [
        'anchored at exactly this size: to be upgraded',
        (s) => (s.receipt.anchor = null),
        { anchor: 'unknown not-upgraded' },
      ],
    ],
    7,
  );
});

describe('several nodes', () => {
  const required = 2;
  /** Every false answer that a node may give about this anchor. */
  const lies: readonly (readonly [string, (s: Scenario) => void])[] = [
    ['another root', (s) => (s.ledger.chain.anchors[1]!.root = ZERO_WORD.replace('00', '11'))],
    ['no root', (s) => (s.ledger.chain.anchors[1]!.size = 4n)],
    ['no event', (s) => lie(s, 'eth_getLogs', [])],
    ['another block', (s) => (s.ledger.chain.seed = 'b')],
    ['not final', (s) => (s.ledger.chain.final = 11)],
    ['not there yet', (s) => (s.ledger.chain.latest = s.ledger.chain.final = 11)],
    ['nothing', (s) => lieAlways(s.ledger.chain, undefined)],
    ['garbage', (s) => lieAlways(s.ledger.chain, [])],
  ];

  test.each(lies)('one lying node of two required never decides: %s', (_, bend) => {
    for (const isFirst of [true, false]) {
      const scenario = new Scenario();
      scenario.trust!.chain.sources = required;
      bend(scenario);
      scenario.nodes = isFirst ? [scenario.ledger.chain, scenario.node()] : [scenario.node(), scenario.ledger.chain];
      expect(scenario.judge().verdict).toBe('INDETERMINATE');
    }
  });

  test.each(lies)('one lying node never makes a forged receipt good, whatever the others hide: %s', (_, bend) => {
    // The anchor does not exist: the honest node states that, the dishonest one shows it.
    const scenario = new Scenario();
    scenario.trust!.chain.sources = required;
    const honest = scenario.node((c) => (c.anchors[1]!.size = 4n));
    scenario.nodes = [scenario.ledger.chain, honest];
    expect(scenario.judge().verdict).toBe('INDETERMINATE');
    bend(scenario);
    expect(scenario.judge().verdict).not.toBe('VERIFIED');
  });

  test('two nodes that contradict the receipt in different ways do not agree', () => {
    const scenario = new Scenario();
    scenario.trust!.chain.sources = required;
    scenario.nodes = [
      scenario.node((c) => (c.anchors[1]!.root = ZERO_WORD.replace('00', '11'))),
      scenario.node((c) => (c.anchors[1]!.root = ZERO_WORD.replace('00', '22'))),
    ];
    const report = scenario.judge();
    expect(complaints(report)).toMatchObject({ anchor: 'unknown sources-disagree' });
    expect(report.verdict).toBe('INDETERMINATE');
    expect(sourceResults(report, 'anchor').map(({ name, code }) => `${name} ${code}`)).toEqual([
      'node 0 anchored-root-differs',
      'node 1 anchored-root-differs',
    ]);
  });

  test('the report names what each node reported', () => {
    const scenario = new Scenario();
    scenario.nodes = [scenario.node(), undefined, scenario.node((c) => (c.chainId = 1n))];
    expect(sourceResults(scenario.judge(), 'chain-identity')).toEqual([
      { name: 'node 0', by: 'verifier', status: 'pass', code: 'ok' },
      { name: 'node 1', by: 'verifier', status: 'unknown', code: 'no-answer' },
      { name: 'node 2', by: 'verifier', status: 'unknown', code: 'other-chain', expected: '31337', found: '1' },
    ]);
  });

  test('block times are reported only where no node contradicts them', () => {
    const scenario = new Scenario();
    const timeOf = () => scenario.judge().object!.anchoredBy!.blockTime;
    const liar = scenario.node((c) => {
      c.lies['eth_getBlockByNumber'] = (_, honest) => ({ ...(honest as object), timestamp: '0x1' });
    });
    expect(timeOf()).toBe('2023-11-14T22:15:44.000Z');
    scenario.nodes = [scenario.node(), liar];
    expect(timeOf()).toBeUndefined();
    scenario.nodes = [undefined];
    expect(timeOf()).toBeUndefined();
  });
});

describe('the order of verdicts', () => {
  const step = (
    name: 'record-root' | 'file-digest' | 'anchor' | 'finality',
    status: 'fail' | 'unknown',
    code = 'x',
  ) => ({
    step: name,
    status,
    code,
  });
  const broken = step('anchor', 'fail');
  const unjudged = step('record-root', 'unknown');
  const otherFile = step('file-digest', 'fail', 'digest-differs');
  const notFinal = step('finality', 'unknown', 'not-final-yet');
  const noChain = step('anchor', 'unknown');

  test.each([
    [[broken, unjudged, otherFile, notFinal, noChain], 'INCONSISTENT', 5],
    [[unjudged, otherFile, notFinal, noChain], 'INDETERMINATE', 6],
    [[otherFile, notFinal, noChain], 'MISMATCH', 1],
    [[notFinal, noChain], 'PENDING', 4],
    [[noChain], 'INDETERMINATE', 6],
    [[], 'VERIFIED', 0],
  ] as const)('the first that holds', (steps, verdict, exit) => {
    expect(verdictOf(steps)).toBe(verdict);
    expect(verdictOf(steps.toReversed())).toBe(verdict);
    expect(VERDICT_EXIT[verdict]).toBe(exit);
  });

  test('every way of losing steps leads away from VERIFIED', () => {
    const honest = new Scenario().judge().steps;
    for (const [i, judged] of honest.entries()) {
      if (judged.status !== 'pass') continue;
      for (const status of ['fail', 'unknown'] as const) {
        expect(verdictOf(honest.with(i, { ...judged, status, code: 'x' })), `${judged.step} ${status}`).not.toBe(
          'VERIFIED',
        );
      }
    }
  });
});

test('every single damaged character of a receipt is noticed', () => {
  const scenario = new Scenario();
  const text = JSON.stringify(scenario.receipt);
  const accepted: string[] = [];
  for (let at = 0; at < text.length; at += 7) {
    const damaged = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    try {
      scenario.receipt = JSON.parse(damaged) as typeof scenario.receipt;
      if (scenario.judge().verdict === 'VERIFIED') accepted.push(`${at}: ${damaged.slice(at - 20, at + 20)}`);
    } catch {
      continue; // not a receipt any more
    }
  }
  expect(accepted).toEqual([]);
});

test('steps report what was compared', () => {
  const scenario = new Scenario();
  scenario.receipt.anchor!.size = '6';
  expect(stepOf(scenario.judge(), 'anchor')).toEqual({
    step: 'anchor',
    status: 'fail',
    code: 'anchor-size-differs',
    expected: '5',
    found: '6',
  });
});

// ---- how scenarios are bent ----

function unanchored(s: Scenario): void {
  s.ledger.chain.anchors.pop();
  s.receipt = receiptJson(s.ledger, 2, 6);
}

function withhold(s: Scenario, name: string): void {
  s.receipt.record.disclosed = s.receipt.record.disclosed.filter((section) => section.name !== name);
}

/** Another header (and sections) of record 2, in a ledger that is rebuilt with it. */
function rerecord(s: Scenario, facts: Partial<{ kind: string }>, sections: Record<string, unknown> = {}): void {
  const { header, disclosed } = s.receipt.record;
  const { kind, origin, id, number } = { ...header, ...facts };
  const values = Object.fromEntries(disclosed.map(({ name, value }) => [name, value]));
  replaceRecord(s, makeRecord({ kind, origin, id, number }, { ...values, ...sections }));
}

function replaceRecord(s: Scenario, record: Scenario['receipt']['record']): void {
  const { entries } = s.ledger;
  (entries as Buffer[])[2] = Buffer.concat([Buffer.of(1), sha256Of(record)]);
  const anchor = s.ledger.chain.anchors[1]!;
  anchor.root = `0x${mth(entries.slice(0, 5)).toString('hex')}`;
  s.receipt = { ...receiptJson(s.ledger, 2, 5), record };
}

function sha256Of({ header }: Scenario['receipt']['record']): Buffer {
  const sections = Object.keys(header.sections)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(header.sections[name])}`);
  const text = `{"id":${JSON.stringify(header.id)},"kind":${JSON.stringify(header.kind)},"number":${JSON.stringify(header.number)},"origin":${JSON.stringify(header.origin)},"sections":{${sections.join(',')}},"v":1}`;
  return sha256('evidence-ledger/record/v1\0', text);
}

function statesNotBefore(s: Scenario, notBefore: unknown): void {
  const record = structuredClone(s.receipt.record);
  const time = record.disclosed.find(({ name }) => name === 'time')!;
  time.value = { receivedAt: '2026-01-01T00:00:00.000Z', notBefore };
  record.header.sections['time'] = commitment(time);
  replaceRecord(s, record);
}

function proofSignedBy(s: Scenario, ...keys: Parameters<typeof signedNote>[1][]): string {
  const entries = s.ledger.entries.slice(0, 5);
  return tlogProof(2, path(2, entries), signedNote(checkpointText(ORIGIN, 5, mth(entries)), ...keys));
}

function pathOf(s: Scenario): string[] {
  return s.receipt.proof.split('\n\n')[0]!.split('\n').slice(2);
}

function signatureOf(s: Scenario, source = s.receipt.proof): string {
  return source.trimEnd().split(' ').at(-1)!;
}

/** The signature with another last byte; the key id is unchanged. */
function withKeyId(signature: string): string {
  const bytes = Buffer.from(signature, 'base64');
  bytes[bytes.length - 40]! ^= 1;
  return bytes.toString('base64');
}

function keyFrom(size: number) {
  return { vkey: testKey(ORIGIN, 7).vkey, fromSize: String(size) };
}

function endorse(s: Scenario, k: number, size: bigint): void {
  const [one, two] = [`0x${'e1'.repeat(20)}`, `0x${'e2'.repeat(20)}`];
  s.trust!.endorsers = { k, of: [one, two] };
  s.ledger.chain.endorsed = { [one]: size };
}

function pinConnected(s: Scenario): void {
  s.trust!.pinnedCheckpoints = [checkpointNote(s.ledger, 3), checkpointNote(s.ledger, 7)];
  s.pins = [
    { size: 3n, proof: consistencyProof(3, s.ledger.entries.slice(0, 5)) },
    { size: 7n, proof: consistencyProof(5, s.ledger.entries) },
  ];
}

function disagree(s: Scenario): void {
  s.trust!.chain.sources = 2;
  s.nodes.push(s.node((c) => (c.anchors[1]!.size = 4n)));
}

function lie(s: Scenario, method: string, answer: unknown): void {
  s.ledger.chain.lies[method] = () => answer as never;
}

function lieAbout(s: Scenario, method: string, subject: string, answer: object | null): void {
  s.ledger.chain.lies[method] = ([asked], honest) =>
    asked === subject ? answer && { ...(honest as object), ...answer } : honest;
}

function lieAlways(chain: Scenario['ledger']['chain'], answer: unknown): void {
  for (const method of ['eth_chainId', 'eth_getCode', 'eth_getBlockByNumber', 'eth_call', 'eth_getLogs']) {
    chain.lies[method] = () => answer as never;
  }
}

test('the trust file of the scenarios is the one of the ledger', () => {
  expect(new Scenario().trust).toEqual(trustJson(new Scenario().ledger));
});

test('of several verdicts the worst stands for all', () => {
  const order: Verdict[] = ['INCONSISTENT', 'MISMATCH', 'INDETERMINATE', 'NOT_FOUND', 'PENDING', 'VERIFIED'];
  expect(order.toSorted()).toEqual(Object.keys(VERDICT_EXIT).toSorted());
  for (const [i, worst] of order.entries()) {
    for (const other of order.slice(i)) {
      expect(worstVerdict([other, worst, other])).toBe(worst);
    }
  }
  expect(worstVerdict([])).toBe('NOT_FOUND');
});
