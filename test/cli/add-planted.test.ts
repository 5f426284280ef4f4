import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { json, serve } from '../client/http-server.ts';
import { mth } from '../oracle/merkle.ts';
import { commitment, type HeaderJson, logEntry, type SectionJson } from '../oracle/record.ts';
import { sm3 } from '../oracle/ledger.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

interface ReceiptJson {
  proof: string;
  anchor: Record<string, unknown> | null;
  record: { header: HeaderJson; disclosed: SectionJson[] };
}

let ledger: TestLedger;
let folder: string;
let cwd: string;
/** The receipt of a record that is anchored, with its file `true.txt`. */
let anchored: ReceiptJson;

beforeAll(async () => {
  ledger = await startLedger();
  folder = mkdtempSync(join(tmpdir(), 'evl-planted-'));
  cwd = folder;
  writeFileSync(join(cwd, 'true.txt'), 'registered');
  expect(await add('true.txt', ['--wait', 'final'])).toMatchObject({ exit: 0, state: 'final' });
  anchored = receiptOf('true.txt');
});
afterAll(async () => {
  await ledger.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  cwd = mkdtempSync(join(folder, 'd-'));
});

interface Outcome {
  exit: number;
  state: string;
  code: string | undefined;
  stderr: string;
}

async function add(file: string, args: readonly string[] = [], url = ledger.server.url): Promise<Outcome> {
  const env = { EVL_URL: url, EVL_HOME: join(folder, 'home') };
  const { exit, stdout, stderr } = await evl(['add', file, '--case', '1', '--json', ...args], { cwd, env });
  const { items } = JSON.parse(stdout) as { items: { state: string; error?: { code: string } }[] };
  return { exit, state: items[0]!.state, code: items[0]!.error?.code, stderr };
}

const receiptOf = (file: string) => JSON.parse(readFileSync(join(cwd, `${file}.receipt.json`), 'utf8')) as ReceiptJson;

/** Plants a receipt, and gives its text. */
function plant(file: string, content: string, receipt: ReceiptJson): string {
  writeFileSync(join(cwd, file), content);
  const text = JSON.stringify(receipt);
  writeFileSync(join(cwd, `${file}.receipt.json`), text);
  return text;
}

/** A receipt that holds in itself: of a tree of one leaf that no log has signed. */
function forged(file: string, content: string): ReceiptJson {
  const receipt = structuredClone(anchored);
  const { header, disclosed } = receipt.record;
  const bytes = Buffer.from(content);
  for (const section of disclosed) {
    const value = section.value as Record<string, unknown>;
    if (section.name === 'digests') {
      section.value = { sha256: createHash('sha256').update(bytes).digest('hex'), sm3: sm3(bytes) };
    }
    if (section.name === 'file') section.value = { ...value, name: file, size: bytes.length };
    header.sections[section.name] = commitment(section);
  }
  const root = mth([logEntry(header)]).toString('base64');
  receipt.proof = `c2sp.org/tlog-proof@v1\nindex 0\n\n${header.origin}\n1\n${root}\n\n\u2014 nobody.example AAAAAAAA\n`;
  const { header: _, receiptProof: __, notBeforeHeader: ___, ...anchor } = anchored.anchor!;
  receipt.anchor = { ...anchor, size: '1', root };
  return receipt;
}

test.each([[[]], [['--wait', 'final']], [['--hash-only']]])(
  'a receipt that no log signed is named: add %s',
  async (args) => {
    const text = plant('v.txt', 'never registered', forged('v.txt', 'never registered'));
    const { exit, state, code, stderr } = await add('v.txt', args);
    expect([exit, state, code]).toEqual([8, 'failed', 'receipt-not-confirmed']);
    expect(stderr).toContain('0 registered (0 had their receipt already, 0 are anchored), 1 failed');
    expect(readFileSync(join(cwd, 'v.txt.receipt.json'), 'utf8')).toBe(text);
  },
);

test('a receipt under another name that no log signed keeps no file from being registered', async () => {
  plant('w.txt', 'registered after all', forged('w.txt', 'registered after all'));
  writeFileSync(join(cwd, 'renamed.txt'), 'registered after all');
  rmSync(join(cwd, 'w.txt'));
  expect(await add('.')).toMatchObject({ exit: 0, state: 'registered' });
  expect(receiptOf('renamed.txt').proof).not.toContain('nobody.example');
});

test('the receipt of another log shows nothing about this one', async () => {
  const other = await startLedger({ isOther: true });
  try {
    const text = plant('true.txt', 'registered', anchored);
    const { exit, code } = await add('true.txt', [], other.server.url);
    expect([exit, code]).toEqual([8, 'receipt-of-other-log']);
    expect(readFileSync(join(cwd, 'true.txt.receipt.json'), 'utf8')).toBe(text);
  } finally {
    await other.remove();
  }
});

test('a service that was never met, and is away, confirms no receipt', async () => {
  plant('true.txt', 'registered', anchored);
  const { exit, state } = await add('true.txt', [], 'http://127.0.0.1:9');
  expect([exit, state]).toEqual([8, 'failed']);
});

test('an anchor that the chain does not have is not called final', async () => {
  expect(await (plant('true.txt', 'registered', anchored), add('true.txt', ['--wait', 'final']))).toMatchObject({
    exit: 0,
    state: 'final',
  });
  const { header: _, receiptProof: __, notBeforeHeader: ___, ...anchor } = anchored.anchor!;
  plant('true.txt', 'registered', { ...anchored, anchor: { ...anchor, txHash: `0x${'ab'.repeat(32)}` } });
  expect(await add('true.txt', ['--wait', 'final'])).toMatchObject({
    exit: expect.toSatisfy((exit: number) => exit === 5 || exit === 8),
    state: 'failed',
    code: expect.stringMatching(/./),
  });
  expect(await add('true.txt')).toMatchObject({ exit: 0, state: 'registered' });
});

test.each([
  ['no such record', () => []],
  [
    'another record under its number',
    (items: object[]) => items.map((item) => ({ ...item, digests: { sha256: 'ab'.repeat(32) } })),
  ],
] as const)('a service that lists %s does not confirm the receipt', async (_, change) => {
  await using proxy = await serve(async ({ path }) => {
    const answer = await (await fetch(ledger.server.url + path)).text();
    if (!path.startsWith('/v1/evidence?')) return { body: answer };
    const page = JSON.parse(answer) as { items: object[] };
    return json({ ...page, items: change(page.items) });
  });
  plant('true.txt', 'registered', anchored);
  expect(await add('true.txt', [], proxy.url)).toMatchObject({ exit: 8, state: 'failed', code: 'record-not-listed' });
});
