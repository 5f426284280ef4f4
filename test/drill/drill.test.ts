import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { drill } from './drill.ts';
import type { Minutes } from './minutes.ts';
import { table } from './table.ts';

/** `npm run drill`, and that the README tells it in its words. */

let minutes: Minutes;
const lines: string[] = [];

beforeAll(async () => {
  minutes = await drill('en', (line) => lines.push(line));
}, 300_000);

test('everything is seen by whom it should be, and by nobody else', () => {
  expect(minutes.surprises, lines.join('\n')).toEqual([]);
});

test('somebody finds each of the four attacks, and so does an auditor who has nothing but URLs and a trust file', () => {
  const titles = minutes.attacks.map(({ title }) => title.en);
  expect(titles).toHaveLength(4);
  const finders = (isNewcomer: boolean) =>
    minutes.attacks
      .filter(({ sights }) =>
        sights.some(({ grade, who }) => grade === 'alarm' && (!isNewcomer || who.en === 'an auditor without memory')),
      )
      .map(({ title }) => title.en);
  expect(finders(false)).toEqual(titles);
  expect(finders(true)).toEqual(titles);
});

test.each([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const)('%s has the table that the drill prints', (file, lang) => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
    .split('\n')
    .map(cells);
  const printed = table(minutes.attacks, lang).split('\n').map(cells);
  const begin = readme.indexOf(printed[0]!);
  expect(readme.slice(begin, begin + printed.length)).toEqual(printed);
});

/** A row without the padding, however wide its columns are. */
function cells(row: string): string {
  return row.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}
