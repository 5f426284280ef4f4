import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Case, CASES, casesIn, NOT_SHOWN } from './catalogue.ts';
import type { Figures } from './figures.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const REPORT = join(ROOT, 'docs', 'FAULTS.md');

/**
 * Writes `docs/FAULTS.md` at the end of a whole run; a run of some files or of some tests writes
 * nothing.
 */
export class FaultReport implements Reporter {
  readonly #startedMs = performance.now();

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const byCase = new Map(Object.keys(CASES).map((id) => [id, tests.filter((test) => shows(test, id))]));
    const missing = [...byCase].filter(([, shown]) => shown.length === 0).map(([id]) => id);
    if (missing.length > 0) {
      console.log(`docs/FAULTS.md was not written: nothing ran for ${missing.join(' ')}`);
      return;
    }
    const minutes = (performance.now() - this.#startedMs) / 60_000;
    writeFileSync(REPORT, format(byCase, minutes));
    console.log(`wrote ${relative(ROOT, REPORT)}`);
  }
}

function shows(test: TestCase, id: string): boolean {
  return casesIn(test.name).includes(id) && test.result().state !== 'skipped';
}

/** What must be zero over all tests; a test that does not count it proves nothing about it. */
const NEVER = {
  lost: 'acknowledged records lost',
  wrongAnswers: 'wrong answers served',
  wrongCheckpoints: 'wrong checkpoints signed',
} as const;

function format(byCase: ReadonlyMap<string, readonly TestCase[]>, minutes: number): string {
  const run = new Set([...byCase.values()].flat());
  const failed = [...run].filter((test) => !test.ok());
  const sums = sumOf([...run].map((test) => test.meta().figures ?? {}));
  const lines = [
    '# Faults',
    '',
    'Written by `npm run faults`, not by hand: each case, the tests that show it, and what they counted.',
    '',
    ...Object.entries(NEVER).map(([figure, name]) => `- **${sums.get(figure) ?? 'not counted'}** ${name}`),
    `- ${run.size} tests for ${byCase.size} cases, ${failed.length} failed; ${minutes.toFixed(1)} minutes`,
    `- Counted over all tests: ${otherSums(sums)}`,
    `- Node ${process.version}, Linux ${release()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    '',
    ...[...byCase].flatMap(([id, tests]) => section(id, CASES[id]!, tests)),
    '## Not shown',
    '',
    ...Object.entries(NOT_SHOWN).map(
      ([id, { fault, expected, reason }]) => `- **${id}** ${fault} → ${expected}: ${reason}`,
    ),
    '',
  ];
  return lines.join('\n');
}

function section(id: string, { fault, expected }: Case, tests: readonly TestCase[]): string[] {
  const alike = Map.groupBy(
    tests,
    (test) => `${test.ok()} ${test.module.moduleId} ${nameOf(test).replace(/[0-9]+/g, '#')}`,
  );
  const lines = [...alike.values()].flatMap((group) =>
    group.length > 3 ? [lineOf(group)] : group.map((test) => lineOf([test])),
  );
  return [`## ${id} ${fault}`, '', `Expected: ${expected}.`, '', ...lines, ''];
}

/** One line for tests that differ only in a number, with the sums of what they counted. */
function lineOf(group: readonly TestCase[]): string {
  const [first] = group as [TestCase];
  const figures = first.meta().figures ?? {};
  const counted =
    group.length === 1 ? Object.entries(figures) : [...sumOf(group.map((test) => test.meta().figures ?? {}))];
  const file = relative(ROOT, first.module.moduleId);
  const others = group.length === 1 ? '' : `, and ${group.length - 1} others like it`;
  return `- ${first.ok() ? 'ok' : '**failed**'} · ${nameOf(first)}${others} (\`${file}\`)${counted.length === 0 ? '' : `: ${textOf(counted)}`}`;
}

function nameOf(test: TestCase): string {
  return test.fullName.replace(/ \[[^\]]*\]$/, '').replaceAll(' > ', ', ');
}

function sumOf(all: readonly Figures[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, value] of all.flatMap((figures) => Object.entries(figures))) {
    if (typeof value === 'number') sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

const SUMMED = ['seeds', 'kills', 'flips', 'injections', 'cuts', 'acknowledged'] as const;

function otherSums(sums: ReadonlyMap<string, number>): string {
  return textOf(SUMMED.filter((name) => sums.has(name)).map((name) => [name, sums.get(name)!]));
}

function textOf(figures: readonly (readonly [string, number | string])[]): string {
  return figures
    .map(([name, value]) => `${words(name)} ${typeof value === 'number' ? value.toLocaleString('en') : value}`)
    .join(', ');
}

/** `wrongAnswers` → `wrong answers` */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
