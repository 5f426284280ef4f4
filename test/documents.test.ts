import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_CODES } from '../src/text/audit.ts';
import { FAILURES } from '../src/text/failures.ts';
import { COMMANDS } from '../src/text/help.ts';
import { PORT_FAILURES } from '../src/text/operator.ts';
import { PROBLEMS } from '../src/text/problems.ts';
import { STEP_CODES } from '../src/text/step-codes.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const protocol = read('PROTOCOL.md');
const missing = (codes: Iterable<string>) => [...codes].filter((code) => !protocol.includes(`\`${code}\``));

test('PROTOCOL.md lists every code of service, steps, audit and command line', () => {
  const tables = [PROBLEMS, STEP_CODES, AUDIT_CODES, FAILURES, PORT_FAILURES].flatMap((table) => Object.keys(table));
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

test('PROTOCOL.md and the service agree on the status of each problem', () => {
  const statuses = [...read('src/server/problem.ts').matchAll(/^ {2}'?([a-z-]+)'?: ([0-9]{3}),$/gm)];
  expect(statuses.length).toBe(Object.keys(PROBLEMS).length);
  for (const [, code, status] of statuses) expect(protocol).toContain(`\`${code}\` (${status})`);
});

test('the documents name only files and commands that exist', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'PROTOCOL.md']) {
    const text = read(document);
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect([target, existsSync(join(root, target!))]).toEqual([target, true]);
    for (const [, file] of text.matchAll(/`((?:src|scripts|test|contracts|bench)\/[\w./-]*)`/g)) {
      expect([file, existsSync(join(root, file!))]).toEqual([file, true]);
    }
    for (const [, command] of text.matchAll(/npm run evl -- ([a-z-]+)/g)) {
      if (!command!.startsWith('-')) expect(Object.keys(COMMANDS)).toContain(command);
    }
  }
});

test('every dependency has its line of reason in ARCHITECTURE.md', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const architecture = read('ARCHITECTURE.md');
  const named = (name: string) =>
    architecture.includes(`\`${name}\``) || (name.startsWith('@types/') && architecture.includes('`@types/*`'));
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !named(name))).toEqual([]);
});
