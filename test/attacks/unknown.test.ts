import { describe, expect, test } from 'vitest';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import type { Verdict } from '../../src/protocol/verify/report.ts';
import { ORIGIN } from '../oracle/ledger.ts';
import { signatureLine, signedNote } from '../oracle/note.ts';
import { complaints, Scenario } from '../protocol/scenario.ts';
import { codeOf } from '../protocol/thrown.ts';

/** Content of later versions, and unreadable content: neither a pass nor a contradiction. */

type Bend = (s: Scenario) => unknown;
const proof =
  (from: string | RegExp, to: string): Bend =>
  (s) =>
    (s.receipt.proof = s.receipt.proof.replace(from, to));
const anchor =
  (change: object): Bend =>
  (s) =>
    Object.assign(s.receipt.anchor!, change);
const header =
  (change: object): Bend =>
  (s) =>
    Object.assign(s.receipt.record.header, change);
const extended: Bend = (s) => {
  const text = s.receipt.proof.split('\n\n')[1]!;
  const note = signedNote(`${text}\nextension of a later version\n`, s.ledger.key);
  s.receipt.proof = `${s.receipt.proof.split('\n\n')[0]}\n\n${note}`;
};

describe('in a part of a receipt', () => {
  test.each<readonly [string, Bend, Record<string, string>]>([
    [
      'another version of the proof',
      proof('@v1', '@v2'),
      { inclusion: 'unknown proof-malformed', 'log-signature': 'unknown proof-malformed' },
    ],
    [
      'another kind of proof',
      proof('c2sp.org/tlog-proof', 'c2sp.org/tlog-subtree'),
      { inclusion: 'unknown proof-malformed' },
    ],
    ['an extra line in the proof', proof('\nindex', '\nextra QUJD\nindex'), { inclusion: 'unknown proof-malformed' }],
    [
      'an unknown line in the proof',
      proof('index 2\n', 'index 2\nleaf QUJD\n'),
      { inclusion: 'unknown base64-invalid' },
    ],
    ['an extension line that the log has signed', extended, { inclusion: 'unknown checkpoint-malformed' }],
    [
      'a signature of an unknown type',
      (s) => proof(/— .*\n$/, signatureLine(ORIGIN, Buffer.from('abcd'), Buffer.alloc(2420, 1)))(s),
      { 'log-signature': 'unknown key-unknown' },
    ],
    ['no signature', proof(/— .*\n$/, ''), { 'log-signature': 'unknown note-malformed' }],
    ['no checkpoint', proof(/\n\n[^]*$/, '\n\n'), { inclusion: 'unknown note-malformed' }],
    [
      'nothing for a proof',
      (s) => (s.receipt.proof = ''),
      {
        inclusion: 'unknown proof-malformed',
        'log-signature': 'unknown proof-malformed',
        anchor: 'unknown proof-malformed',
      },
    ],
    [
      'another version of the record',
      header({ v: 2 }),
      { 'record-root': 'unknown record-version-unknown', inclusion: 'unknown record-version-unknown' },
    ],
    [
      'an unknown member of the record header',
      header({ prev: 'x' }),
      { 'record-root': 'unknown shape-wrong', inclusion: 'unknown shape-wrong' },
    ],
    [
      'an unknown member of the record',
      (s) => Object.assign(s.receipt.record, { sealed: [] }),
      { 'record-root': 'unknown shape-wrong' },
    ],
    [
      'an unknown member of a section',
      (s) => Object.assign(s.receipt.record.disclosed[0]!, { alg: 'sm3' }),
      { 'record-root': 'unknown shape-wrong' },
    ],
    [
      'a commitment of another length',
      header({ sections: { file: Buffer.alloc(48).toString('base64') } }),
      { 'record-root': 'unknown shape-wrong' },
    ],
    [
      'an unknown member of the anchor',
      anchor({ blobProof: '0x' }),
      { anchor: 'unknown shape-wrong', finality: 'unknown shape-wrong' },
    ],
    ['endorsements of another shape', anchor({ endorsements: [{}] }), { anchor: 'unknown shape-wrong' }],
    [
      'an anchor on a kind of chain with other hashes',
      anchor({ blockHash: `0x${'00'.repeat(48)}` }),
      { anchor: 'unknown shape-wrong' },
    ],
    [
      'an anchor that is text',
      (s) => Object.assign(s.receipt, { anchor: 'bitcoin' }),
      { anchor: 'unknown shape-wrong' },
    ],
    ['an empty anchor', (s) => Object.assign(s.receipt, { anchor: {} }), { anchor: 'unknown shape-wrong' }],
    ['a header that is no hex', anchor({ header: 'rlp' }), { anchor: 'unknown hex-invalid' }],
    ['a proof of the block that is no list', anchor({ receiptProof: '0x' }), { anchor: 'unknown shape-wrong' }],
  ])('%s: INDETERMINATE [M83]', (_, bend, expected) => {
    const scenario = new Scenario();
    bend(scenario);
    const report = scenario.judge();
    expect(complaints(report)).toMatchObject(expected);
    expect(report.verdict).toBe('INDETERMINATE');
  });

  test('unknown parts next to the known ones, or another format: no receipt of this version [M83]', () => {
    const text = (change: object) => JSON.stringify({ ...new Scenario().receipt, ...change });
    expect(codeOf(() => parseReceipt(text({ format: 'evidence-ledger/receipt/v2' })))).toBe('receipt-format-unknown');
    expect(codeOf(() => parseReceipt(text({ format: 'evidence-ledger/receipt/v1 ' })))).toBe('receipt-format-unknown');
    expect(codeOf(() => parseReceipt(text({ format: null })))).toBe('receipt-format-unknown');
    expect(codeOf(() => parseReceipt(text({ custody: [] })))).toBe('shape-wrong');
    const { anchor: _left, ...rest } = new Scenario().receipt;
    expect(
      codeOf(() => parseReceipt(JSON.stringify(rest))),
      'left out is not null',
    ).toBe('shape-wrong');
  });
});

