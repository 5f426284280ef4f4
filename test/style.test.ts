import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

/** The rules of docs/style.md on layout that Prettier does not check. */

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const MAX_COMMENT_COLUMNS = 100;

describe('comments wrap at 100 columns', () => {
  const sources = globSync(['*.ts', '{src,scripts,test,bench}/**/*.{ts,tsx,mjs,js}'], { cwd: root });
  test.each(sources)('%s', (file) => {
    const source = read(file);
    const lines = source.split('\n');
    const lineAt = (offset: number) => source.slice(0, offset).split('\n').length - 1;
    const wide = parseSync(file, source)
      .comments.flatMap(({ start, end }) => lines.slice(lineAt(start), lineAt(end) + 1))
      .filter((line) => line.length > MAX_COMMENT_COLUMNS && !isUnbreakable(line));
    expect(wide).toEqual([]);
  });
});

/** Directives must stay on one line; layouts and examples are indented. */
function isUnbreakable(line: string): boolean {
  return /\/\/ (?:oxlint-disable|prettier-ignore|@ts-expect-error)|^ *\* {3}/.test(line);
}

const GENERATED = new Set([
  'docs/FAULTS.md',
  'docs/PERFORMANCE.md',
  'docs/SETTINGS.md',
  'docs/drill.md',
  'docs/cli.md',
]);

describe('Markdown has one sentence a line', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'ops/*.md', 'test/vectors/*.md'], { cwd: root });
  test.each(documents.filter((file) => !GENERATED.has(file.replace('.zh-CN', ''))))('%s', (file) => {
    const prose = read(file)
      .replaceAll(/^ *```.*?^ *```$/gms, '')
      .replaceAll(/`[^`\n]*`/g, 'x')
      .split('\n')
      .filter((line) => !line.startsWith('|') && !line.startsWith('#'));
    const sentenceEnd = /[.?!][)”"*]* +[A-Z“"(*[]|[。？！][”）*]*(?=[^\s”）*|])/;
    const listMark = /^ *(?:[-*>]|\d+\.) /;
    expect(prose.filter((line) => sentenceEnd.test(line.replace(listMark, '')))).toEqual([]);
  });
});
