import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fileTrustMemory } from '../../src/cli/tasks/trust-memory.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { hasLinux, hasPosix } from '../availability.ts';
import { json, nobody, serve } from '../client/http-server.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl, type Run } from './evl.ts';

let ledger: TestLedger;
let cwd: string;

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(async () => ledger.remove());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-paths-'));
});
afterEach(() => {
  for (const folder of [cwd, `${cwd}-home`]) rmSync(folder, { recursive: true, force: true });
});

interface Document {
  exit: number | null;
  items: {
    file: string;
    id: string | null;
    number: string | null;
    receipt: string | null;
    state: string;
    error?: { code: string; message: string };
  }[];
  skipped: { file: string; reason: string }[];
  error?: { code: string };
}

/** The address of the service, remembered and out of reach. */
async function away(): Promise<string> {
  const url = await nobody();
  const text = await (await fetch(`${ledger.server.url}/trust.json`)).text();
  await fileTrustMemory(`${cwd}-home`).remember(url, { text, value: parseTrust(text) });
  return url;
}

async function run(args: readonly string[], url = ledger.server.url, input?: string): Promise<Run> {
  const env = { EVL_URL: url, EVL_HOME: `${cwd}-home` };
  return evl(['add', '--case', '1', ...args], { cwd, env, ...(input !== undefined && { input }) });
}

async function add(args: readonly string[], url?: string, input?: string): Promise<Document> {
  const { exit, stdout } = await run([...args, '--json'], url, input);
  return { exit, ...(JSON.parse(stdout) as Omit<Document, 'exit'>) };
}

let contents = 0;

/** A file of content that no other test registers. */
function put(path: string, content = `paths ${contents++}`): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), content);
}

interface ReceiptJson {
  record: { header: { id: string }; disclosed: { name: string; value: Record<string, unknown> }[] };
}
const receiptAt = (path: string) => JSON.parse(readFileSync(join(cwd, path), 'utf8')) as ReceiptJson;
const nameIn = (path: string) => receiptAt(path).record.disclosed.find(({ name }) => name === 'file')?.value['name'];