type Path = readonly (string | number)[];
const GARBAGE = [null, -1, 1e21, '', 'AAAA', [], {}, { v: 2 }] as const;

/** The path of each value inside, without the root. */
function* places(value: unknown, at: Path = []): Generator<Path> {
  if (at.length > 0) yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    yield* places(inner, [...at, Array.isArray(value) ? Number(name) : name]);
}

/** A copy with another value at this path; without a value, the copy lacks it. */
function bent(value: unknown, [name, ...rest]: Path, ...[put]: unknown[]): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length > 0) copy[name!] = bent(copy[name!], rest, ...(put === undefined ? [] : [put]));
  else if (put === undefined) delete copy[name!];
  else copy[name!] = put;
  return copy;
}

describe('anywhere in a receipt', () => {
  const { ledger, receipt: whole } = new Scenario();
  const allowed: readonly (Verdict | 'unreadable')[] = ['INDETERMINATE', 'INCONSISTENT', 'unreadable'];

  function verdictOf(receipt: unknown): Verdict | 'unreadable' {
    const text = JSON.stringify(receipt);
    if (codeOf(() => parseReceipt(text)) !== undefined) return 'unreadable';
    const scenario = new Scenario(5, ledger);
    scenario.receipt = receipt as typeof whole;
    const verdict = scenario.judge().verdict;
    const isRead = Object.values(parseReceipt(text)).every((part: object) => 'value' in part);
    if (!isRead) expect(verdict, 'unreadable input is no accusation').toBe('INDETERMINATE');
    return verdict;
  }

  test('garbage in the place of any value is never a pass [M83]', () => {
    let tried = 0;
    for (const at of places(whole)) {
      const place = at.join('.');
      for (const put of GARBAGE) {
        const verdict = verdictOf(bent(whole, at, put));
        expect(allowed, `${JSON.stringify(put)} at ${place}: ${verdict}`).toContain(verdict);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(400);
  });

  test('a member that is gone, or one more, is never a pass [M83]', () => {
    const objects = [[], ...places(whole)].filter((at) => {
      const value = at.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name as string], whole);
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    });
    for (const at of [...places(whole)].filter((each) => typeof each.at(-1) === 'string')) {
      expect(allowed, `without ${at.join('.')}`).toContain(verdictOf(bent(whole, at)));
    }
    for (const at of objects) {
      for (const name of ['x', '__proto__x', 'v2', 'extra']) {
        expect(allowed, `${name} in ${at.join('.')}`).toContain(verdictOf(bent(whole, [...at, name], 1)));
      }
    }
  });
});
