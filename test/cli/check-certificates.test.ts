import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MAX_PDF_BYTES } from '../../src/verifier/pdf-attachments.ts';
import { fileBytes, receiptJson, testLedger } from '../oracle/ledger.ts';
import { evl } from './evl.ts';
import { serveLedger, type ServedLedger } from './served-ledger.ts';

/** Certificates among the files of `evl check FOLDER`: each stands for the receipt in it. */

const ledger = testLedger();
const cwd = mkdtempSync(join(tmpdir(), 'evl-check-pdf-'));
const at = (...names: string[]) => join(cwd, ...names);
let served: ServedLedger;

beforeAll(async () => {
  served = await serveLedger(ledger, 5);
  for (const i of [0, 1]) {
    writeFileSync(at(`${i}.json`), JSON.stringify(receiptJson(ledger, i, 5)));
    expect(await run(['cert', `${i}.json`, '-o', `${i}.pdf`])).toMatchObject({ exit: 0 });
  }
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(at('d'), { recursive: true, force: true });
  mkdirSync(at('d'));
  writeFileSync(at('d', '证据 0.txt'), fileBytes(0));
});

const run = (args: readonly string[]) => evl(args, { cwd, env: { EVL_URL: served.url, EVL_HOME: at('home') } });
const put = (from: string, name: string) => copyFileSync(at(from), at('d', name));

interface Item {
  readonly file: string;
  readonly receipt: string | null;
  readonly source: string | null;
  readonly state: string;
  readonly verdict: string | null;
}

/** The exit code, and each item as file, state, verdict, and the receipt with its source. */
async function check(...args: string[]): Promise<[number, ...(string | null)[][]]> {
  const { exit, stdout } = await run(['check', ...args, '--json']);
  const { items } = JSON.parse(stdout) as { items: Item[] };
  return [exit, ...items.map(({ file, state, verdict, receipt, source }) => [file, state, verdict, receipt, source])];
}

test('a certificate next to its file is its receipt, by whatever name, and is named as one', async () => {
  put('0.pdf', 'paper (1).PDF');
  const item = ['d/证据 0.txt', 'unchanged', 'VERIFIED', 'd/paper (1).PDF', 'certificate'];
  expect(await check('d')).toEqual([0, item]);
  expect(await check('d/paper (1).PDF')).toEqual([0, item]);
  const { stdout, stderr } = await run(['check', 'd']);
  expect(stdout).toContain('d/证据 0.txt\tby the certificate d/paper (1).PDF\n');
  expect(stderr).toContain('the printed text of the certificate was not compared');
  expect((await run(['check', 'd', '--lang', 'zh'])).stdout).toContain('依据存证证书');
});

test('the file is compared with the attached receipt, and where it is gone it is missing', async () => {
  put('0.pdf', 'c.pdf');
  writeFileSync(at('d', '证据 0.txt'), 'changed');
  expect(await check('d')).toEqual([1, ['d/证据 0.txt', 'modified', 'MISMATCH', 'd/c.pdf', 'certificate']]);
  rmSync(at('d', '证据 0.txt'));
  expect(await check('d')).toEqual([6, ['d/证据 0.txt', 'missing', 'INDETERMINATE', 'd/c.pdf', 'certificate']]);
});

test('the certificate of another file leaves this one without a receipt', async () => {
  put('1.pdf', '证据 0.pdf');
  expect(await check('d')).toEqual([
    6,
    ['d/证据 0.txt', 'extra', null, null, null],
    ['d/证据 1.txt', 'missing', 'INDETERMINATE', 'd/证据 0.pdf', 'certificate'],
  ]);
});

test('a damaged certificate, one without an attachment and one that is too long are files without a receipt', async () => {
  put('0.json', '证据 0.txt.receipt.json');
  const whole = readFileSync(at('0.pdf'));
  writeFileSync(at('d', 'a.pdf'), whole.subarray(0, whole.length / 2));
  writeFileSync(at('d', 'b.pdf'), '%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n');
  writeFileSync(at('d', 'c.pdf'), Buffer.concat([whole, Buffer.alloc(MAX_PDF_BYTES)]));
  writeFileSync(at('d', 'd.pdf'), whole.toString('latin1').replaceAll('%PDF-', '%ABC-'), 'latin1');
  const [exit, ...items] = await check('d');
  expect(exit).toBe(6);
  expect(items.map(([file, state]) => [file, state])).toEqual([
    ...['a', 'b', 'c', 'd'].map((name) => [`d/${name}.pdf`, 'extra']),
    ['d/证据 0.txt', 'unchanged'],
  ]);
});

test('several receipts of one file are each judged, and named', async () => {
  put('0.pdf', 'one.pdf');
  put('0.pdf', 'two.pdf');
  put('0.json', '证据 0.txt.receipt.json');
  const [exit, ...items] = await check('d');
  expect(exit).toBe(0);
  expect(items.map(([file, , verdict, receipt]) => [file, verdict, receipt])).toEqual([
    ['d/证据 0.txt', 'VERIFIED', 'd/证据 0.txt.receipt.json'],
    ['d/证据 0.txt', 'VERIFIED', 'd/one.pdf'],
    ['d/证据 0.txt', 'VERIFIED', 'd/two.pdf'],
  ]);
  const { stdout } = await run(['check', 'd']);
  expect(stdout).toContain('by the receipt d/证据 0.txt.receipt.json');
});

test('a certificate of which a receipt states the digest is evidence, whatever is attached to it', async () => {
  put('0.json', '证据 0.txt.receipt.json');
  put('0.pdf', 'registered.pdf');
  const digest = createHash('sha256')
    .update(readFileSync(at('0.pdf')))
    .digest('hex');
  const own = JSON.stringify(receiptJson(ledger, 1, 5)).replaceAll(/("sha256":")[0-9a-f]{64}/g, `$1${digest}`);
  writeFileSync(at('d', 'other.json'), own);
  const [exit, ...items] = await check('d');
  expect(exit).not.toBe(0);
  expect(items).toContainEqual(['d/registered.pdf', expect.any(String), expect.any(String), 'd/other.json', 'file']);
  rmSync(at('d', 'other.json'));
  put('1.json', 'registered.pdf.receipt.json');
  expect((await check('d'))[0]).toBe(1);
});

test('certificates may lie in the folder of receipts, and are never written', async () => {
  mkdirSync(at('d', '..', 'r'), { recursive: true });
  copyFileSync(at('0.pdf'), at('r', 'c.pdf'));
  expect(await check('d', '--receipt-dir', 'r')).toEqual([
    0,
    ['d/证据 0.txt', 'unchanged', 'VERIFIED', 'r/c.pdf', 'certificate'],
  ]);
  put('0.pdf', 'c.pdf');
  const { exit, stderr } = await run(['receipt', 'upgrade', 'd']);
  expect([exit, readFileSync(at('d', 'c.pdf')).equals(readFileSync(at('0.pdf')))]).toEqual([2, true]);
  expect(stderr).toContain('there is no receipt at d');
});
