import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPairs } from '../../src/cli/tasks/receipt-pairs.ts';
import { fileBytes, receiptJson, testLedger, type TestLedger } from '../oracle/ledger.ts';

const ledger: TestLedger = testLedger();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evl-pairs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A receipt of file `i` that states the name; it is to be paired, not to be judged. */
function put(receiptName: string, i: number, statedName: string): void {
  const receipt = receiptJson(ledger, i, 5);
  const text = JSON.stringify(receipt).replaceAll(`证据 ${i}.txt`, statedName);
  writeFileSync(join(folder, receiptName), text);
}

async function pairs(): Promise<(string | null)[][]> {
  const found = await findPairs(Buffer.from(folder), undefined);
  return found.pairs.map(({ file, hasFile, receipt, hasReceipt }) => [
    hasFile ? basename(file.toString()) : null,
    hasReceipt ? basename(receipt.toString()) : null,
  ]);
}

test('files of equal content have the renamed receipts that state their names', async () => {
  for (const name of ['s1', 's2', 's3']) writeFileSync(join(folder, name), fileBytes(0));
  put('x.json', 0, 's2');
  put('y.json', 0, 's3');
  put('z.json', 0, 's1');
  expect(await pairs()).toEqual([
    ['s1', 'z.json'],
    ['s2', 'x.json'],
    ['s3', 'y.json'],
  ]);
});

test('files of equal content that were renamed too have one receipt each', async () => {
  for (const name of ['s1', 'other']) writeFileSync(join(folder, name), fileBytes(0));
  put('a.json', 0, 's2');
  put('b.json', 0, 's1');
  expect(await pairs()).toEqual([
    ['other', 'a.json'],
    ['s1', 'b.json'],
  ]);
});

test('a changed file is paired by the name that its renamed receipt states', async () => {
  writeFileSync(join(folder, 's1'), fileBytes(0));
  writeFileSync(join(folder, 's2'), 'changed');
  put('a.json', 0, 's1');
  put('b.json', 1, 's2');
  put('c.json', 2, 's3');
  expect(await pairs()).toEqual([
    ['s1', 'a.json'],
    ['s2', 'b.json'],
    [null, 'c.json'],
  ]);
});

test('an altered file is not hidden by a copy of what it was, also where its receipt lies elsewhere', async () => {
  for (const place of ['a', join('a', 'sub'), 'rc']) mkdirSync(join(folder, place));
  writeFileSync(join(folder, 'a', 's1'), fileBytes(0));
  writeFileSync(join(folder, 'a', 'sub', 's1'), 'changed');
  put(join('rc', 'x.json'), 0, 'a/sub/s1');
  put(join('rc', 'y.json'), 0, 'a/s1');
  const found = await findPairs(Buffer.from(folder), undefined);
  const places = found.pairs.map(({ file, receipt }) => [file, receipt].map((path) => path.toString()));
  expect(places).toEqual([
    [join(folder, 'a', 's1'), join(folder, 'rc', 'y.json')],
    [join(folder, 'a', 'sub', 's1'), join(folder, 'rc', 'x.json')],
  ]);
});
