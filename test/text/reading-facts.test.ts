import { expect, test } from 'vitest';
import { fromBase64, utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { parseJson } from '../../src/protocol/encoding/json.ts';
import { JSON_KINDS, list, members, text } from '../../src/protocol/encoding/shape.ts';
import { parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { errorText } from '../../src/text/error-text.ts';
import { FACT_NAMES } from '../../src/text/reading-facts.ts';

const thrownBy = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

test.each([
  ['a member that is missing', () => members('receipt', {}, ['record']), '位置：回执 record；实际：缺失'],
  ['a member that is unknown', () => members('receipt', { x: 1 }, []), '位置：回执；实际："x"'],
  ['a value of another kind', () => text('salt', [], 9), '位置：salt；实际：列表；应为：文本'],
  ['a text that is too long', () => text('salt', 'abcd', 3), '位置：salt；实际：4 字节；上限：3 字节'],
  ['a list that is too long', () => list('keys', [1, 2], 1), '位置：keys；实际：2 项；上限：1 项'],
  ['bytes of another length', () => fromBase64('salt', 'AAAA', 4), '位置：salt；实际：3 字节；应为：4 字节'],
  [
    'JSON that ends early',
    () => parseJson('trust file', '{"a":1', 99),
    '位置：核验基准文件；第 6 个字符（自 0 起）；应为：}',
  ],
  ['a document that is too large', () => parseJson('receipt', 'null', 3), '位置：回执；实际：4 字节；上限：3 字节'],
  ['another format', () => parseReceipt('{"format":"x"}'), '位置：format；实际："x"；应为：evidence-ledger/receipt/v1'],
  ['a line of a policy', () => parsePolicy('quorum\n'), '第 1 行；应为：quorum <name>'],
])('Chinese readers learn place, found and expected value: %s', (_, read, facts) => {
  const error = thrownBy(read);
  expect(error).toBeInstanceOf(ProtocolError);
  const { zh, en } = errorText(error);
  expect(zh.slice(zh.indexOf('（'))).toBe(`（${facts}）`);
  expect(en).toBe((error as ProtocolError).message);
});

test('a sentence without facts stands alone', () => {
  expect(errorText(thrownBy(() => utf8Bytes('\ud800'))).zh).toBe('文本中有不成对的代理字符');
});

test('every kind of JSON value but null has a Chinese name', () => {
  expect(JSON_KINDS.filter((kind) => !(kind in FACT_NAMES))).toEqual(['null']);
});
