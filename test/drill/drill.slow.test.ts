import { beforeAll, expect, test } from 'vitest';
import { documentedTable } from './document.ts';
import { drill } from './drill.ts';
import type { Transcript } from './transcript.ts';
import { table } from './table.ts';

/** `npm run drill`, and that docs/drill.md has its outcome. */

let transcript: Transcript;
const lines: string[] = [];

beforeAll(async () => {
  transcript = await drill('en', (line) => lines.push(line));
});

test('every participant comes to the expected result', () => {
  expect(transcript.surprises, lines.join('\n')).toEqual([]);
});

test('each of the four attacks is found, also by an auditor with only URLs and a trust file', () => {
  const titles = transcript.attacks.map(({ title }) => title.en);
  expect(titles).toHaveLength(4);
  const finders = (isNewcomer: boolean) =>
    transcript.attacks
      .filter(({ entries }) =>
        entries.some(
          ({ grade, who }) => grade === 'alarm' && (!isNewcomer || who.en === 'an auditor without a state file'),
        ),
      )
      .map(({ title }) => title.en);
  expect(finders(false)).toEqual(titles);
  expect(finders(true)).toEqual(titles);
});

test.each(['en', 'zh'] as const)('the document in %s has the table that the drill prints', (lang) => {
  expect(documentedTable(lang).map(cells)).toEqual(table(transcript.attacks, lang).split('\n').map(cells));
});

/** A row without the padding, however wide its columns are. */
function cells(row: string): string {
  return row.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}
