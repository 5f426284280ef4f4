import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { checkpointNote, ORIGIN, type TrustJson } from '../oracle/ledger.ts';
import { mth, path } from '../oracle/merkle.ts';
import {
  checkpointText,
  signatureLine,
  signedNote,
  signText,
  testKey,
  type TestKey,
  tlogProof,
} from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';
import { codeOf } from '../protocol/thrown.ts';

/** Valid signatures by a key that is not entitled to sign. */

const text = (s: Scenario, size = 5) => checkpointText(ORIGIN, size, mth(s.ledger.entries.slice(0, size)));

/** The report on the receipt with these signature lines in place of the log's. */
function signedBy(lines: (s: Scenario) => string, bend: (s: Scenario) => unknown = () => {}) {
  const scenario = new Scenario();
  const tree = scenario.ledger.entries.slice(0, 5);
  scenario.receipt.proof = tlogProof(2, path(2, tree), `${text(scenario)}\n${lines(scenario)}`);
  bend(scenario);
  const report = scenario.judge();
  return [report.verdict, complaints(report)] as const;
}

const lineOf = (key: TestKey, by: TestKey, s: Scenario) => signatureLine(key.name, key.id, signText(by, text(s)));

describe('a key that no trust file lists', () => {
  const stranger = testKey(ORIGIN, 9);

  test('under the log’s name, with its own id or with the log’s [M80]', () => {
    expect(signedBy((s) => lineOf(stranger, stranger, s))).toEqual([
      'INDETERMINATE',
      { 'log-signature': 'unknown key-unknown' },
    ]);
    expect(signedBy((s) => lineOf(s.ledger.key, stranger, s))).toEqual([
      'INCONSISTENT',
      { 'log-signature': 'fail signature-wrong' },
    ]);
  });

  test('a good line does not carry a false one of the same key, in any order [M80]', () => {
    const [good, bad] = [
      (s: Scenario) => lineOf(s.ledger.key, s.ledger.key, s),
      (s: Scenario) => lineOf(s.ledger.key, stranger, s),
    ];
    expect(signedBy((s) => bad(s) + good(s))[0]).toBe('INCONSISTENT');
    expect(signedBy((s) => lineOf(stranger, stranger, s) + good(s))[0]).toBe('VERIFIED');
  });
});

describe('a key for another purpose', () => {
  const court = testWitness('court.example', 3);
  /** The log's own key pair, presented as that of a witness. */
  const logAsWitness = testWitness(ORIGIN, 1);
  const trustWith = (bend: (trust: TrustJson) => void) => {
    const { trust } = new Scenario();
    bend(trust!);
    return codeOf(() => parseTrust(JSON.stringify(trust)));
  };

  test('a witness key named as log key, a log key named as witness: the trust file is refused [M80]', () => {
    expect(trustWith(({ log }) => (log.keys[0]!.vkey = court.vkey))).toBe('vkey-type-unsupported');
    expect(trustWith(({ log }) => (log.keys[0]!.vkey = logAsWitness.vkey))).toBe('vkey-type-unsupported');
    expect(trustWith((trust) => (trust.witnessPolicy = policyOf(1, testKey(ORIGIN, 1))))).toBe('vkey-type-unsupported');
    const relabelled = court.vkey.replace(
      /\+[^+]+$/,
      `+${Buffer.concat([Buffer.of(1), court.publicKey]).toString('base64')}`,
    );
    expect(
      trustWith(({ log }) => (log.keys[0]!.vkey = relabelled)),
      'the id is of the type too',
    ).toBe('vkey-id-wrong');
  });

  test('a key of the chain named as log key: the trust file is refused [M80]', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-64);
    const compressed = Buffer.concat([Buffer.of(2 + (point[63]! & 1)), point.subarray(0, 32)]);
    const address = Buffer.alloc(20, 0x0a);
    for (const [type, key, code] of [
      [1, compressed, 'vkey-malformed'],
      [1, address, 'vkey-malformed'],
      [2, compressed, 'vkey-type-unsupported'],
      [2, Buffer.concat([Buffer.of(4), point]), 'vkey-type-unsupported'],
    ] as const) {
      const base64 = Buffer.concat([Buffer.of(type), key]).toString('base64');
      expect(trustWith(({ log }) => (log.keys[0]!.vkey = `${ORIGIN}+00000000+${base64}`))).toBe(code);
    }
  });

  test('a signature by the key of the chain is not one of the log [M80]', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const signature = (s: Scenario) =>
      sign('sha256', Buffer.from(text(s)), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(signedBy((s) => signatureLine(ORIGIN, s.ledger.key.id, signature(s)))).toEqual([
      'INCONSISTENT',
      { 'log-signature': 'fail signature-wrong' },
    ]);
  });

  test('a cosignature is no signature of the log, also by the same pair of keys [M80]', () => {
    expect(signedBy((s) => cosignatureLine(logAsWitness, text(s)))[1]).toEqual({
      'log-signature': 'unknown key-unknown',
    });
    const asLog = (s: Scenario) => cosignatureLine({ ...logAsWitness, id: s.ledger.key.id }, text(s));
    expect(signedBy(asLog)[1]).toEqual({ 'log-signature': 'fail signature-wrong' });
    const withoutTime = (s: Scenario) => {
      const blob = Buffer.from(cosignatureLine(logAsWitness, text(s)).trim().split(' ').at(-1)!, 'base64');
      return signatureLine(ORIGIN, s.ledger.key.id, blob.subarray(4 + 8));
    };
    expect(signedBy(withoutTime)[1]).toEqual({ 'log-signature': 'fail signature-wrong' });
  });

  test('a signature of the log is no cosignature, also by the same pair of keys [M80]', () => {
    const own = (s: Scenario) => lineOf(s.ledger.key, s.ledger.key, s);
    const required = (s: Scenario) => (s.trust!.witnessPolicy = policyOf(1, logAsWitness));
    expect(signedBy(own, required)[1]).toEqual({ 'witness-policy': 'unknown too-few-cosignatures' });
    const time = Buffer.alloc(8, 1);
    const relabelled = (s: Scenario) =>
      own(s) + signatureLine(ORIGIN, logAsWitness.id, Buffer.concat([time, signText(s.ledger.key, text(s))]));
    expect(signedBy(relabelled, required)[1]).toEqual({ 'witness-policy': 'fail cosignature-wrong' });
    expect(signedBy((s) => own(s) + cosignatureLine(logAsWitness, text(s)), required)[0], 'and its own is').toBe(
      'VERIFIED',
    );
  });

  test('a note of the log that is no checkpoint of it proves nothing [M80]', () => {
    const scenario = new Scenario();
    for (const other of ['other.example/log', `${ORIGIN}/2`, ORIGIN.toUpperCase()]) {
      const note = signedNote(text(scenario).replace(ORIGIN, other), scenario.ledger.key);
      scenario.receipt.proof = tlogProof(2, path(2, scenario.ledger.entries.slice(0, 5)), note);
      const report = scenario.judge();
      expect(report.verdict, other).toBe('INCONSISTENT');
      expect(complaints(report), other).toMatchObject({
        inclusion: 'fail origin-differs',
        'log-signature': 'unknown origin-unknown',
      });
    }
  });
});

