import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Asked, type Page, serve, type TestServer } from '../client/http-server.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

let ledger: TestLedger;
let cwd: string;
/** The ledger behind a service that may change what it answers. */
let proxy: TestServer;
let change: (page: Page & { body: string }, asked: Asked) => Page;
let contents = 0;

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(async () => ledger.remove());
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-answers-'));
  change = (page) => page;
  proxy = await serve(async (asked) => {
    const { method, path, headers, body } = asked;
    const names = ['content-type', 'repr-digest', 'idempotency-key'].filter((name) => headers[name] !== undefined);
    const answer = await fetch(ledger.server.url + path, {
      method,
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      ...(method === 'POST' && { body: new Uint8Array(body) }),
    });
    return change({ status: answer.status, body: await answer.text() }, asked);
  });
  // A user who has verified once remembers the log of this address.
  const { file } = await add();
  await evl(['verify', file], where());
  expect(existsSync(join(cwd, 'home', 'trust'))).toBe(true);
  proxy.asked.length = 0;
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

const where = () => ({ cwd, env: { EVL_URL: proxy.url, EVL_HOME: join(cwd, 'home') } });

async function add(args: readonly string[] = []): Promise<{ exit: number; code: string | undefined; file: string }> {
  const file = `f${contents++}`;
  writeFileSync(join(cwd, file), `answers ${file}`);
  const { exit, stdout } = await evl(['add', file, '--case', '1', '--json', ...args], where());
  const { items } = JSON.parse(stdout) as { items: { error?: { code: string } }[] };
  return { exit, code: items[0]?.error?.code, file };
}

interface ReceiptJson {
  proof: string;
  record: { header: { sections: Record<string, string> }; disclosed: { name: string; value: object }[] };
}

/** Changes the receipts that registrations are answered with. */
function changeReceipts(alter: (receipt: ReceiptJson) => void): void {
  change = (page, { method, path }) => {
    if (method !== 'POST' || path !== '/v1/evidence') return page;
    const receipt = JSON.parse(page.body) as ReceiptJson;
    alter(receipt);
    return { ...page, body: JSON.stringify(receipt) };
  };
}

test('an honest service is believed, and shows its log before anything is sent', async () => {
  const { exit, file } = await add();
  expect(exit).toBe(0);
  expect(JSON.parse(readFileSync(join(cwd, `${file}.receipt.json`), 'utf8'))).toHaveProperty('proof');
  const paths = proxy.asked.map(({ path }) => path);
  expect(paths.indexOf('/log/checkpoint')).toBeLessThan(paths.indexOf('/v1/contents'));
});

test.each([
  [
    'without a signature of the remembered log',
    [8, 'receipt-not-trusted'],
    (receipt: ReceiptJson) => {
      receipt.proof = receipt.proof.replace(/\u2014 .*\n/gu, '\u2014 stranger AAAAAAAAAAAA\n');
    },
  ],
  [
    'that withholds a section',
    [5, 'receipt-wrong'],
    (receipt: ReceiptJson) => {
      receipt.record.disclosed = receipt.record.disclosed.filter(({ name }) => name !== 'file');
    },
  ],
  [
    'of another title',
    [5, 'receipt-wrong'],
    (receipt: ReceiptJson) => {
      const section = receipt.record.disclosed.find(({ name }) => name === 'case')!;
      section.value = { ...section.value, title: 'another' };
    },
  ],
] as const)('a receipt %s is not accepted', async (_, ending, alter) => {
  changeReceipts(alter);
  const { exit, code, file } = await add();
  expect([exit, code]).toEqual(ending);
  expect(existsSync(join(cwd, `${file}.receipt.json`))).toBe(false);
});

test('a record that holds in itself and lacks a statement is noticed', async () => {
  const title = ['--title', '张某案'];
  const registered = await evl(['add', '-', '--name', 'n', '--case', '1', '--hash-only'], {
    ...where(),
    env: { ...where().env, EVL_URL: ledger.server.url },
    input: `answers f${contents}`,
  });
  expect(registered.exit).toBe(0);
  const other = readFileSync(join(cwd, 'n.receipt.json'), 'utf8');
  change = (page, { path }) => (path === '/v1/evidence' ? { ...page, body: other } : page);
  expect(await add(title)).toMatchObject({ exit: 5, code: 'receipt-wrong' });
});

test('nothing is sent to a service that shows another log, or none', async () => {
  for (const body of [
    'other.example/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 x AAAAAAAAAAAA\n',
    '',
  ]) {
    change = (page, { path }) => (path === '/log/checkpoint' ? { status: body === '' ? 404 : 200, body } : page);
    proxy.asked.length = 0;
    const { exit, code } = await add(['--hash-only']);
    expect([exit, code]).toEqual([8, 'log-not-shown']);
    expect(proxy.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  }
});

describe('a service that was never met', () => {
  beforeEach(() => rmSync(join(cwd, 'home'), { recursive: true }));

  test('is remembered by its first registration, and then held against that', async () => {
    expect(await add()).toMatchObject({ exit: 0 });
    expect(readdirSync(join(cwd, 'home'))).toEqual(['services', 'trust']);
    change = (page, { path }) => (path === '/trust.json' ? { status: 404 } : page);
    expect(await add()).toMatchObject({ exit: 0 });
    changeReceipts((receipt) => {
      receipt.proof = receipt.proof.replace(/\u2014 .*\n/gu, '\u2014 stranger AAAAAAAAAAAA\n');
    });
    expect(await add()).toMatchObject({ exit: 8, code: 'receipt-not-trusted' });
  });

  test('has to sign its first receipt as well', async () => {
    changeReceipts((receipt) => {
      receipt.proof = receipt.proof.replace(/\u2014 .*\n/gu, '\u2014 stranger AAAAAAAAAAAA\n');
    });
    const { exit, code, file } = await add();
    expect([exit, code]).toEqual([8, 'receipt-not-trusted']);
    expect(existsSync(join(cwd, `${file}.receipt.json`))).toBe(false);
  });

  test.each([
    ['no trust file', { status: 404 }, 'service-not-trusted'],
    ['something else', { body: '{}' }, 'trust-file-unreadable'],
  ] as const)('and offers %s: nothing is sent', async (_, page, expected) => {
    change = (real, { path }) => (path === '/trust.json' ? page : real);
    const { exit, code } = await add();
    expect([exit, code]).toEqual([8, expected]);
    expect(proxy.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
