import { describe, expect, test } from 'vitest';
import { printable } from '../../src/kinds/printable.ts';
import { evidenceSchema } from '../../src/kinds/evidence/schema.ts';
import { isPlainLine, isPlainName, isPlainText, plainName, refusedCharacters } from '../../src/kinds/plain-text.ts';

const REFUSED = [
  ['NUL', '\0'],
  ['a tab', '\t'],
  ['a line feed', '\n'],
  ['a C1 control', '\u0085'],
  ['the soft hyphen', '\u00ad'],
  ['the Arabic letter mark', '\u061c'],
  ['the Hangul filler', '\u3164'],
  ['the zero-width space', '\u200b'],
  ['the right-to-left override', '\u202e'],
  ['the line separator', '\u2028'],
  ['the word joiner', '\u2060'],
  ['an isolate', '\u2066'],
  ['the blank of Braille', '\u2800'],
  ['the byte order mark', '\ufeff'],
  ['what a wrong decoding leaves', '\ufffd'],
  ['a noncharacter', '\uffff'],
  ['a tag', '\u{e0041}'],
  ['a lone surrogate', '\ud800'],
] as const;

const { registration, sample } = evidenceSchema;
const isTaken = (change: object) => registration.safeParse({ ...sample, ...change }).success;

describe('no text of a record has', () => {
  test.each(REFUSED)('%s', (_, character) => {
    const text = `a${character}b`;
    expect([isPlainLine(text), isPlainName(text)]).toEqual([false, false]);
    expect(isTaken({ case: { number: text } })).toBe(false);
    expect(isTaken({ case: { number: '1', title: text } })).toBe(false);
    expect(isTaken({ file: { ...sample.file, name: text } })).toBe(false);
    expect(isTaken({ collection: { ...sample.collection, place: text } })).toBe(false);
    expect(isTaken({ collection: { ...sample.collection, collectors: [text] } })).toBe(false);
    expect(isTaken({ collection: { ...sample.collection, remarks: text } })).toBe(/[\t\n]/.test(character));
    expect(isPlainName(plainName(text))).toBe(true);
  });

  test('and a terminal shows it as an escape', () => {
    for (const [, character] of REFUSED) {
      const shown = character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;
      expect(printable(`a${character}b`)).toBe(`a${shown}b`);
    }
  });
});

test('what people write is plain', () => {
  for (const text of [
    '（2026）浙01刑初123号',
    '张某某诈骗案 · 第 2 卷',
    'Żółć №5 – “x”',
    '𠮷野家',
    'é'.normalize('NFD'),
  ]) {
    expect([isPlainLine(text), isTaken({ case: { number: '1', title: text } })]).toEqual([true, true]);
    expect([printable(text), plainName(text)]).toEqual([text, text]);
  }
  expect(isPlainText('one\r\n\ttwo')).toBe(true);
  expect(isPlainName('👨\u200d👩\ufe0f.jpg')).toBe(true);
  expect(refusedCharacters('a\u200b\0\u200b')).toEqual(['U+200B', 'U+0000']);
});

test('two names that are not plain never have one text', () => {
  expect(plainName('%E2\u202e')).toBe('%25E2%E2%80%AE');
  expect(plainName('\u202e')).not.toBe(plainName('%E2%80%AE\u202e'));
  expect(plainName('%')).toBe('%');
});