describe('two files that would have one receipt', () => {
  test.each([
    ['in one folder for receipts', ['x/a.jpg', 'y/a.jpg', '--receipt-dir', 'r']],
    ['of folders with equal names', ['x', 'y', '--receipt-dir', 'r']],
    ['as one file under two names', ['.', 'x/a.jpg']],
  ])('%s: refused before anything is registered', async (_, args) => {
    put('x/a.jpg');
    put('y/a.jpg');
    await using server = await serve(() => json({}));
    expect(await add(args, server.url)).toMatchObject({ exit: 2, error: { code: 'receipts-clash' } });
    expect(server.asked).toEqual([]);
    expect(existsSync(join(cwd, 'r'))).toBe(false);
  });

  test('a file that is named twice is registered once', async () => {
    put('a.txt');
    expect(await add(['a.txt', './a.txt'])).toMatchObject({ exit: 0, items: [{ state: 'registered' }] });
  });

  test('a receipt that appears meanwhile is not overwritten', async () => {
    put('a.txt');
    put('b.txt');
    await add(['b.txt']);
    const other = readFileSync(join(cwd, 'b.txt.receipt.json'), 'utf8');
    await using server = await serve(async ({ method, path, headers, body }) => {
      if (method === 'POST') writeFileSync(join(cwd, 'a.txt.receipt.json'), other);
      const answer = await fetch(ledger.server.url + path, {
        method,
        headers: { 'content-type': headers['content-type'] ?? '' },
        ...(method === 'POST' && { body: new Uint8Array(body) }),
      });
      return { status: answer.status, body: await answer.text() };
    });
    const { exit, items } = await add(['a.txt', '--hash-only'], server.url);
    expect([exit, items[0]?.error?.code]).toEqual([8, 'receipt-not-written']);
    expect(readFileSync(join(cwd, 'a.txt.receipt.json'), 'utf8')).toBe(other);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('nothing is left out in silence', () => {
  test.runIf(hasPosix())('what is not registered is named with its reason', async () => {
    for (const name of ['a.txt', '~$a.docx', 'Thumbs.db', '.DS_Store', 'b.log', 'sub/c.log']) put(`d/${name}`);
    symlinkSync('a.txt', join(cwd, 'd/link'));
    execFileSync('mkfifo', [join(cwd, 'd/pipe')]);
    put('d/.evl-0123456789ab.tmp');
    const args = ['d', '--hash-only', '--exclude', '*.log'];
    const { exit, items, skipped } = await add(args);
    expect([exit, items.map(({ file }) => file)]).toEqual([0, ['d/a.txt']]);
    expect(Object.fromEntries(skipped.map(({ file, reason }) => [file, reason]))).toEqual({
      'd/.DS_Store': 'excluded',
      'd/.evl-0123456789ab.tmp': 'unfinished',
      'd/Thumbs.db': 'excluded',
      'd/b.log': 'excluded',
      'd/link': 'symlink',
      'd/pipe': 'special',
      'd/sub/c.log': 'excluded',
      'd/~$a.docx': 'excluded',
    });
    const { stderr } = await run(args);
    for (const { file } of skipped) expect(stderr).toContain(`left out ${file}: `);
    expect(stderr).toContain('0 failed, 8 left out');
    expect(await add(['d/Thumbs.db', '--hash-only'])).toMatchObject({ exit: 0, items: [{ file: 'd/Thumbs.db' }] });
  });

  test('a path that gives nothing is a failure: an empty folder, and a receipt alone', async () => {
    mkdirSync(join(cwd, 'empty'));
    put('a.txt');
    expect(await add(['empty', 'a.txt'])).toMatchObject({
      exit: 8,
      items: [{ file: 'empty', state: 'failed', error: { code: 'nothing-to-add' } }, { state: 'registered' }],
    });
    expect(await add(['a.txt.receipt.json'])).toMatchObject({
      exit: 8,
      items: [{ state: 'failed', error: { code: 'nothing-to-add' } }],
      skipped: [{ file: 'a.txt.receipt.json', reason: 'receipt' }],
    });
  });

  test('a file that is named as a receipt and is none: a failure, unless it is the damaged one of a file', async () => {
    put('d/order.receipt.json', '{"order":1}');
    put('d/a.txt');
    put('d/a.txt.receipt.json', '{"format":"evidence-ledger/rec');
    const { exit, items, skipped } = await add(['d', '--receipt-dir', 'r', '--hash-only']);
    expect(exit).toBe(8);
    expect(items).toMatchObject([
      { file: 'd/a.txt', state: 'registered' },
      { file: 'd/order.receipt.json', state: 'failed', error: { code: 'named-as-receipt' } },
    ]);
    expect(skipped).toEqual([{ file: 'd/a.txt.receipt.json', reason: 'no-receipt' }]);
    const input = readFileSync(join(cwd, 'd/order.receipt.json'), 'utf8');
    expect(await add(['-', '--name', 'order.receipt.json', '--hash-only'], undefined, input)).toMatchObject({
      exit: 0,
    });
  });

  test('an empty file is registered with a word', async () => {
    put('a.txt', '');
    const { exit, stderr } = await run(['a.txt']);
    expect(exit).toBe(0);
    expect(stderr).toContain('a.txt is empty');
  });
});

describe('a receipt under another name', () => {
  test.each(['a.txt.receipt(1).json', 'a.txt.receipt.json.txt', 'A.TXT.RECEIPT.JSON'])(
    '%s is no evidence, and its file is registered already',
    async (name) => {
      put('d/a.txt');
      const first = await add(['d', '--hash-only']);
      renameSync(join(cwd, 'd/a.txt.receipt.json'), join(cwd, 'd', name));
      const again = await add(['d', '--hash-only'], await away());
      expect(again).toMatchObject({ exit: 0, items: [{ id: first.items[0]!.id, receipt: `d/${name}` }], skipped: [] });
      put('d/b.txt');
      rmSync(join(cwd, 'd/a.txt'));
      expect(await add(['d', '--hash-only'])).toMatchObject({
        exit: 0,
        items: [{ file: 'd/b.txt' }],
        skipped: [{ file: `d/${name}`, reason: 'receipt' }],
      });
    },
  );
});

describe('what a second run states is in the receipt, or named', () => {
  const collection = { method: 'seizure', collectedAt: '2026-03-01T09:30:00+08:00', collectors: ['甲'] };

  test.each([
    ['--title', ['--title', '张某案'], 'case.title'],
    ['--collection', ['--collection', 'c.json'], 'collection'],
  ])('%s', async (_, args, member) => {
    put('a.txt');
    put('c.json', JSON.stringify(collection));
    const first = await add(['a.txt', '--hash-only']);
    const again = await add(['a.txt', '--hash-only', ...args]);
    expect(again).toMatchObject({ exit: 8, items: [{ id: first.items[0]!.id, error: { code: 'statements-differ' } }] });
    expect(again.items[0]!.error!.message).toContain(member);
    expect(await add(['a.txt', '--hash-only'])).toMatchObject({ exit: 0 });
    const other = ['a.txt', '--hash-only', '--receipt-dir', 'r', ...args];
    expect(await add(other)).toMatchObject({ exit: 0 });
    expect(await add(other, await away())).toMatchObject({ exit: 0 });
  });

  test('the content after --hash-only', async () => {
    put('a.txt');
    await add(['a.txt', '--hash-only']);
    expect(await add(['a.txt'])).toMatchObject({ exit: 8, items: [{ error: { code: 'content-not-kept' } }] });
    put('b.txt');
    await add(['b.txt']);
    expect(await add(['b.txt'])).toMatchObject({ exit: 0 });
    const unasked = await run(['b.txt'], await away());
    expect([unasked.exit, unasked.stderr]).toEqual([0, expect.stringContaining('was not checked')]);
  });

  test('the name of standard input', async () => {
    await add(['-', '--name', 'x/in.txt', '--hash-only'], undefined, 'named twice');
    expect(await add(['-', '--name', 'y/in.txt', '--hash-only'], undefined, 'named twice')).toMatchObject({
      exit: 8,
      items: [{ error: { code: 'statements-differ', message: expect.stringContaining('file.name') } }],
    });
  });
});

describe('names', () => {
  test.runIf(hasLinux()).each([
    ['243 bytes', 'b'.repeat(243)],
    ['255 bytes', '长'.repeat(85)],
  ])('of %s are registered, and found again', async (_, name) => {
    put(name);
    const first = await add([name, '--hash-only']);
    expect(first).toMatchObject({ exit: 0, items: [{ state: 'registered' }] });
    expect(first.items[0]!.receipt).toMatch(/~[0-9a-f]{16}\.receipt\.json$/);
    expect(nameIn(first.items[0]!.receipt!)).toBe(name);
    expect(await add([name, '--hash-only'], await away())).toMatchObject({ exit: 0 });
    const check = await evl(['check', '.', '--offline', '--json'], { cwd, env: { EVL_HOME: `${cwd}-home` } });
    expect(JSON.parse(check.stdout)).toMatchObject({ counts: { unchanged: 1, missing: 0, extra: 0 } });
  });

  test.runIf(hasLinux())('with what no record takes are written with per cent signs', async () => {
    put('d/100%\u202egpj.exe');
    put('d/👨\u200d👩.jpg');
    const { exit, items } = await add(['d', '--hash-only']);
    expect([exit, items.length]).toEqual([0, 2]);
    expect(items.map(({ receipt }) => nameIn(receipt!))).toEqual(['100%25%E2%80%AEgpj.exe', '👨\u200d👩.jpg']);
  });

  test.each([
    ['--case', ['--case', 'a\u200bb'], 'U+200B'],
    ['--title', ['--title', 'a\u2800'], 'U+2800'],
    ['--title', ['--title', 'a\u202eb'], 'U+202E'],
    ['--name', ['--name', 'a\ufffdb'], 'U+FFFD'],
    ['--case', ['--case', 'a\tb'], 'U+0009'],
  ])('%s with a character that no record takes', async (option, args, character) => {
    const { exit, stderr } = await run(['-', '--name', 'n', ...args], undefined, 'x');
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`${option} has characters`)]);
    expect(stderr).toContain(character);
  });

  test('a case number in evl.yaml that is not UTF-8', async () => {
    writeFileSync(join(cwd, 'evl.yaml'), Buffer.concat([Buffer.from('case: '), Buffer.from('d5e33031', 'hex')]));
    put('a.txt');
    const env = { EVL_URL: ledger.server.url, EVL_HOME: `${cwd}-home` };
    const { exit, stderr } = await evl(['add', 'a.txt'], { cwd, env });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('evl.yaml')]);
  });
});
