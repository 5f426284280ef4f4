import { describe, expect, test } from 'vitest';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { checkCosignatures, parseWitnessVkey } from '../../src/protocol/note/cosignature.ts';
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { checkNote, parseVkey } from '../../src/protocol/note/vkey.ts';
import { checkpointNote, ORIGIN, type TrustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { commitment } from '../oracle/record.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosigned, testWitness } from '../oracle/witness.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';
import { codeOf } from '../protocol/thrown.ts';

/** Bytes that look like the signed or hashed ones and differ from them. */

/** Invisible changes that many programs make to a text on their own. */
const UNSEEN: readonly (readonly [string, (text: string) => string])[] = [
  ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['CRLF on the first line', (text) => text.replace('\n', '\r\n')],
  ['CR', (text) => text.replaceAll('\n', '\r')],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['a space at the end of the first line', (text) => text.replace('\n', ' \n')],
  ['a tab at the end of the first line', (text) => text.replace('\n', '\t\n')],
  ['a space before', (text) => ` ${text}`],
  ['a line break before', (text) => `\n${text}`],
  ['a line break after', (text) => `${text}\n`],
  ['a blank line after the first', (text) => text.replace('\n', '\n\n')],
  ['no line break at the end', (text) => text.replace(/\n$/, '')],
  ['a no-break space', (text) => text.replace('— ', '—\u00a0')],
  ['a hyphen for the dash', (text) => text.replace('—', '-')],
  ['a line separator', (text) => text.replace('\n', '\u2028')],
  ['a zero-width space', (text) => text.replace('\n', '\u200b\n')],
  ['a NUL', (text) => text.replace('\n', '\0\n')],
];

const UMLAUT = 'münchen.example/log';
const key = testKey(UMLAUT.normalize('NFC'), 1);
const witness = testWitness('court.example', 3);
const note = cosigned(signedNote(checkpointText(UMLAUT.normalize('NFC'), 7, mth([])), key), witness);

describe('a signed note', () => {
  const isTaken = (text: string) => {
    try {
      const read = parseNote(text);
      parseCheckpoint(read.text);
      return checkNote(read, [parseVkey(key.vkey)]).status === 'signed';
    } catch (error) {
      if (error instanceof ProtocolError) return false;
      throw error;
    }
  };
  const isCosigned = (text: string) => {
    try {
      const check = checkCosignatures(parseNote(text), [parseWitnessVkey(witness.vkey)]);
      return check.status === 'checked' && check.cosignatures.length > 0;
    } catch (error) {
      if (error instanceof ProtocolError) return false;
      throw error;
    }
  };

  test('is taken as it was signed [M82]', () => {
    expect([isTaken(note), isCosigned(note)]).toEqual([true, true]);
  });

  test.each([...UNSEEN, ['NFD', (text: string) => text.normalize('NFD')] as const])(
    'with %s is not taken for a checkpoint [M82]',
    (_, change) => {
      expect(change(note)).not.toBe(note);
      expect(isTaken(change(note))).toBe(false);
    },
  );

  test.each([...UNSEEN, ['NFD', (text: string) => text.normalize('NFD')] as const])(
    'whose text alone has %s is not taken, nor its cosignature [M82]',
    (_, change) => {
      const at = note.lastIndexOf('\n\n') + 1;
      const changed = change(note.slice(0, at)) + note.slice(at);
      // the text has no dash
      if (changed === note) return expect(note.slice(0, at)).not.toContain('—');
      expect([isTaken(changed), isCosigned(changed)]).toEqual([false, false]);
    },
  );
});

describe('a receipt', () => {
  test.each(UNSEEN)('whose proof has %s is not verified [M82]', (_, change) => {
    const scenario = new Scenario();
    scenario.receipt.proof = change(scenario.receipt.proof);
    expect(['INDETERMINATE', 'INCONSISTENT']).toContain(scenario.judge().verdict);
  });

  test.each(UNSEEN.filter(([name]) => !/dash|no-break/.test(name)))(
    'whose checkpoint has %s is not verified [M82]',
    (_, change) => {
      const scenario = new Scenario();
      const { proof } = scenario.receipt;
      const [begin, end] = [proof.indexOf('\n\n') + 2, proof.lastIndexOf('\n\n') + 1];
      scenario.receipt.proof = proof.slice(0, begin) + change(proof.slice(begin, end)) + proof.slice(end);
      expect(scenario.receipt.proof).not.toBe(proof);
      expect(['INDETERMINATE', 'INCONSISTENT']).toContain(scenario.judge().verdict);
    },
  );

  /** The report on this text, judged without a chain. */
  const judge = (text: string) => {
    const value = parseTrust(JSON.stringify(new Scenario().trust));
    return verifyReceipt({ receipt: parseReceipt(text), trust: { source: 'file', value } });
  };
  const pending = { ...new Scenario().receipt, anchor: null };

  test('may be spelt in any way around what is hashed, and no two ways differ [M82]', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, inner]) => [name, reversed(inner)]),
          );
    const text = JSON.stringify(pending);
    const spellings = [
      JSON.stringify(pending, null, 2),
      JSON.stringify(pending, null, '\t').replaceAll('\n', '\r\n'),
      ` \n${text}\r\n `,
      text.replaceAll('证', '\\u8bc1').replace('evidence-ledger', 'evidence\\u002dledger'),
      JSON.stringify(reversed(pending)),
    ];
    const plain = judge(text);
    expect(plain.verdict).toBe('PENDING');
    for (const spelling of spellings) {
      expect(spelling).not.toBe(text);
      expect(judge(spelling)).toEqual(plain);
    }
  });

  test('with a byte order mark or a repeated name, anywhere in it, is rejected [M82]', () => {
    const text = JSON.stringify(new Scenario().receipt);
    expect(codeOf(() => parseReceipt(`\ufeff${text}`))).toBe('json-invalid');
    expect(codeOf(() => parseReceipt(Buffer.from(`\ufeff${text}`)))).toBe('json-invalid');
    expect(codeOf(() => parseReceipt(Buffer.from(text, 'utf16le')))).toMatch(/^(?:json-invalid|text-not-utf8)$/);
    expectNoNameTwice(text, parseReceipt);
  });

  test('a value or a name in another normal form opens no commitment [M82]', () => {
    const alike = [
      ['caf\u00e9', 'cafe\u0301'],
      ['\u00c5', 'A\u030a', '\u212b'],
      ['\uac00', '\u1100\u1161'],
      ['\ufb01', 'fi'],
      ['\uff12', '2'],
    ];
    const scenario = new Scenario();
    const section = scenario.receipt.record.disclosed.find(({ name }) => name === 'file')!;
    const judged = (committed: unknown, shown: unknown) => {
      section.value = committed;
      scenario.receipt.record.header.sections['file'] = commitment(section);
      section.value = shown;
      return complaints(scenario.judge())['record-root'];
    };
    for (const spellings of alike) {
      for (const one of spellings) {
        for (const other of spellings) {
          const expected = one === other ? undefined : 'fail commitment-differs';
          expect(judged({ name: one }, { name: other }), `${one} as ${other}`).toBe(expected);
          expect(judged({ [one]: 1 }, { [other]: 1 }), `${one} as ${other}`).toBe(expected);
        }
      }
    }
  });

  test.each([
    ['a space after the number', (s: Scenario) => (s.receipt.record.header.number += ' ')],
    [
      'a byte order mark before the id',
      (s: Scenario) => (s.receipt.record.header.id = `\ufeff${s.receipt.record.header.id}`),
    ],
    [
      'full-width digits in the number',
      (s: Scenario) => (s.receipt.record.header.number = s.receipt.record.header.number.replace('2', '２')),
    ],
    ['CRLF at the end of the kind', (s: Scenario) => (s.receipt.record.header.kind += '\r\n')],
    [
      'other letters in the id',
      (s: Scenario) => (s.receipt.record.header.id = s.receipt.record.header.id.replace('0', 'O')),
    ],
  ])('whose header has %s has another root [M82]', (_, bend) => {
    const scenario = new Scenario();
    bend(scenario);
    const report = scenario.judge();
    expect(report.verdict).toBe('INCONSISTENT');
    expect(complaints(report).inclusion).toBe('fail root-differs');
  });

  test.each([
    ['a space in a commitment', (s: Scenario) => (s.receipt.record.header.sections['file'] += ' ')],
    [
      'a line break in a commitment',
      (s: Scenario) =>
        (s.receipt.record.header.sections['file'] = s.receipt.record.header.sections['file']!.replace(/.{20}/, '$&\n')),
    ],
    ['a line break after a salt', (s: Scenario) => (s.receipt.record.disclosed[0]!.salt += '\n')],
    [
      'the other alphabet in a commitment',
      (s: Scenario) =>
        (s.receipt.record.header.sections['file'] = `-${s.receipt.record.header.sections['file']!.slice(1)}`),
    ],
    [
      'trailing bits in a salt',
      (s: Scenario) =>
        (s.receipt.record.disclosed[0]!.salt = s.receipt.record.disclosed[0]!.salt.replace(/.==$/, 'B==')),
    ],
    ['a space in the origin', (s: Scenario) => (s.receipt.record.header.origin += ' ')],
  ])('with %s is not read [M82]', (_, bend) => {
    const scenario = new Scenario();
    bend(scenario);
    const report = scenario.judge();
    expect(report.verdict).toBe('INDETERMINATE');
    expect(complaints(report)['record-root']).toMatch(/^unknown (?:base64-invalid|shape-wrong|origin-invalid)$/);
  });
});

