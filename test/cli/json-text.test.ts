import { expect, test } from 'vitest';
import { jsonText } from '../../src/cli/shell/json-text.ts';

test('JSON for a terminal escapes what is not seen, moves the cursor or turns the writing, and reads as the same', () => {
  const value = {
    name: 'a\u009b31m\u202eb\u200b\u061c\u00ad\u{e0041}\u0007c',
    case: '（2026）浙01刑初123号',
    lines: 'a\nb',
  };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toMatch(/^[\n\x20-\x7e\p{Script=Han}（）]*$/u);
  expect(text).toContain('\\u009b31m\\u202eb\\u200b');
  expect(jsonText({ a: 1 }, 0)).toBe('{"a":1}');
});
