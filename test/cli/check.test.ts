import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileBytes, receiptJson, type ReceiptJson, testLedger, type TestLedger } from '../oracle/ledger.ts';
import { nobody } from '../client/http-server.ts';
import { evl, type Run } from './evl.ts';
import { serveLedger, type ServedLedger } from './served-ledger.ts';

let cwd: string;
let ledger: TestLedger;
let served: ServedLedger;
const at = (...names: string[]) => join(cwd, ...names);

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-check-'));
  ledger = testLedger();
  served = await serveLedger(ledger, 5);
  for (let i = 0; i < 5; i++) put(`f${i}`, receiptJson(ledger, i, 5), i);
  writeFileSync(at('trust.json'), JSON.stringify(served.trust));
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

function put(name: string, receipt: ReceiptJson, i: number): void {
  mkdirSync(at('d'), { recursive: true });
  writeFileSync(at('d', name), fileBytes(i));
  writeFileSync(at('d', `${name}.receipt.json`), JSON.stringify(receipt));
}

async function run(args: readonly string[], url = served.url): Promise<Run> {
  return evl(['check', ...args], { cwd, env: { EVL_URL: url, EVL_HOME: at('home') } });
}

interface Document {
  ok: boolean;
  verdict: string;
  counts: Record<string, number>;
  items: {
    file: string;
    receipt: string | null;
    state: string;
    verdict: string | null;
    code: string | null;
    registeredName: string | null;
    isRenamed: boolean;
  }[];
  skipped: object[];
}

async function check(args: readonly string[], url?: string): Promise<Document & { exit: number | null }> {
  const { exit, stdout, stderr } = await run([...args, '--json'], url);
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Document), exit };
}