describe('a trust file', () => {
  const text = JSON.stringify({
    ...new Scenario().trust,
    pinnedCheckpoints: [checkpointNote(new Scenario().ledger, 3)],
  });

  test('may be formatted in any way, and has one fingerprint [M82]', () => {
    const value = JSON.parse(text) as TrustJson;
    const plain = trustFingerprint(parseTrust(text));
    for (const spelling of [
      JSON.stringify(value, null, 4),
      JSON.stringify(value, null, 1).replaceAll('\n', '\r\n'),
      `\n ${text} \n`,
    ]) {
      expect(trustFingerprint(parseTrust(spelling))).toBe(plain);
    }
  });

  test('with a byte order mark or a repeated name, anywhere in it, is rejected [M82]', () => {
    expect(codeOf(() => parseTrust(`\ufeff${text}`))).toBe('json-invalid');
    expectNoNameTwice(text, parseTrust);
  });

  test('with another spelling of what it trusts is rejected, or is of another log [M82]', () => {
    const bent = (bend: (trust: TrustJson) => unknown) => {
      const trust = JSON.parse(text) as TrustJson;
      delete trust.pinnedCheckpoints;
      bend(trust);
      return JSON.stringify(trust);
    };
    const pinned = checkpointNote(new Scenario().ledger, 3);
    for (const space of [' ', '\n', '\t', '\u00a0', '\u3000']) {
      expect(codeOf(() => parseTrust(bent(({ log }) => (log.origin += space))))).toBe('origin-invalid');
      expect(codeOf(() => parseTrust(bent(({ log }) => (log.keys[0]!.vkey += space))))).toMatch(
        /^(?:base64-invalid|vkey-malformed)$/,
      );
      expect(codeOf(() => parseTrust(bent(({ log }) => (log.keys[0]!.fromSize += space))))).toBe('decimal-invalid');
      expect(codeOf(() => parseTrust(bent(({ chain }) => (chain.genesisHash += space))))).toMatch(
        /^(?:hex-invalid|shape-wrong)$/,
      );
    }
    for (const [, change] of UNSEEN.filter(([name]) => name !== 'a byte order mark')) {
      const source = bent((trust) => (trust.pinnedCheckpoints = [change(pinned)]));
      expect(
        codeOf(() => parseTrust(source)),
        JSON.stringify(change(pinned)),
      ).toBeDefined();
    }
    const marked = bent((trust) => (trust.pinnedCheckpoints = [`\ufeff${pinned}`]));
    expect(
      codeOf(() => parseTrust(marked)),
      'the mark belongs to another origin',
    ).toBe('shape-wrong');
    for (const origin of [ORIGIN.toUpperCase(), `\ufeff${ORIGIN}`, `${ORIGIN}/`, ORIGIN.replace('e', 'е')]) {
      const scenario = new Scenario();
      scenario.trust!.log.origin = origin;
      expect(complaints(scenario.judge())['log-signature'], origin).toBe('unknown origin-unknown');
    }
  });
});

/** Texts in which one object each repeats its first name at the front, plain and escaped. */
function expectNoNameTwice(text: string, parse: (source: string) => unknown): void {
  const objects = [...text.matchAll(/\{"([^"\\]+)":/g)];
  expect(objects.length).toBeGreaterThan(3);
  for (const { index, 1: name } of objects) {
    const escaped = `\\u${name!.charCodeAt(0).toString(16).padStart(4, '0')}${name!.slice(1)}`;
    for (const spelt of [name!, escaped]) {
      const source = `${text.slice(0, index + 1)}"${spelt}":null,${text.slice(index + 1)}`;
      expect(
        codeOf(() => parse(source)),
        `${name} at ${index}`,
      ).toBe('json-duplicate-name');
    }
  }
}
