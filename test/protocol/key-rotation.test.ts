import { describe, expect, test } from 'vitest';
import {
  formatRotation,
  isRotationSigned,
  parseRotation,
  parseRotations,
  rotationsJson,
} from '../../src/protocol/key-rotation.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { ORIGIN, testLedger, trustJson, type TrustJson } from '../oracle/ledger.ts';
import { signedNote, testKey } from '../oracle/note.ts';
import { codeOf } from './thrown.ts';

const ledger = testLedger();
const [old, next, stranger] = [ledger.key, testKey(ORIGIN, 4), testKey(ORIGIN, 5)];
const TIME = '2026-11-26T06:00:00.000Z';
const textOf = (...lines: string[]) => `${lines.join('\n')}\n`;
const TEXT = textOf('evidence-ledger/key-rotation/v1', ORIGIN, '8', next.vkey, TIME);
const trustOf = (bend: (trust: TrustJson) => void = () => {}) => {
  const trust = trustJson(ledger);
  bend(trust);
  return parseTrust(JSON.stringify(trust));
};

describe('the statement of a rotation', () => {
  test('is read and written the same', () => {
    const { note, rotation } = parseRotation(signedNote(TEXT, old, next));
    expect(rotation).toMatchObject({ origin: ORIGIN, fromSize: 8n, time: TIME });
    expect(formatRotation(rotation, note.signatures)).toBe(signedNote(TEXT, old, next));
  });

  test('is no checkpoint', () => {
    expect(codeOf(() => parseCheckpoint(TEXT))).toBe('checkpoint-malformed');
  });

  const named = ['evidence-ledger/key-rotation/v1', ORIGIN, '8', next.vkey, TIME];
  test.each<[string, string[], string]>([
    ['another format', named.with(0, 'evidence-ledger/key-rotation/v2'), 'rotation-malformed'],
    ['a line more', [...named, 'x'], 'rotation-malformed'],
    ['a line less', named.slice(0, 4), 'rotation-malformed'],
    ['another way to write the time', named.with(4, '2026-11-26T06:00:00Z'), 'rotation-malformed'],
    ['a size with a leading zero', named.with(2, '08'), 'decimal-invalid'],
    ['an invalid key', named.with(3, 'x'), 'vkey-malformed'],
    ['a key of another name', named.with(3, testKey('other.example', 4).vkey), 'rotation-malformed'],
    ['an origin with a space', named.with(1, 'a b'), 'origin-invalid'],
  ])('%s is refused', (_, lines, code) => {
    expect(codeOf(() => parseRotation(signedNote(textOf(...lines), old, next)))).toBe(code);
  });

  test('counts where a key that was trusted for the size before signed it, and the new key too', () => {
    const isSigned = (source: string, trust = trustOf()) => isRotationSigned(parseRotation(source), trust);
    expect(isSigned(signedNote(TEXT, old, next))).toBe(true);
    expect(isSigned(signedNote(TEXT, next, old))).toBe(true);
    expect(isSigned(signedNote(TEXT, old))).toBe(false);
    expect(isSigned(signedNote(TEXT, next))).toBe(false);
    expect(isSigned(signedNote(TEXT, stranger, next))).toBe(false);
    expect(isSigned(signedNote(TEXT, old, next).replace('\n8\n', '\n9\n')), 'changed').toBe(false);
    const ended = (toSize: string) => trustOf((trust) => (trust.log.keys[0]!.toSize = toSize));
    expect(isSigned(signedNote(TEXT, old, next), ended('8'))).toBe(true);
    expect(isSigned(signedNote(TEXT, old, next), ended('7')), 'its turn was over').toBe(false);
    const elsewhere = { ...trustOf(), log: { ...trustOf().log, origin: 'other.example' } };
    expect(isSigned(signedNote(TEXT, old, next), elsewhere)).toBe(false);
    const fromZero = TEXT.replace('\n8\n', '\n0\n');
    expect(isSigned(signedNote(fromZero, old, next)), 'there is no size before 0').toBe(false);
  });
});

test('the list of changes is read and written the same, and closed', () => {
  const [from, to, logId] = ['0a', '0b', 'ee'].map((byte, i) => `0x${byte.repeat(i === 2 ? 32 : 20)}`);
  const list = {
    format: 'evidence-ledger/rotations/v1',
    log: [signedNote(TEXT, old, next)],
    chain: [{ logId, from, to }],
  };
  expect(rotationsJson(parseRotations(JSON.stringify(list)))).toEqual(list);
  expect(codeOf(() => parseRotations(JSON.stringify({ ...list, format: 'x' })))).toBe('rotation-malformed');
  expect(codeOf(() => parseRotations(JSON.stringify({ ...list, more: 1 })))).toBe('shape-wrong');
  expect(codeOf(() => parseRotations(JSON.stringify({ ...list, log: ['x'] })))).toBe('note-malformed');
  expect(codeOf(() => parseRotations(JSON.stringify({ ...list, chain: [{ logId, from }] })))).toBe('shape-wrong');
});
