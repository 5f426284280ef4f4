import { beforeAll, expect, test } from 'vitest';
import { documentedTable } from './document.ts';
import { drill } from './drill.ts';
import type { Minutes } from './minutes.ts';
import { table } from './table.ts';

/** `npm run drill`, and that docs/drill.md has its outcome. */

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

test.each(['en', 'zh'] as const)('the document in %s has the table that the drill prints', (lang) => {
  expect(documentedTable(lang).map(cells)).toEqual(table(minutes.attacks, lang).split('\n').map(cells));
});

/** A row without the padding, however wide its columns are. */
function cells(row: string): string {
  return row.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}
