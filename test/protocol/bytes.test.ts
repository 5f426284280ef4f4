import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromHex0x,
  toBase64,
  toHex,
  toHex0x,
  uint64Bytes,
  utf8Bytes,
  utf8Text,
} from '../../src/protocol/encoding/bytes.ts';
import { parseDecimal } from '../../src/protocol/encoding/decimal.ts';
import { codeOf } from './thrown.ts';

/** Every decoder accepts exactly one spelling of each value. */
describe('one spelling', () => {
  test('of bytes in base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(Buffer.from(fromBase64('it', text))).toEqual(Buffer.from(bytes));
      }),
    );
    // An accepted text is the canonical one; Buffer.from accepts all of these.
    const near = fc.stringMatching(/^[A-Za-z0-9+/=_\- *\n]{0,12}$/);
    fc.assert(
      fc.property(near, (text) => {
        let bytes: Uint8Array | undefined;
        expect([undefined, 'base64-invalid']).toContain(codeOf(() => (bytes = fromBase64('it', text))));
        if (bytes !== undefined) expect(Buffer.from(bytes).toString('base64')).toBe(text);
      }),
      { numRuns: 1000 },
    );
    for (const text of [
      'QUI',
      'QUI==',
      'QUJ=',
      'QU I=',
      'QUI=\n',
      ' QUI=',
      'QUI=AAAA',
      'QU*I=',
      '_-==',
      '=',
      '====',
      'Q===',
    ]) {
      expect(
        codeOf(() => fromBase64('it', text)),
        JSON.stringify(text),
      ).toBe('base64-invalid');
    }
    expect(fromBase64('it', '')).toHaveLength(0);
    expect(() => fromBase64('salt', 'QUI=', 16)).toThrow('salt has 2 bytes, should have 16');
  });

  test('of bytes in hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(Buffer.from(fromHex('it', toHex(bytes)))).toEqual(Buffer.from(bytes));
        expect(Buffer.from(fromHex0x('it', toHex0x(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
    for (const text of ['A0', 'aF', '0', 'abc', '0x00', ' 00', '00 ', '00\n', 'zz', '٠٠']) {
      expect(
        codeOf(() => fromHex('it', text)),
        JSON.stringify(text),
      ).toBe('hex-invalid');
    }
    for (const text of ['', '00', '0X00', 'x00', '0xA0', '0x0', '0x00 ', ' 0x00', '0x0x00']) {
      expect(
        codeOf(() => fromHex0x('it', text)),
        JSON.stringify(text),
      ).toBe('hex-invalid');
    }
    expect(fromHex0x('it', '0x')).toHaveLength(0);
    expect(codeOf(() => fromHex('it', '00', 2))).toBe('length-wrong');
    expect(codeOf(() => fromHex0x('it', '0x0000', 1))).toBe('length-wrong');
  });

  test('of numbers up to 2^64 - 1', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        expect(parseDecimal('it', value.toString())).toBe(value);
        expect(Buffer.from(uint64Bytes(value)).readBigUInt64BE()).toBe(value);
      }),
    );
    for (const text of [
      '',
      ' ',
      '00',
      '01',
      '-0',
      '-1',
      '+1',
      '1.0',
      '1e3',
      '0x1',
      '1 ',
      ' 1',
      '1\n',
      '1_000',
      '1,000',
      '٣',
      '１',
    ]) {
      expect(
        codeOf(() => parseDecimal('it', text)),
        JSON.stringify(text),
      ).toBe('decimal-invalid');
    }
    expect(codeOf(() => parseDecimal('it', '18446744073709551616'))).toBe('decimal-too-large');
    expect(codeOf(() => parseDecimal('it', '9'.repeat(20)))).toBe('decimal-too-large');
    expect(codeOf(() => parseDecimal('it', '1'.repeat(21)))).toBe('decimal-invalid');
    expect(codeOf(() => parseDecimal('it', '1'.repeat(1_000_000)))).toBe('decimal-invalid');
  });

  test('of text in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(Buffer.from(utf8Bytes(text))).toEqual(Buffer.from(text));
        expect(utf8Text(utf8Bytes(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let text: string | undefined;
        expect([undefined, 'text-not-utf8']).toContain(codeOf(() => (text = utf8Text(bytes))));
        if (text !== undefined) expect(Buffer.from(text)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 1000 },
    );
    expect(utf8Text(Buffer.from('\ufeffa')), 'a byte order mark is kept').toBe('\ufeffa');
    expect(codeOf(() => utf8Bytes('a\ud800'))).toBe('text-not-wellformed');
  });
});

test('joining and comparing', () => {
  expect(Buffer.from(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)))).toEqual(
    Buffer.of(1, 2, 3),
  );
  expect(concatBytes()).toHaveLength(0);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
});

test('long arrays are compared to the last byte, wherever they begin', () => {
  const whole = Uint8Array.from({ length: 4100 }, (_, i) => i % 251);
  for (const [begin, length] of [
    [0, 4096],
    [0, 4099],
    [1, 4097],
    [4, 1024],
    [2, 1023],
  ] as const) {
    const one = whole.subarray(begin, begin + length);
    expect(equalBytes(one, Uint8Array.from(one))).toBe(true);
    for (const at of [0, 3, 4, length - 5, length - 1]) {
      expect([begin, at, equalBytes(one, Uint8Array.from(one).with(at, one[at]! ^ 1))]).toEqual([begin, at, false]);
    }
  }
});
