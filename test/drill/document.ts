import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lang } from '../../src/text/message.ts';
import type { Attack } from './transcript.ts';
import { table } from './table.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const DRILL_DOCUMENTS: Readonly<Record<Lang, string>> = {
  en: join(docs, 'drill.md'),
  zh: join(docs, 'drill.zh-CN.md'),
};
const BEGIN = '<!-- written by npm run drill -- --write -->';
const END = '<!-- end -->';

/** Replaces the table of both documents by the outcome of this drill. */
export function writeDocuments(attacks: readonly Attack[]): void {
  for (const lang of ['en', 'zh'] as const) {
    const path = DRILL_DOCUMENTS[lang];
    const [before, rest] = readFileSync(path, 'utf8').split(BEGIN);
    const after = rest!.split(END)[1]!;
    writeFileSync(path, `${before}${BEGIN}\n\n${table(attacks, lang)}\n\n${END}${after}`);
  }
}

/** The table that a document has, row by row. */
export function documentedTable(lang: Lang): string[] {
  const text = readFileSync(DRILL_DOCUMENTS[lang], 'utf8');
  return text.split(BEGIN)[1]!.split(END)[0]!.trim().split('\n');
}
