import { describe, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { evidenceSchema } from '../../src/kinds/evidence/schema.ts';
import { evidenceView } from '../../src/kinds/evidence/view.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { checkedReceipt, isReceiptOf } from '../../src/registrar/compare.ts';
import { EXAMPLES } from '../../src/server/examples.ts';

const { sample } = evidenceSchema;
const registered = { kind: evidenceView, registration: sample };
const receipt = EXAMPLES.receipt as Json;

test('the receipt of a registration is accepted, also where the case number is spelled otherwise', () => {
  const { parsed } = checkedReceipt({ sha256: nodeSha256 }, receipt, registered);
  const registration = { ...sample, case: { number: '杭检刑诉(2026) 123号' } };
  expect(isReceiptOf(nodeSha256, parsed, { kind: evidenceView, registration })).toBe(true);
});

describe('the receipt of something else is refused', () => {
  const cases = {
    'another case': [{ registration: { ...sample, case: { number: '(2026) 124' } } }, 'it is of another case number'],
    'another size': [{ registration: { ...sample, file: { ...sample.file, size: 41 } } }, /file/],
    'another digest': [
      { registration: { ...sample, digests: { ...sample.digests, sha256: 'ab'.repeat(32) } } },
      /file/,
    ],
    'another kind': [{ kind: { ...evidenceView, name: 'deed' } }, 'it is of another kind of record'],
  } as const;
  test.each(Object.entries(cases))('%s', (_, [change, reason]) => {
    const other = { ...registered, ...change };
    const check = () => checkedReceipt({ sha256: nodeSha256 }, receipt, other);
    expect(check).toThrow(expect.objectContaining({ code: 'receipt-wrong', message: expect.stringMatching(reason) }));
    expect(isReceiptOf(nodeSha256, checkedReceipt({ sha256: nodeSha256 }, receipt, registered).parsed, other)).toBe(
      false,
    );
  });
});
