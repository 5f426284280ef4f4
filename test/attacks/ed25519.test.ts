import { createPublicKey, verify } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { cachingVerifier } from '../../src/verifier/memoize.ts';
import { checkCosignatures, parseWitnessVkey } from '../../src/protocol/note/cosignature.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { checkNote, formatVkey, parseVkey, verifierKey, verifyEd25519 } from '../../src/protocol/note/vkey.ts';
import { signatureLine, signText, testKey } from '../oracle/note.ts';
import { torsionSignature } from '../oracle/torsion.ts';
import { testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';

/**
 * Signatures that some libraries accept and others refuse. Ours accepts none that OpenSSL refuses.
 */

const ROOT = join(import.meta.dirname, '..', '..');
const ORIGIN = 'ledger.example/7h3k';
const key = testKey(ORIGIN, 1);
const message = Buffer.from(`${ORIGIN}\n7\n${Buffer.alloc(32, 9).toString('base64')}\n`);
const signature = signText(key, message.toString());
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const little = (value: bigint) => Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed());
const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`);

function openssl(publicKey: Uint8Array, signed: Uint8Array, by: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, signed, createPublicKey({ key: der, format: 'der', type: 'spki' }), by);
}

/** Our result; asserts that we never accept what OpenSSL refuses. */
function own(publicKey: Uint8Array, signed: Uint8Array, by: Uint8Array): boolean {
  const answer = verifyEd25519(publicKey, signed, by);
  expect(cachingVerifier(sha256)(publicKey, signed, by)).toBe(answer);
  if (answer) expect(openssl(publicKey, signed, by), 'ours took what OpenSSL refuses').toBe(true);
  return answer;
}

/** The rules of ZIP 215 accept such keys and encodings. */
function isGoodByZip215(publicKey: Uint8Array, by: Uint8Array): boolean {
  try {
    return ed25519.verify(by, message, publicKey, { zip215: true });
  } catch {
    return false; // no point at all
  }
}

/**
 * The eight points of small order; without a check every signature by the first one would verify.
 */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
].map((hex) => Buffer.from(hex, 'hex'));

/** Non-canonical encodings of points: y at or above p, and a sign on zero. */
const SECOND_SPELLINGS = [
  ...[0n, 1n, 2n, 3n, 4n, 5n, 9n, 18n].flatMap((y) => [little(P + y), little(P + y + 2n ** 255n)]),
  little(1n + 2n ** 255n),
  little(P - 1n + 2n ** 255n),
];

describe('malleable signatures', () => {
  test('an S that was raised by the order of the group, once or as often as fits, is refused by both [M81]', () => {
    const [r, s] = [signature.subarray(0, 32), number(signature.subarray(32))];
    expect(own(key.publicKey, message, signature)).toBe(true);
    let tried = 0;
    for (let raised = s + L; raised < 2n ** 256n; raised += L) {
      const other = Buffer.concat([r, little(raised)]);
      expect([own(key.publicKey, message, other), openssl(key.publicKey, message, other)]).toEqual([false, false]);
      tried++;
    }
    expect(tried).toBeGreaterThan(12);
    for (const bad of [L, L - 1n, L + 1n, L - s, 0n, 2n ** 256n - 1n]) {
      const other = Buffer.concat([r, little(bad)]);
      expect([own(key.publicKey, message, other), openssl(key.publicKey, message, other)]).toEqual([false, false]);
    }
  });

  test('a negated R or key is another one, to both [M81]', () => {
    const negated = (bytes: Buffer) => bytes.with(31, bytes[31]! ^ 0x80);
    const r = Buffer.from(negated(signature));
    for (const [publicKey, by] of [
      [key.publicKey, Buffer.concat([r.subarray(0, 31), Buffer.of(signature[31]! ^ 0x80), signature.subarray(32)])],
      [Buffer.from(negated(key.publicKey)), signature],
    ] as const) {
      expect([own(publicKey, message, by), openssl(publicKey, message, by)]).toEqual([false, false]);
    }
  });
});

describe('points of small order', () => {
  test('as keys, which sign everything where they are let, sign nothing, with any R and S = 0 [M81]', () => {
    let letElsewhere = 0;
    for (const publicKey of [...SMALL_ORDER, ...SECOND_SPELLINGS]) {
      for (const r of [...SMALL_ORDER, ...SECOND_SPELLINGS]) {
        const by = Buffer.concat([r, Buffer.alloc(32)]);
        const where = `${publicKey.toString('hex')} ${r.toString('hex')}`;
        expect([own(publicKey, message, by), openssl(publicKey, message, by)], where).toEqual([false, false]);
        if (isGoodByZip215(publicKey, by)) letElsewhere++;
      }
    }
    expect(letElsewhere, 'the attack is a real one').toBeGreaterThan(0);
  });

  test('added to R: good in the equation that is multiplied by 8, refused here as by OpenSSL [M81]', () => {
    const bent = torsionSignature(1, message, 'R');
    expect(bent.publicKey).toEqual(key.publicKey);
    expect(isGoodByZip215(bent.publicKey, bent.signature)).toBe(true);
    expect([own(bent.publicKey, message, bent.signature), openssl(bent.publicKey, message, bent.signature)]).toEqual([
      false,
      false,
    ]);
  });

  test('added to the key: judged as OpenSSL judges it, message by message [M81]', () => {
    const answers = Array.from({ length: 40 }, (_, i) => {
      const signed = Buffer.from(`message ${i}`);
      const bent = torsionSignature(1, signed, 'key');
      const answer = own(bent.publicKey, signed, bent.signature);
      expect(answer).toBe(openssl(bent.publicKey, signed, bent.signature));
      return answer;
    });
    expect(answers).toContain(false);
  });
});

describe('second spellings', () => {
  test('of R or of the key are refused, and what OpenSSL refuses with them [M81]', () => {
    for (const point of SECOND_SPELLINGS) {
      expect(own(point, message, signature)).toBe(false);
      expect(own(key.publicKey, message, Buffer.concat([point, signature.subarray(32)]))).toBe(false);
    }
  });

  test('of another length are none [M81]', () => {
    for (const by of [signature.subarray(1), Buffer.concat([signature, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(verifyEd25519(key.publicKey, message, by)).toBe(false);
    }
    for (const publicKey of [key.publicKey.subarray(1), Buffer.concat([key.publicKey, Buffer.of(0)])]) {
      expect(verifyEd25519(publicKey, message, signature)).toBe(false);
    }
  });
});

test('whatever is bent, ours and OpenSSL judge alike [M81]', () => {
  const point = fc.constantFrom(...SMALL_ORDER, ...SECOND_SPELLINGS, signature.subarray(0, 32));
  const scalar = fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n).map(little), fc.constant(signature.subarray(32)));
  fc.assert(
    fc.property(point, scalar, fc.integer({ min: 0, max: 511 }), fc.boolean(), (r, s, bit, isFlipped) => {
      const by = Buffer.concat([r, s]);
      if (isFlipped) by[bit >> 3]! ^= 1 << (bit & 7);
      expect(own(key.publicKey, message, by)).toBe(openssl(key.publicKey, message, by));
    }),
    { numRuns: 300 },
  );
});

describe('within the formats', () => {
  const witness = testWitness('court.example', 3);
  const bentNote = (by: Uint8Array, id: Uint8Array = key.id) =>
    `${message.toString()}\n${signatureLine(ORIGIN, id, by)}`;

  test('a note, a cosignature, a receipt with such a signature are forged [M81]', () => {
    const bent = [
      torsionSignature(1, message, 'R').signature,
      Buffer.concat([signature.subarray(0, 32), little(number(signature.subarray(32)) + L)]),
    ];
    for (const by of bent) {
      expect(checkNote(parseNote(bentNote(by)), [parseVkey(key.vkey)]).status).toBe('forged');
      const scenario = new Scenario();
      const [good] = scenario.receipt.proof.trimEnd().split(' ').slice(-1) as [string];
      const text = scenario.receipt.proof.split('\n\n')[1]!;
      const line = Buffer.concat([key.id, torsionSignature(1, Buffer.from(`${text}\n`), 'R').signature]);
      scenario.receipt.proof = scenario.receipt.proof.replace(good, line.toString('base64'));
      const report = scenario.judge();
      expect([report.verdict, complaints(report)]).toEqual([
        'INCONSISTENT',
        { 'log-signature': 'fail signature-wrong' },
      ]);
    }
    const cosigned = Buffer.from(`cosignature/v1\ntime 5\n${message.toString()}`);
    const time = Buffer.from('0000000000000005', 'hex');
    const blob = Buffer.concat([time, torsionSignature(3, cosigned, 'R').signature]);
    const note = parseNote(`${bentNote(signature)}${signatureLine(witness.name, witness.id, blob)}`);
    expect(checkCosignatures(note, [parseWitnessVkey(witness.vkey)]).status).toBe('forged');
  });

  test('a trusted key of small order signs no receipt [M81]', () => {
    for (const publicKey of SMALL_ORDER) {
      const vkey = verifierKey(ORIGIN, publicKey);
      const scenario = new Scenario();
      scenario.trust!.log.keys[0]!.vkey = formatVkey(vkey);
      const line = signatureLine(ORIGIN, vkey.keyId, Buffer.concat([SMALL_ORDER[0]!, Buffer.alloc(32)]));
      scenario.receipt.proof = scenario.receipt.proof.replace(/— .*\n$/, line);
      expect(scenario.judge().verdict).toBe('INCONSISTENT');
    }
  });
});

test('no code of ours verifies by another library: there is only one verdict [M81]', () => {
  const sources = globSync('{src,scripts}/**/*.ts', { cwd: ROOT });
  const verifiers = sources.filter((file) =>
    /import \{[^}]*\b(?:verify|createVerify)\b[^}]*\} from 'node:crypto'|subtle\.verify|ed25519\.verify/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  expect(verifiers).toEqual([join('src', 'protocol', 'note', 'vkey.ts')]);
});
