import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASES, casesIn, NOT_SHOWN } from './faults/catalogue.ts';

const ROOT = join(import.meta.dirname, '..');

test('every case of the catalogue is named by a test, or has a reason why not', () => {
  const sources = globSync('test/**/*.test.ts', { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const tags = sources.flatMap((text) =>
    [...text.matchAll(/\[(?:[STCEMW]\d{1,3} ?)+\](?=['`])/g)].flatMap(([tag]) => casesIn(tag)),
  );
  const named = new Set(tags);
  expect(Object.keys(CASES).filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => CASES[id] === undefined)).toEqual([]);
  expect(Object.keys(NOT_SHOWN).filter((id) => named.has(id))).toEqual([]);
});
