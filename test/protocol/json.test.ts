import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json, MAX_JSON_DEPTH, parseJson } from '../../src/protocol/encoding/json.ts';
import { integer, list, members, text } from '../../src/protocol/encoding/shape.ts';
import canonicalize from 'canonicalize';
import { jcs } from '../oracle/jcs.ts';
import { codeOf } from './thrown.ts';

const LIMIT = 64 * 1024 * 1024;
const read = (source: string | Uint8Array, limitBytes = LIMIT) => parseJson('text', source, limitBytes);
/** Own members as `JSON.parse` would give them, for comparison. */
const plain = (value: Json): unknown => JSON.parse(JSON.stringify(value));

describe('reading JSON', () => {
  test.each([
    '{}',
    '[]',
    'null',
    'true',
    'false',
    '0',
    '-0',
    '-1.5e-3',
    '1E+2',
    '""',
    '"\\u0000\\u001F\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\ud83d\\ude00"',
    '"存证 😀 \u007f\u2028"',
    ' \t\r\n[ 1 , { "a" : [ ] } ] \n',
    '{"a":1,"A":2,"":3,"constructor":4,"toString":5}',
    '[[],[[]],{"a":{}}]',
  ])('%s is read as JSON.parse reads it', (source) => {
    expect(plain(read(source))).toEqual(plain(JSON.parse(source) as Json));
    expect(plain(read(Buffer.from(source)))).toEqual(plain(JSON.parse(source) as Json));
  });

  test('whatever JSON.stringify writes is read again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.boolean(), (value, isIndented) => {
        const source = JSON.stringify(value, null, isIndented ? 2 : 0);
        fc.pre(source.isWellFormed() && !/\\ud[89a-f]/.test(source));
        expect(plain(read(source))).toEqual(JSON.parse(source));
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['space', '  '],
    ['text after', '{} x'],
    ['two values', '1 2'],
    ['a second object', '{}{}'],
    ['a comma at the end of a list', '[1,]'],
    ['a comma at the end of an object', '{"a":1,}'],
    ['a comma first', '[,1]'],
    ['no comma', '[1 2]'],
    ['no colon', '{"a" 1}'],
    ['no value', '{"a":}'],
    ['no name', '{:1}'],
    ['a bare name', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['not closed', '[1'],
    ['object not closed', '{"a":1'],
    ['string not closed', '"a'],
    ['closed by the other', '[1}'],
    ['a comment', '/* */1'],
    ['a line break in a string', '"a\nb"'],
    ['a tab in a string', '"a\tb"'],
    ['a NUL in a string', '"a\u0000b"'],
    ['an unknown escape', '"\\x41"'],
    ['a short escape', '"\\u12"'],
    ['a backslash at the end', '"\\'],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['a bare minus', '-'],
    ['no digit before the point', '.5'],
    ['no digit after the point', '1.'],
    ['no exponent', '1e'],
    ['hex', '0x10'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['undefined', 'undefined'],
    ['True', 'True'],
    ['a literal with a tail', 'truex'],
    ['a byte order mark', '\ufeff{}'],
    ['a no-break space', '\u00a01'],
    ['a form feed', '\f1'],
    ['a line separator', '\u20281'],
  ])('refused: %s', (_, source) => {
    expect(() => JSON.parse(source) as unknown, 'JSON.parse refuses it too').toThrow(SyntaxError);
    expect(codeOf(() => read(source))).toBe('json-invalid');
  });

  test('a byte order mark as bytes, bytes that are not UTF-8', () => {
    expect(codeOf(() => read(Buffer.from('\ufeff{}')))).toBe('json-invalid');
    for (const bytes of [[0xff], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0x80, 0x22]]) {
      expect(codeOf(() => read(Uint8Array.from(bytes)))).toBe('text-not-utf8');
    }
  });

  test('a name twice, however it is spelt', () => {
    for (const source of [
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":2}',
      '{"b":{"x":1,"y":2,"x":3}}',
      '{"__proto__":1,"__proto__":2}',
      '{"":1,"":2}',
    ]) {
      expect(
        codeOf(() => read(source)),
        source,
      ).toBe('json-duplicate-name');
    }
    expect(() => read('{"a":1,"a":2}')).toThrow('text: duplicate name "a" at character');
    expect(plain(read('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}'))).toBeTruthy();
  });

  test('names that are members of every object are ordinary names', () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1,"hasOwnProperty":2}') as Record<string, Json>;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(members('it', value)['toString']).toBeUndefined();
  });

  test('lone surrogates', () => {
    for (const source of ['"\\ud800"', '"\\udc00"', '"\\ude00\\ud83d"', '["a\\udfffb"]', '{"\\ud800":1}']) {
      expect(
        codeOf(() => read(source)),
        source,
      ).toBe('text-not-wellformed');
    }
    expect(codeOf(() => read('"\ud800"'))).toBe('text-not-wellformed');
  });

  test('numbers beyond all range', () => {
    expect(codeOf(() => read('1e400'))).toBe('json-number-unsafe');
    expect(codeOf(() => read('-1e999999'))).toBe('json-number-unsafe');
    expect(read('1e308')).toBe(1e308);
  });

  test('nesting', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(plain(read(nested(MAX_JSON_DEPTH)))).toBeTruthy();
    expect(codeOf(() => read(nested(MAX_JSON_DEPTH + 2)))).toBe('json-too-deep');
    expect(codeOf(() => read('{"a":'.repeat(MAX_JSON_DEPTH + 2)))).toBe('json-too-deep');
    expect(codeOf(() => read('['.repeat(1_000_000)))).toBe('json-too-deep');
  });

  test('the limit is in bytes, and comes first', () => {
    expect(read('"存"', 5)).toBe('存');
    expect(codeOf(() => read('"存"', 4))).toBe('json-too-large');
    expect(codeOf(() => read(Buffer.from('not json at all'), 4))).toBe('json-too-large');
    expect(() => read('[1,2]', 4)).toThrow('text has 5 bytes, should have at most 4');
  });

  test('large texts take time in proportion, and no stack', () => {
    const mebibyte = 1 << 20;
    const texts: readonly ((count: number) => string)[] = [
      (count) => `"${'a'.repeat(count)}"`,
      (count) => `"${'a'.repeat(count)}`,
      (count) => `"${'\\n'.repeat(count / 8)}"`,
      (count) => `${' '.repeat(count)}1`,
      (count) => '1'.repeat(count),
      (count) => `[${'0,'.repeat(count / 8)}0]`,
      (count) => `{${Array.from({ length: count / 64 }, (_, i) => `"k${i}":0`).join(',')}}`,
      (count) => `{${Array.from({ length: count / 64 }, (_, i) => `"${i * 7919}":0`).join(',')}}`,
    ];
    const cpuMs = (source: string) => {
      const start = process.cpuUsage();
      codeOf(() => read(source));
      return process.cpuUsage(start).user / 1000;
    };
    for (const [i, make] of texts.entries()) {
      const small = Math.min(...[1, 2, 3].map(() => cpuMs(make(mebibyte))));
      const large = cpuMs(make(8 * mebibyte));
      // 8 times the text; 64 times the time would be quadratic.
      expect(large, `text ${i}: ${small.toFixed(1)} ms and ${large.toFixed(1)} ms`).toBeLessThan(30 * small + 200);
    }
  });
});