describe('check of a folder', () => {
  test('everything in order: exit 0, and what many receipts have in common is asked once', async () => {
    expect(await check(['d'])).toMatchObject({
      exit: 0,
      ok: true,
      verdict: 'VERIFIED',
      counts: { unchanged: 5, modified: 0, missing: 0, unreadable: 0, extra: 0 },
    });
    const questions = served.asked.filter(({ path }) => path === '/rpc').map(({ body }) => body.toString());
    const distinct = new Set(questions.map((body) => body.replace(/"id":\d+,/, '')));
    expect([questions.length, distinct.size]).toEqual([distinct.size, questions.length]);
    expect(served.asked.filter(({ path }) => path === '/trust.json')).toHaveLength(1);
  });

  test('reports what is modified, missing, unreadable and without a receipt; the worst verdict decides', async () => {
    writeFileSync(at('d', 'f4'), 'something else');
    rmSync(at('d', 'f3'));
    writeFileSync(at('d', 'f2.receipt.json'), 'no receipt');
    mkdirSync(at('d', 'sub'));
    writeFileSync(at('d', 'sub', 'extra'), 'never registered');
    const document = await check(['d', '--trust', 'trust.json']);
    expect(document).toMatchObject({
      exit: 1,
      verdict: 'MISMATCH',
      counts: { unchanged: 2, modified: 1, missing: 1, unreadable: 0, uncompared: 1, extra: 1 },
    });
    const item = (name: string) => document.items.find(({ file }) => file === `d/${name}`);
    expect(item('f4')).toMatchObject({ state: 'modified', verdict: 'MISMATCH', code: 'digest-differs' });
    expect(item('f3')).toMatchObject({ state: 'missing', verdict: 'INDETERMINATE', code: 'file-missing' });
    expect(item('f2')).toMatchObject({ state: 'uncompared', verdict: 'INDETERMINATE', code: 'json-invalid' });
    expect(item('sub/extra')).toMatchObject({ state: 'extra', verdict: null, receipt: null });
    expect(document.items.map(({ file }) => file)).toEqual(['d/f0', 'd/f1', 'd/f2', 'd/f3', 'd/f4', 'd/sub/extra']);

    const { stdout } = await run(['d', '--trust', 'trust.json', '--quiet']);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual([
      'not compared',
      'missing',
      'modified',
      'extra',
      lines.at(-1),
    ]);
    expect(await run(['d', '--trust', 'trust.json', '--status'])).toEqual({ exit: 1, stdout: '', stderr: '' });
  });

  test('a file without a receipt and a missing file are failures, unless they are to be ignored', async () => {
    writeFileSync(at('d', 'extra'), 'never registered');
    expect(await check(['d'])).toMatchObject({ exit: 6, ok: false, verdict: 'INDETERMINATE' });
    expect(await check(['d', '--ignore-extra'])).toMatchObject({ exit: 0, counts: { extra: 0 } });
    rmSync(at('d', 'f0'));
    expect((await check(['d', '--ignore-extra'])).exit).toBe(6);
    expect(await check(['d', '--ignore-extra', '--ignore-missing'])).toMatchObject({
      exit: 0,
      counts: { missing: 0, unchanged: 4 },
    });
  });

  test('a tampered file whose receipt was taken away is not in order', async () => {
    writeFileSync(at('d', 'f0'), 'tampered');
    rmSync(at('d', 'f0.receipt.json'));
    expect(await check(['d'])).toMatchObject({ exit: 6, counts: { unchanged: 4, extra: 1 } });
  });

  test('exhibits that were swapped with their receipts show the names that they were registered by', async () => {
    rmSync(at('d'), { recursive: true });
    put('证据 0.txt', receiptJson(ledger, 0, 5), 0);
    put('证据 1.txt', receiptJson(ledger, 1, 5), 1);
    const before = await check(['d', '--strict']);
    expect([before.exit, before.items.map(({ isRenamed }) => isRenamed)]).toEqual([0, [false, false]]);
    put('证据 1.txt', receiptJson(ledger, 0, 5), 0);
    put('证据 0.txt', receiptJson(ledger, 1, 5), 1);
    const { items, exit } = await check(['d']);
    expect(exit).toBe(0);
    expect(items[0]).toMatchObject({ state: 'unchanged', registeredName: '证据 1.txt', isRenamed: true });
    expect((await run(['d'])).stdout).toContain('d/证据 0.txt\tregistered as 证据 1.txt\n');
    expect((await check(['d', '--strict'])).exit).toBe(6);
  });

  test('renamed files and renamed receipts are paired by the digest', async () => {
    renameSync(at('d', 'f0'), at('d', 'other name'));
    renameSync(at('d', 'f1.receipt.json'), at('d', 'F1.RECEIPT(1).JSON'));
    renameSync(at('d', 'f2.receipt.json'), at('d', 'f2.receipt.json.txt'));
    expect(await check(['d'])).toMatchObject({ exit: 0, counts: { unchanged: 5, missing: 0, extra: 0 } });
    expect(await check(['d/f1', 'd/f2.receipt.json.txt'])).toMatchObject({ exit: 0, counts: { unchanged: 2 } });
    writeFileSync(at('d', 'f1'), 'changed');
    expect(await check(['d'])).toMatchObject({ exit: 6, counts: { unchanged: 4, missing: 1, extra: 1 } });
  });

  test('a name in another normal form of Unicode is the same name, also of a changed file', async () => {
    put('é.txt'.normalize('NFD'), receiptJson(ledger, 0, 5), 0);
    renameSync(at('d', 'é.txt'.normalize('NFD')), at('d', 'é.txt'.normalize('NFC')));
    expect(await check(['d'])).toMatchObject({ exit: 0, counts: { unchanged: 6 } });
    writeFileSync(at('d', 'é.txt'.normalize('NFC')), 'changed');
    expect(await check(['d'])).toMatchObject({ exit: 1, counts: { unchanged: 5, modified: 1 } });
  });

  test('a link with a receipt is the file that it leads to', async () => {
    renameSync(at('d', 'f0'), at('kept'));
    symlinkSync(at('kept'), at('d', 'f0'));
    expect(await check(['d'])).toMatchObject({ exit: 0, counts: { unchanged: 5, missing: 0 }, skipped: [] });
  });

  test('a changed file is found in every folder and under every name, whatever lies next to it', async () => {
    mkdirSync(at('d', 'sub'));
    for (const name of ['version', 'journal', 'index', 'keys']) writeFileSync(at('d', 'sub', name), '');
    renameSync(at('d', 'f0'), at('d', 'sub', 'f0'));
    renameSync(at('d', 'f0.receipt.json'), at('d', 'sub', 'f0.receipt.json'));
    writeFileSync(at('d', 'sub', 'f0'), 'tampered');
    const { exit, counts, skipped } = await check(['d']);
    expect([exit, counts['modified'], counts['extra'], skipped]).toEqual([1, 1, 4, []]);
  });

  test.each(['~$f0', 'Thumbs.db', '.DS_Store'])(
    'a changed file named %s has no receipt, and is not in order',
    async (name) => {
      rmSync(at('d', 'f0'));
      rmSync(at('d', 'f0.receipt.json'));
      writeFileSync(at('d', name), 'tampered');
      expect(await check(['d'])).toMatchObject({ exit: 6, ok: false, counts: { unchanged: 4, extra: 1, skipped: 0 } });
      expect(await check(['d', '--ignore-extra'])).toMatchObject({ exit: 0, counts: { extra: 0, skipped: 0 } });
    },
  );

  test('a file that was registered is checked whatever its name is', async () => {
    rmSync(at('d'), { recursive: true });
    put('~$doc.docx', receiptJson(ledger, 0, 5), 0);
    put('Thumbs.db', receiptJson(ledger, 1, 5), 1);
    expect(await check(['d'])).toMatchObject({ exit: 0, counts: { unchanged: 2, missing: 0, skipped: 0 } });
  });

  test('a file replaced by a link or a pipe was not seen, and is counted', async () => {
    rmSync(at('d', 'f0'));
    rmSync(at('d', 'f0.receipt.json'));
    writeFileSync(at('tampered'), 'tampered');
    symlinkSync(at('tampered'), at('d', 'f0'));
    execFileSync('mkfifo', [at('d', 'pipe')]);
    const document = await check(['d']);
    expect(document).toMatchObject({ exit: 6, ok: false, counts: { unchanged: 4, extra: 0, skipped: 2 } });
    expect(document.skipped).toEqual([
      { file: 'd/f0', reason: 'symlink' },
      { file: 'd/pipe', reason: 'special' },
    ]);
    const { stdout, stderr } = await run(['d']);
    expect(stdout).toContain('0 without a receipt, 2 skipped');
    expect(stderr).toContain('2 paths were skipped (see above) and not compared');
    expect((await check(['d', '--ignore-extra'])).exit).toBe(0);
    expect((await check(['d', '--ignore-extra', '--strict'])).exit).toBe(6);
  });

  test('a kept contradiction is never ignored', async () => {
    writeFileSync(at('d', 'f0.receipt.contradiction.json'), '{}');
    expect((await check(['d', '--ignore-extra'])).exit).toBe(6);
  });

  test('files of equal content are paired with their renamed receipts by the names that these state', async () => {
    rmSync(at('d'), { recursive: true });
    mkdirSync(at('d'));
    const names = ['证据 1.txt', '证据 0.txt', 'copy'];
    for (const name of names) writeFileSync(at('d', name), fileBytes(0));
    const receipt = receiptJson(ledger, 0, 5);
    for (const name of ['a', 'b', 'c']) writeFileSync(at('d', name), JSON.stringify(receipt));
    const { exit, items } = await check(['d']);
    expect(exit).toBe(6);
    expect(items.filter((item) => item.receipt !== null).map(({ file, isRenamed }) => [file, isRenamed])).toEqual(
      Array.from({ length: 3 }, () => ['d/证据 0.txt', false]),
    );
    expect(items.filter(({ state }) => state === 'extra')).toHaveLength(2);
  });

  test('a link with a renamed receipt is the file that was registered, not the one that it leads to', async () => {
    rmSync(at('d'), { recursive: true });
    put('target', receiptJson(ledger, 0, 5), 0);
    symlinkSync('target', at('d', '证据 0.txt'));
    writeFileSync(at('d', 'renamed.json'), JSON.stringify(receiptJson(ledger, 0, 5)));
    const { exit, items } = await check(['d']);
    expect([exit, items.map(({ file, isRenamed }) => [file, isRenamed])]).toEqual([
      0,
      [
        ['d/target', true],
        ['d/证据 0.txt', false],
      ],
    ]);
  });

  test('a receipt that cannot be read is there', async () => {
    rmSync(at('d', 'f0.receipt.json'));
    execFileSync('mkfifo', [at('d', 'f0.receipt.json')]);
    const { exit, items } = await check(['d']);
    expect([exit, items[0]]).toMatchObject([6, { state: 'uncompared', code: 'receipt-unreadable' }]);
    expect((await check(['d/f0'])).items[0]).toMatchObject({ code: 'receipt-unreadable' });
  });

  test('a receipt without its anchor is PENDING, a contradicting one INCONSISTENT', async () => {
    const bent = receiptJson(ledger, 1, 5);
    bent.record.header.number = '20260101-TESTTESTTES9-X';
    put('f1', bent, 1);
    expect(await check(['d'])).toMatchObject({ exit: 5, verdict: 'INCONSISTENT' });
    put('f1', receiptJson(ledger, 1, 4), 1);
    ledger.chain.anchors = ledger.chain.anchors.slice(0, 1);
    expect(await check(['d/f1'])).toMatchObject({ exit: 4, verdict: 'PENDING' });
    expect((await run(['d/f1'])).stderr).toContain('evl receipt upgrade');
    writeFileSync(at('d', 'f0.receipt.contradiction.json'), '{}');
    expect((await check(['d'])).skipped).toEqual([
      { file: 'd/f0.receipt.contradiction.json', reason: 'contradiction' },
    ]);
  });

  test('single files, receipts by name, and receipts that lie elsewhere', async () => {
    expect(await check(['d/f0', 'd/f1.receipt.json'])).toMatchObject({ exit: 0, counts: { unchanged: 2 } });
    mkdirSync(at('r'));
    for (const i of [0, 1]) writeFileSync(at('r', `f${i}.receipt.json`), JSON.stringify(receiptJson(ledger, i, 5)));
    for (let i = 0; i < 5; i++) rmSync(at('d', `f${i}.receipt.json`));
    rmSync(at('d', 'f1'));
    expect(await check(['d', '--receipt-dir', 'r'])).toMatchObject({
      exit: 6,
      counts: { unchanged: 1, missing: 1, extra: 3 },
    });
    const { exit, stdout } = await run(['d', '--json']);
    expect([exit, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'nothing-to-check' } }]);
  });

  test('offline, without trust, and without a node nothing is verified', async () => {
    expect(await check(['d', '--offline', '--trust', 'trust.json'])).toMatchObject({
      exit: 6,
      verdict: 'INDETERMINATE',
    });
    expect((await check(['d', '--require-trust'])).items[0]?.code).toBe('trust-required');
    expect((await check(['d', '--trust', 'trust.json', '--rpc', await nobody()])).exit).toBe(6);
  });
});
