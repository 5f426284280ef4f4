import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { parseReceipt, readReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust, readTrust } from '../../src/protocol/trust-file.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { evlProcess } from '../cli/evl.ts';
import { report } from '../faults/figures.ts';
import { commitment } from '../oracle/record.ts';
import { Scenario } from '../protocol/scenario.ts';
import { codeOf } from '../protocol/thrown.ts';
import type { Outcome } from './verify-process.ts';

/** Input that is meant to make a verifier slow, large, or wrong. */

/** Of processor time. */
const MOST_MS = 5000;
/** A receipt of 4 MiB may hold a million values, each of which takes some memory. */
const MOST_MB = 192;

test('receipts that are huge or deep: no pass, in seconds, in the memory that an honest one of the largest size takes [M86]', async (context) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=256', join(import.meta.dirname, 'verify-process.ts')],
    { maxBuffer: 1 << 20 },
  );
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
  expect(outcomes.length).toBeGreaterThan(15);
  for (const { name, outcome, ms, grownMb } of outcomes) {
    expect(outcome, name).toMatch(/^(?:INDETERMINATE|INCONSISTENT|[a-z-]+)$/);
    expect(ms, `${name}: ms`).toBeLessThan(MOST_MS);
    expect(grownMb, `${name}: MB`).toBeLessThan(MOST_MB);
  }
  const outcomeOf = (name: string) => outcomes.find((each) => each.name === name)?.outcome;
  expect(outcomeOf('a proof of 100 MB, as bytes')).toBe('json-too-large');
  expect(outcomeOf('a proof of 100 MB, alone')).toBe('proof-malformed');
  expect(outcomeOf('a list, a million levels deep')).toBe('json-too-deep');
  expect(outcomeOf('a section, a million levels deep')).toBe('json-too-deep');
  report(context, {
    inputs: outcomes.length,
    slowestMs: Math.round(Math.max(...outcomes.map(({ ms }) => ms))),
    grownMb: Math.round(outcomes.reduce((sum, { grownMb }) => sum + grownMb, 0)),
  });
});

test('the command line is not delayed by such a receipt, and exits with 6 [M86]', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'evl-attacks-'));
  try {
    const trust = join(cwd, 'trust.json');
    writeFileSync(trust, JSON.stringify(new Scenario().trust));
    writeFileSync(join(cwd, 'f'), 'x');
    const sources: readonly (readonly [string, Buffer | string, string])[] = [
      ['huge', Buffer.alloc(100_000_000, '{"format":"evidence-ledger/receipt/v1","proof":"'), 'json-too-large'],
      ['deep', '['.repeat(1_000_000), 'json-too-deep'],
    ];
    for (const [name, source, code] of sources) {
      const receipt = join(cwd, `${name}.receipt.json`);
      writeFileSync(receipt, source);
      const startMs = performance.now();
      const { exit, stdout } = await evlProcess(['verify', 'f', receipt, '--trust', trust, '--offline', '--json'], {
        cwd,
        env: { EVL_HOME: join(cwd, 'home'), NODE_OPTIONS: '--max-old-space-size=128' },
      });
      expect(exit, stdout).toBe(6);
      expect(stdout).toContain(code);
      expect(performance.now() - startMs).toBeLessThan(60_000);
    }
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

describe('names that every object has', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'toJSON',
    '__defineGetter__',
  ];
  const whole = JSON.stringify(new Scenario().receipt);
  const objects = [...whole.matchAll(/\{(?=")/g)].map(({ index }) => index + 1);
  const { file, trust } = new Scenario();
  const judge = (receipt: ReturnType<typeof parseReceipt>) =>
    verifyReceipt({ receipt, trust: { source: 'file', value: parseTrust(JSON.stringify(trust)) }, file: file! })
      .verdict;

  test.each(NAMES)('%s in any object of a receipt brings nothing in, read by us or by JSON.parse [M86]', (name) => {
    const payload = `{"sha256":"${file!.sha256}","status":"pass","header":{},"value":{}}`;
    for (const at of objects) {
      const source = `${whole.slice(0, at)}"${name}":${payload},${whole.slice(at)}`;
      for (const read of [() => parseReceipt(source), () => readReceipt(JSON.parse(source) as Json)]) {
        const refused = codeOf(read);
        if (refused !== undefined) expect(refused).toBe('shape-wrong');
        else expect(['INCONSISTENT', 'INDETERMINATE'], `${name} at ${at}`).toContain(judge(read()));
      }
    }
    expect(Object.prototype).not.toHaveProperty('sha256');
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
  });

  test('a digest that only a prototype has does not count [M86]', () => {
    const scenario = new Scenario();
    const section = scenario.receipt.record.disclosed.find(({ name }) => name === 'digests')!;
    section.value = JSON.parse(`{"__proto__":{"sha256":"${file!.sha256}"}}`) as unknown;
    scenario.receipt.record.header.sections['digests'] = commitment(section);
    const source = JSON.stringify(scenario.receipt);
    expect(source).toContain('__proto__');
    for (const receipt of [parseReceipt(source), readReceipt(JSON.parse(source) as Json)]) {
      const { steps } = verifyReceipt({ receipt, file: file! });
      expect(steps.find(({ step }) => step === 'file-digest')).toMatchObject({
        status: 'unknown',
        code: 'digests-unreadable',
      });
    }
  });

  test.each(NAMES)('%s in a trust file is refused [M86]', (name) => {
    const source = JSON.stringify(trust);
    for (const { index } of source.matchAll(/\{(?=")/g)) {
      const bent = `${source.slice(0, index + 1)}"${name}":{},${source.slice(index + 1)}`;
      expect(codeOf(() => parseTrust(bent))).toBe('shape-wrong');
      expect(codeOf(() => readTrust(JSON.parse(bent) as Json))).toBe('shape-wrong');
    }
  });
});

describe('numbers that are none', () => {
  test.each(['NaN', 'Infinity', '-Infinity', '1e400', '-1e400', '0x1', '01', '1_000', '+1', '.5'])(
    '%s anywhere in a receipt or a trust file [M86]',
    (number) => {
      for (const [source, parse] of [
        [JSON.stringify(new Scenario().receipt), parseReceipt],
        [JSON.stringify(new Scenario().trust), parseTrust],
      ] as const) {
        for (const { index, 0: value } of source.matchAll(/(?<=:)(?:"[^"]*"|\d+)(?=[,}])/g)) {
          const bent = source.slice(0, index) + number + source.slice(index + value.length);
          expect(codeOf(() => parse(bent))).toMatch(/^json-(?:invalid|number-unsafe)$/);
        }
      }
    },
  );

  test('NaN for a size, a time or a number of the caller is no pass [M86]', () => {
    const withSize = new Scenario();
    withSize.file = { ...withSize.file!, size: Number.NaN };
    expect(withSize.judge().verdict).toBe('INCONSISTENT');
    for (const nowMs of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const scenario = new Scenario();
      scenario.trust!.maxPendingMs = 86_400_000;
      scenario.receipt.anchor = null;
      scenario.nodes = [];
      scenario.nowMs = nowMs;
      expect(scenario.judge().verdict, String(nowMs)).toBe('INDETERMINATE');
    }
  });

  test('JSON numbers that JavaScript cannot hold are no members of what is hashed [M86]', () => {
    for (const number of [2 ** 53, -(2 ** 53), 1.5, 5e-324, 1.7e308]) {
      const scenario = new Scenario();
      scenario.receipt.record.disclosed[0]!.value = { size: number };
      expect(scenario.judge().verdict).toBe('INDETERMINATE');
    }
  });
});