describe('a key that was changed', () => {
  const later = testKey(ORIGIN, 7);
  const CHANGED_AT = 6;

  /**
   * The verdict on an unanchored receipt of this tree, signed by these keys, where the key changed
   * at size 6.
   */
  function verdictOf(size: number, ...keys: readonly TestKey[]) {
    const scenario = new Scenario();
    const tree = scenario.ledger.entries.slice(0, size);
    scenario.trust!.log.keys = [
      { vkey: scenario.ledger.key.vkey, fromSize: '0', toSize: String(CHANGED_AT) },
      { vkey: later.vkey, fromSize: String(CHANGED_AT) },
    ];
    scenario.receipt.proof = tlogProof(2, path(2, tree), signedNote(text(scenario, size), ...keys));
    scenario.receipt.anchor = null;
    scenario.nodes = [];
    const report = scenario.judge();
    return [report.verdict, complaints(report)['log-signature']];
  }
  const old = testKey(ORIGIN, 1);

  test('is good for its sizes, to the last of them, and for no other [M80]', () => {
    const refused = ['INDETERMINATE', 'unknown key-not-for-this-size'];
    for (const size of [3, 4, 5]) {
      expect(verdictOf(size, old), `old key, ${size}`).toEqual(['PENDING', undefined]);
      expect(verdictOf(size, later), `new key, ${size}`).toEqual(refused);
    }
    for (const size of [6, 7]) {
      expect(verdictOf(size, old), `old key, ${size}`).toEqual(refused);
      expect(verdictOf(size, later), `new key, ${size}`).toEqual(['PENDING', undefined]);
    }
  });

  test('both keys under one checkpoint: the one in its time counts [M80]', () => {
    for (const size of [5, 6]) expect(verdictOf(size, old, later)[0]).toBe('PENDING');
    const forger = { ...later, privateKey: testKey(ORIGIN, 9).privateKey };
    expect(verdictOf(6, old, forger), 'a false line in its time').toEqual(['INCONSISTENT', 'fail signature-wrong']);
    expect(verdictOf(5, old, forger), 'a false line out of its time').toEqual(['PENDING', undefined]);
  });

  test('an old key signs no larger tree, anchored or pinned as it may be [M80]', () => {
    const scenario = new Scenario(7);
    scenario.trust!.log.keys[0]!.toSize = String(CHANGED_AT);
    scenario.trust!.log.keys.push({ vkey: later.vkey, fromSize: String(CHANGED_AT) });
    scenario.trust!.pinnedCheckpoints = [checkpointNote(scenario.ledger, 7)];
    const report = scenario.judge();
    expect([report.verdict, complaints(report)]).toEqual([
      'INDETERMINATE',
      { 'log-signature': 'unknown key-not-for-this-size' },
    ]);
  });
});

test('the log’s own key for its own size is taken: what these receipts lack is that alone [M80]', () => {
  expect(signedBy((s) => lineOf(s.ledger.key, s.ledger.key, s))).toEqual(['VERIFIED', {}]);
});
