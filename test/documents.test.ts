import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { withCodeLists } from '../scripts/protocol-codes.ts';
import { SETTINGS } from '../src/cli/settings/settings-table.ts';
import { COLLECTION_METHODS } from '../src/kinds/sections/view.ts';
import { httpAnswer, PROBLEM_CODES } from '../src/http/problem.ts';
import { AUDIT_CODES } from '../src/text/audit.ts';
import { CATALOGUE } from '../src/text/catalogue.ts';
import { CERT, COMMANDS } from '../src/text/help.ts';
import { HOME_PAGE } from '../src/text/home-page.ts';
import type { Message } from '../src/text/message.ts';
import { OPERATOR, REFUSING } from '../src/text/operator.ts';
import { PAGE_FRAME } from '../src/text/page-frame.ts';
import { REPORT } from '../src/text/report.ts';
import { VARIABLES } from '../src/text/settings.ts';
import { STEP_CODES } from '../src/text/step-codes.ts';
import { VERDICT_LABELS } from '../src/text/verdicts.ts';
import { VERIFY_PAGE } from '../src/text/verify-page.ts';
import { VERIFY_SERVICE } from '../src/text/verify-service.ts';
import { ALARMS, WITNESS } from '../src/text/witness.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const protocol = read('PROTOCOL.md');
const missing = (codes: Iterable<string>) => [...codes].filter((code) => !protocol.includes(`\`${code}\``));

test('the lists of codes in PROTOCOL.md are those that npm run codes writes', () => {
  expect(withCodeLists(protocol)).toBe(protocol);
});

test('PROTOCOL.md lists every code of service, steps, audit and command line', () => {
  const tables = [STEP_CODES, AUDIT_CODES, CATALOGUE].flatMap((table) => Object.keys(table));
  expect(missing(tables.map((code) => code.split('/').at(-1)!))).toEqual([]);
});

