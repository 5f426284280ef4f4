import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/text/catalogue.ts';
import { isMessage } from '../../src/text/message.ts';
import { STEP_CODES } from '../../src/text/step-codes.ts';

const sources = globSync(['src/**/*.{ts,tsx,js}', 'scripts/*.ts']).map((file) => ({
  isText: file.replaceAll('\\', '/').startsWith('src/text/'),
  text: readFileSync(file, 'utf8'),
}));
const all = sources.map(({ text }) => text).join('\n');
const outside = sources.map(({ isText, text }) => (isText ? '' : text)).join('\n');

/** The tables of src/text by name, each with the names of its messages. */
async function tables(): Promise<[string, string[]][]> {
  const found: [string, string[]][] = [];
  for (const file of globSync('src/text/*.ts').toSorted()) {
    const module = (await import(`../../${file.replaceAll('\\', '/')}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== 'object' || value === null || isMessage(value)) continue;
      const members = Object.entries(value as Record<string, unknown>);
      const messages = members.filter(([, member]) => typeof member === 'object' && member !== null && 'zh' in member);
      if (messages.length > 0) found.push([name, messages.map(([key]) => key)]);
    }
  }
  return found;
}

/** Names that a library or the system gives, lists, and tables that tests of their own compare. */
const NAMED_BY_OTHERS = [
  'ACCESS_ERRORS',
  'CATALOGUE',
  'DIRECTORY_ERRORS',
  'EXIT_MEANINGS',
  'HELP_HEADINGS',
  'OS_ERRORS',
  'PEOPLE_ERRORS',
  'REQUEST_ERRORS',
  'STEP_CODES',
  'TYPE_NAMES',
];

/** Whether the table is read by names that are only known at run time: by index or as a whole. */
function isLookedUp(table: string): boolean {
  return new RegExp(`\\b${table}\\[(?!')|[=:(,] ?\\(?${table}(?:;|,|\\)| as | satisfies)|\\bin ${table}\\b`).test(all);
}

/** Whether the text is read as `TABLE.key`, or its name stands where a table is looked up. */
function isUsed(table: string, key: string): boolean {
  const member = `\\b${table}(?:\\.${key}\\b|\\['${key}'\\])`;
  const name = `'${key}'|(?<!\\w)${key}:`;
  return new RegExp(isLookedUp(table) ? `${member}|${name}` : member).test(outside);
}

test('every text of a table is used', async () => {
  const found = await tables();
  expect(found.length).toBeGreaterThan(50);
  const checked = found.filter(([table]) => !NAMED_BY_OTHERS.includes(table));
  const unused = checked.flatMap(([table, keys]) =>
    keys.filter((key) => !isUsed(table, key)).map((key) => `${table}.${key}`),
  );
  expect(unused).toEqual([]);
});

test('a table has one name: bundles are cut down to what is mentioned by it', () => {
  expect(outside.match(/(?<=^import \{[^}]*)\b[A-Z_]+ as [A-Z_]+(?=[^}]*\} from '[^']*\/text\/)/gm) ?? []).toEqual([]);
});

test('every code of the catalogue is raised somewhere', () => {
  expect(Object.keys(CATALOGUE).filter((code) => !outside.includes(`'${code}'`))).toEqual([]);
});

test('every code of a step is given somewhere', () => {
  const codes = Object.keys(STEP_CODES).map((code) => code.split('/').at(-1)!);
  expect(codes.filter((code) => !outside.includes(`'${code}'`))).toEqual([]);
});
