import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellBlocks } from '../document-blocks.ts';
import { Service, Workplace } from './program.ts';
import { isAvailable } from '../availability.ts';

/** The blocks of docs/verify-by-hand.md, as they stand there. */
const recipe = shellBlocks('docs/verify-by-hand.md').join('');
const hasTools = ['bash', 'openssl', 'sha256sum', 'curl'].every((tool) =>
  isAvailable(tool, spawnSync(tool, ['--version']).error === undefined),
);

const workplace = new Workplace();
const service = new Service(workplace);
const at = (name: string) => join(workplace.dir, name);

test('the Chinese page has the same blocks', () => {
  expect(shellBlocks('docs/verify-by-hand.zh-CN.md')).toEqual(shellBlocks('docs/verify-by-hand.md'));
});

describe.runIf(hasTools)('verification by hand', () => {
  beforeAll(async () => {
    await service.start();
    for (const name of ['1.txt', '2.txt', 'letter.txt', '4.txt', '5.txt'])
      writeFileSync(at(name), `the letter ${name}`);
    const added = await workplace.json([
      'add',
      ...['1.txt', '2.txt', 'letter.txt', '4.txt', '5.txt'].map(at),
      '--wait',
      'final',
    ]);
    expect(added).toMatchObject({ exit: 0 });
    writeFileSync(at('trust.json'), await (await fetch(`${service.url}/trust.json`)).text());
  });
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  const run = () =>
    spawnSync('bash', ['-c', recipe], {
      cwd: workplace.dir,
      env: { ...process.env, RPC: service.chainUrl },
      encoding: 'utf8',
    });
  const lastLine = (text: string) => text.trim().split('\n').at(-1)!;

  test('goes through, step by step', () => {
    const { status, stdout } = run();
    expect([status, stdout.match(/^[1-6]/gm)]).toEqual([0, ['1', '2', '3', '4', '5', '6']]);
    expect(lastLine(stdout)).toBe('6 the contract holds this root for 5 records');
  });

  const [file, receipt, trust] = ['letter.txt', 'letter.txt.receipt.json', 'trust.json'];
  const wrong: readonly (readonly [string, string, (text: string) => string, string])[] = [
    ['an altered file', file, (text) => `${text}!`, '1 NOT'],
    [
      'another salt',
      receipt,
      (text) => text.replace(/("digests",\n +"salt": ")(.)/, (_, head, first) => `${head}${first === 'A' ? 'B' : 'A'}`),
      '2 NOT',
    ],
    [
      'another number',
      receipt,
      (text) => text.replace(/("number": "2026\d{4}-)(.)/, (_, head, first) => `${head}${first === 'A' ? 'B' : 'A'}`),
      '4 the path does NOT',
    ],
    [
      'another index',
      receipt,
      (text) => text.replace(/index (\d)/, (_, index) => `index ${(Number(index) + 1) % 5}`),
      '4 the path does NOT',
    ],
    [
      'another key',
      trust,
      (text) => text.replace(/(\+[0-9a-f]{8}\+A..)(.)/, (_, head, next) => `${head}${next === 'A' ? 'B' : 'A'}`),
      '5 NOT',
    ],
    [
      'another contract',
      trust,
      (text) => text.replace(/("contract":"0x)(.)/, (_, head, first) => `${head}${first === 'a' ? 'b' : 'a'}`),
      '6 another contract',
    ],
  ];

  test.each(wrong)('stops at %s', (_name, name, change, expected) => {
    const good = readFileSync(at(name), 'utf8');
    const changed = change(good);
    expect(changed).not.toBe(good);
    writeFileSync(at(name), changed);
    try {
      const { status, stdout } = run();
      expect([status, lastLine(stdout)]).toEqual([1, expect.stringContaining(expected)]);
    } finally {
      writeFileSync(at(name), good);
    }
  });
});