test('PROTOCOL.md lists every code that reading the formats can give', () => {
  const sources = globSync('src/protocol/**/*.ts', { cwd: root })
    .map((file) => read(file))
    .join('\n');
  const codes = [...sources.matchAll(/(?:ProtocolError|#fail)\(\s*'([a-z0-9-]+)'/g)].map((match) => match[1]!);
  expect(codes.length).toBeGreaterThan(20);
  expect(missing(new Set(codes))).toEqual([]);
});

test('PROTOCOL.md lists every code that a witness refuses with', () => {
  const sources = globSync(['src/witness/*.ts', 'src/adapters/witness-state/*.ts'], { cwd: root }).map((file) =>
    read(file),
  );
  const patterns = [/refused\([0-9]{3}, '([a-z-]+)'/g, /LedgerError\('([a-z-]+)'/g, /code: '([a-z-]+)'/g];
  const codes = patterns.flatMap((pattern) => [...sources.join('\n').matchAll(pattern)].map(([, code]) => code!));
  expect(codes.length).toBeGreaterThan(12);
  expect(missing(new Set(codes))).toEqual([]);
});

test('PROTOCOL.md and the service agree on the status of each problem', () => {
  for (const code of PROBLEM_CODES) expect(protocol).toContain(`\`${code}\` (${httpAnswer(code).status})`);
});

/** Everything that is written for readers, by its path. */
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'ops/*.md', 'test/vectors/*.md'], { cwd: root });
const HANDBOOK = DOCUMENTS.filter((name) => name.startsWith('docs/handbook/'));
const readable = (name: string) => read(name).replaceAll(/^```.*?^```$/gms, '');

test('there is a page for each reader, in both languages', () => {
  const pages = ['handler', 'court', 'auditor', 'operator', 'administrator', 'witness'].flatMap((who) => [
    `${who}.en.md`,
    `${who}.zh-CN.md`,
  ]);
  expect(HANDBOOK.map((name) => basename(name)).toSorted()).toEqual(pages.toSorted());
});

test.each(DOCUMENTS)('%s names only files, headings and commands that exist', (document) => {
  for (const [, target, heading] of readable(document).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
    const file = target === '' ? document : join(dirname(document), target!);
    expect([target, existsSync(join(root, file))]).toEqual([target, true]);
    if (heading !== undefined) expect(headingsOf(file)).toContain(heading);
  }
  for (const [, file] of read(document).matchAll(/`((?:src|scripts|test|contracts|bench|docs|ops)\/[\w./-]*)`/g)) {
    expect([file, existsSync(join(root, file!))]).toEqual([file, true]);
  }
  for (const [, command] of read(document).matchAll(/(?:npm run evl --|`evl) ([a-z][a-z-]*)/g)) {
    expect(Object.keys(COMMANDS)).toContain(command);
  }
});

/** As GitHub names headings in links. */
function headingsOf(document: string): string[] {
  return [...readable(document).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(DOCUMENTS)('%s names only settings and metrics that exist', (document) => {
  const ofTests = ['EVL_REQUIRE_ALL', 'EVL_TESTS'];
  const settings = [...Object.values(SETTINGS).map(({ env }) => env), ...Object.keys(VARIABLES), ...ofTests];
  const named = [...read(document).matchAll(/\bEVL_[A-Z_]*[A-Z]\b/g)].map(([name]) => name);
  expect(named.filter((name) => !settings.includes(name))).toEqual([]);
  const metrics = ['src/server/metrics.ts', 'src/witness-server/metrics.ts', 'src/cli/tasks/watch-metrics.ts']
    .map(read)
    .join('');
  const shown = [...read(document).matchAll(/`(evl_[a-z_]+[a-z])`/g)].map(([, name]) => name!);
  expect(shown.filter((name) => !metrics.includes(`'${name}'`))).toEqual([]);
});

test.each(HANDBOOK)('%s names only codes that exist', (page) => {
  const others = [...Object.keys(COMMANDS), ...LOG_EVENTS, ...COLLECTION_METHODS, 'evidence-ledger'];
  const named = [...readable(page).matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name!);
  expect(missing(named.filter((name) => !others.includes(name)))).toEqual([]);
});

/** The names of events in the service's JSON log. */
const LOG_EVENTS = ['src/compose/service-log.ts', 'src/compose/witness-log.ts', 'src/compose/witness.ts'].flatMap(
  (file) => [...read(file).matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, name]) => name!),
);

const lists: readonly (readonly [string, 'en' | 'zh', RegExp, least: number])[] = [
  ['docs/handbook/operator.en.md', 'en', /"([^"]+)"/g, 7],
  ['docs/handbook/operator.zh-CN.md', 'zh', /“([^”]+)”/g, 7],
  ['docs/handbook/witness.en.md', 'en', /"([^"]+)"/g, 4],
  ['docs/handbook/witness.zh-CN.md', 'zh', /“([^”]+)”/g, 4],
];
test.each(lists)('%s quotes its incidents as the program prints them', (page, lang, quoted, least) => {
  const said = [OPERATOR, REFUSING, CATALOGUE, WITNESS, ALARMS].flatMap((table) =>
    Object.values(table).map((words) => words[lang]),
  );
  const rows = read(page)
    .split('\n')
    .filter((row) => row.startsWith('|'));
  const quotes = rows.flatMap((row) => [...row.split(' | ')[0]!.matchAll(quoted)].map(([, quote]) => quote!));
  expect(quotes.length).toBeGreaterThanOrEqual(least);
  const isSaid = (quote: string) => said.some((text) => quote.split('…').every((part) => text.includes(part.trim())));
  expect(quotes.filter((quote) => !isSaid(quote))).toEqual([]);
});

test.each([
  ['docs/handbook/court.en.md', 'en', '## By the command line'],
  ['docs/handbook/court.zh-CN.md', 'zh', '## 用命令行核验'],
  ['docs/handbook/handler.en.md', 'en', '## What to keep'],
  ['docs/handbook/handler.zh-CN.md', 'zh', '## 应当保管什么'],
] as const)('%s names what the pages show as they show it', (page, lang, end) => {
  const labels = [PAGE_FRAME, VERIFY_PAGE, VERIFY_SERVICE, HOME_PAGE, REPORT, VERDICT_LABELS]
    .flatMap((table) => Object.values<Message>(table))
    .map((label) => label[lang].replaceAll(/\{[^}]*\}/g, '…'));
  const text = read(page).split(end)[0]!;
  const named = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label!);
  expect(named.length).toBeGreaterThan(5);
  const isNoLabel = (label: string) =>
    /[.?。？]$|^(?:The file|Its receipt|A trust file|要核验的文件|它的回执|核验基准文件)$/.test(label);
  expect(named.filter((label) => !labels.includes(label) && !isNoLabel(label))).toEqual([]);
});

test('the help of evl cert names its files as they are named', () => {
  const source = read('src/cli/commands/cert.ts');
  for (const name of ['certificate-', 'list.pdf']) {
    expect(source).toContain(name);
    for (const text of Object.values(CERT.output)) expect(text).toContain(name);
  }
});

test('every dependency has its line of reason in docs/dependencies.md', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const reasons = read('docs/dependencies.md');
  const named = (name: string) =>
    reasons.includes(`\`${name}\``) || (name.startsWith('@types/') && reasons.includes('`@types/*`'));
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !named(name))).toEqual([]);
});