describe('canonical JSON (RFC 8785)', () => {
  test('the sorting example of section 3.2.3, with integers for its floats', () => {
    const value = read(
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    );
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test('the string example of section 3.2.2', () => {
    const value = read(
      '{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  test('integers, and the one zero', () => {
    expect(canonicalJson(read('[0,-0,10,1e3,9007199254740991,-9007199254740991]'))).toBe(
      '[0,0,10,1000,9007199254740991,-9007199254740991]',
    );
  });

  test('it is what the sorted writer of the tests gives, and is read again as the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, depthSize: 'medium' }), (value) => {
        fc.pre(isWithinSubset(value));
        const canonical = canonicalJson(value as Json);
        expect(canonical).toBe(jcs(value));
        expect(canonical).toBe(canonicalize(value));
        expect(canonicalJson(read(canonical))).toBe(canonical);
      }),
    );
  });

  test.each<readonly [string, unknown, string]>([
    ['a float', 1.5, 'json-number-unsafe'],
    ['a small float', { a: [1e-7] }, 'json-number-unsafe'],
    ['an integer beyond 2^53', 2 ** 53, 'json-number-unsafe'],
    ['NaN', Number.NaN, 'json-number-unsafe'],
    ['Infinity', [Number.POSITIVE_INFINITY], 'json-number-unsafe'],
    ['a lone surrogate', { a: '\ud800' }, 'text-not-wellformed'],
    ['a name with one', { '\udc00': 1 }, 'text-not-wellformed'],
    ['undefined', { a: undefined }, 'json-type-unsupported'],
    ['a bigint', 1n, 'json-type-unsupported'],
    ['a function', () => 1, 'json-type-unsupported'],
    ['a symbol', [Symbol('x')], 'json-type-unsupported'],
    ['deep nesting', Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 1), 'json-too-deep'],
  ])('refused: %s', (_, value, code) => {
    expect(codeOf(() => canonicalJson(value as Json))).toBe(code);
  });

  test('a member named toJSON is data', () => {
    expect(canonicalJson(read('{"toJSON":"x","__proto__":1}'))).toBe('{"__proto__":1,"toJSON":"x"}');
  });
});

describe('shapes', () => {
  test('closed objects, bounded texts, lists and integers', () => {
    const value = read('{"a":1,"b":"存"}');
    expect(members('it', value, ['a'], ['b'])).toBe(value);
    expect(() => members('it', value, ['a'])).toThrow('it has an unknown member "b"');
    expect(() => members('it', value, ['a', 'c'], ['b'])).toThrow('it has no member "c"');
    expect(() => members('it', value, ['toString'], ['a', 'b'])).toThrow('it has no member "toString"');
    for (const other of [null, [], 'x', 1, true, undefined]) {
      expect(codeOf(() => members('it', other))).toBe('shape-wrong');
    }
    expect(text('it', '存', 3)).toBe('存');
    expect(() => text('it', '存', 2)).toThrow('it has 3 bytes, should have at most 2');
    expect(codeOf(() => text('it', 1, 9))).toBe('shape-wrong');
    expect(list('it', [1], 1)).toEqual([1]);
    expect(codeOf(() => list('it', [1, 2], 1))).toBe('shape-wrong');
    expect(codeOf(() => list('it', {}, 1))).toBe('shape-wrong');
    expect(integer('it', 3, 0, 3)).toBe(3);
    for (const other of [-1, 4, 1.5, '3', null, 2 ** 60]) {
      expect(codeOf(() => integer('it', other, 0, 3))).toBe('shape-wrong');
    }
  });
});

function isWithinSubset(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWithinSubset(member));
}
