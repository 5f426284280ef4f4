import { expect, test } from 'vitest';
import { formatRecordNumber, mistakeInNumber, normalizeRecordNumber } from '../../src/kinds/record-number.ts';

const number = formatRecordNumber(Date.UTC(2026, 10, 22), new Uint8Array([7, 1, 0, 22, 9, 29, 2, 28, 13, 15, 17, 1]));
const fullWidth = Array.from(number, (character) => String.fromCodePoint(character.codePointAt(0)! + 0xfee0)).join('');

test.each([
  ['lower case', number.toLowerCase()],
  ['full width', fullWidth],
  ['no dashes', number.replaceAll('-', '')],
  ['en dashes', number.replaceAll('-', '–')],
  ['minus signs', number.replaceAll('-', '\u2212')],
  ['spaces, also invisible ones', ` ${number.replaceAll('-', ' - ')}\u200b\u00a0`],
  ['the words before it', `存证编号：${number}`],
  ['the words of another width', `存证编号 ${fullWidth}`],
  ['English words before it', `record number: ${number}`],
  ['title marks', `《${number}》`],
  ['a full stop', `${number}。`],
  ['words, quotes and a comma', `存证编号：“${number}”，`],
  ['I, L and O', number.replaceAll('1', 'l').replaceAll('0', 'O')],
])('%s: read as the number', (_, typed) => {
  expect(normalizeRecordNumber(typed)).toBe(number);
  expect(mistakeInNumber(typed)).toBeUndefined();
});

test('a wrong character, and two exchanged, are mistyped', () => {
  for (let at = 0; at < number.length; at++) {
    if (number[at] === '-') continue;
    const typed = number.slice(0, at) + (number[at] === '2' ? '3' : '2') + number.slice(at + 1);
    expect([normalizeRecordNumber(typed), mistakeInNumber(typed)]).toEqual([undefined, 'character']);
  }
  expect(mistakeInNumber('（2026）浙01刑初123号')).toBeUndefined();
  expect(mistakeInNumber(`${number}9`)).toBeUndefined();
});

test('a number without its check character, or without another one, is short', () => {
  expect(mistakeInNumber(number.slice(0, -2))).toBe('length');
  expect(mistakeInNumber(`《${number.slice(0, 9)}${number.slice(10)}》`)).toBe('length');
});
