import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

/** `evl add --sha256`: the file is elsewhere. */

let ledger: TestLedger;
let cwd: string;
const BYTES = 'bytes that are elsewhere';
const sha256 = createHash('sha256').update(BYTES).digest('hex');

beforeAll(async () => {
  ledger = await startLedger();
  cwd = mkdtempSync(join(tmpdir(), 'evl-digest-'));
});
afterAll(async () => {
  await ledger.remove();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  evl(args, {
    cwd,
    env: { EVL_URL: ledger.server.url, EVL_HOME: join(cwd, 'home'), EVL_CASE: '（2026）浙01刑初123号' },
  });

async function add(...args: string[]) {
  const { exit, stdout } = await run('add', ...args, '--json');
  const { items = [], error } = JSON.parse(stdout) as {
    items?: { file: string; number: string; receipt: string; error?: { code: string } }[];
    error?: { code: string };
  };
  return { exit, code: error?.code ?? items[0]?.error?.code, item: items[0] };
}

test('registers a digest under a name, once; the file that has it verifies', async () => {
  const { exit, item } = await add('--sha256', sha256.toUpperCase(), '--name', 'letter.txt');
  expect([exit, item?.receipt]).toEqual([0, 'letter.txt.receipt.json']);
  const receipt = JSON.parse(readFileSync(join(cwd, item!.receipt), 'utf8')) as {
    record: { disclosed: { name: string; value: object }[] };
  };
  const valueOf = (section: string) => receipt.record.disclosed.find(({ name }) => name === section)?.value;
  expect(valueOf('file')).toEqual({ name: 'letter.txt', mediaType: 'text/plain' });
  expect(valueOf('digests')).toEqual({ sha256 });
  const again = await add('--sha256', sha256, '--name', 'letter.txt');
  expect([again.exit, again.item?.number]).toEqual([0, item?.number]);

  writeFileSync(join(cwd, 'letter.txt'), BYTES);
  const verified = JSON.parse((await run('verify', 'letter.txt', '--json')).stdout) as object;
  expect(verified).toMatchObject({ verdict: 'PENDING', comparison: 'equal' });
  writeFileSync(join(cwd, 'letter.txt'), `${BYTES}, altered`);
  expect((await run('verify', 'letter.txt')).exit).toBe(1);
});

test('SM3 and size can be given with it, and are then compared', async () => {
  const sm3 = createHash('sm3').update(BYTES).digest('hex');
  const { exit, item } = await add(
    '--sha256',
    sha256,
    '--sm3',
    sm3,
    '--size',
    '24',
    '--name',
    'whole.txt',
    '--receipt-dir',
    'r',
  );
  expect([exit, item?.receipt]).toEqual([0, 'r/whole.txt.receipt.json']);
  const shown = await run('show', 'r/whole.txt.receipt.json');
  for (const part of [sha256, sm3, '24']) expect(shown.stdout).toContain(part);
});

test('the receipt of another registration is not replaced', async () => {
  const { exit, code } = await add('--sha256', 'ab'.repeat(32), '--name', 'letter.txt');
  expect([exit, code]).toEqual([8, 'receipt-in-the-way']);
});

test.each([
  [['--sha256', sha256], 'name-missing'],
  [['--sha256', sha256, '--name', 'x', 'letter.txt'], 'digest-alone'],
  [['letter.txt', '--size', '3'], 'digest-alone'],
  [['--sha256', 'abc', '--name', 'x'], 'setting-wrong'],
  [['--sha256', sha256, '--name', 'x', '--size', '-1'], 'setting-wrong'],
  [[], 'add-needs-paths'],
])('%j is refused', async (args, expected) => {
  const { exit, code } = await add(...args);
  expect([exit, code]).toEqual([2, expected]);
  expect(existsSync(join(cwd, 'x.receipt.json'))).toBe(false);
});
