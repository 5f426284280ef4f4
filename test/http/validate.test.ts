import { expect, test } from 'vitest';
import * as z from 'zod';
import { validate } from '../../src/http/validate.ts';
import { parseJson } from '../../src/protocol/encoding/json.ts';

const SCHEMA = z.strictObject({ name: z.string().min(1).max(20), list: z.array(z.string().max(3)).min(1) });

test.each([
  ['{"name":{"length":{}},"list":["a"]}', '/name'],
  ['{"name":"a","list":{"length":{"valueOf":1,"toString":2}}}', '/list'],
  ['{"name":"a","list":[{"length":{}}]}', '/list/0'],
  ['{"name":{"length":7},"list":["a"]}', '/name'],
])('names the member in %s that is an object with a length', (text, pointer) => {
  expect(() => validate(SCHEMA, parseJson('body', text, 1000))).toThrow(
    expect.objectContaining({
      code: 'validation-failed',
      errors: [expect.objectContaining({ pointer, code: 'type-wrong' })],
    }),
  );
});
