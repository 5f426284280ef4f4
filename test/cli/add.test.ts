import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { json, nobody, serve, type TestServer } from '../client/http-server.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl, type Run } from './evl.ts';

let ledger: TestLedger;
let cwd: string;

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(async () => ledger.remove());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-add-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function add(args: readonly string[], url = ledger.server.url, input?: string): Promise<Run> {
  const env = { EVL_URL: url, EVL_HOME: join(cwd, 'home') };
  return evl(['add', ...args], { cwd, env, ...(input !== undefined && { input }) });
}

interface Item {
  file: string;
  id: string | null;
  number: string | null;
  receipt: string | null;
  state: string;
  error?: { code: string };
}

async function addItems(args: readonly string[], url?: string): Promise<{ exit: number | null; items: Item[] }> {
  const { exit, stdout } = await add([...args, '--json'], url);
  return { exit, ...(JSON.parse(stdout) as { items: Item[] }) };
}

/**
 * A folder of two files, one of them in a folder of its own, of content that no other test
 * registers.
 */
function makeFolder(content: string): void {
  mkdirSync(join(cwd, 'd', '子'), { recursive: true });
  writeFileSync(join(cwd, 'd', 'a.txt'), `${content} a`);
  writeFileSync(join(cwd, 'd', '子', '证据.pdf'), `${content} b`);
}

const receiptAt = (path: string) =>
  JSON.parse(readFileSync(join(cwd, path), 'utf8')) as {
    record: { header: { id: string }; disclosed: { name: string; value: Record<string, unknown> }[] };
    anchor: object | null;
  };

describe('add', () => {
  test('registers a folder, waits for the anchor, and does nothing twice', async () => {
    makeFolder('twice');
    const first = await addItems(['d', '--case', '（2026）浙01刑初1号', '--wait', 'final']);
    expect(first).toMatchObject({ exit: 0, items: [{ file: 'd/a.txt', state: 'final' }, { file: 'd/子/证据.pdf' }] });
    const { record, anchor } = receiptAt('d/子/证据.pdf.receipt.json');
    expect(anchor).not.toBeNull();
    expect(record.disclosed.find(({ name }) => name === 'file')?.value).toEqual({
      name: '子/证据.pdf',
      mediaType: 'application/pdf',
      size: 7,
    });
    // The receipts are there; an anchor that was not to be judged is not called final.
    expect(await addItems(['d', '--case', '(2026)浙01刑初1号'])).toMatchObject({
      exit: 0,
      items: first.items.map((item) => ({ ...item, state: 'registered' })),
    });
    // They are lost: the same record comes back.
    rmSync(join(cwd, 'd/a.txt.receipt.json'));
    const again = await addItems(['d', '--case', '（2026）浙01刑初1号']);
    expect(again.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
    expect(readdirSync(join(cwd, 'd')).toSorted()).toEqual(['a.txt', 'a.txt.receipt.json', '子']);
  });

  test('a changed trust file leaves the record without its anchor, registered and counted', async () => {
    makeFolder('changed trust');
    expect(await addItems(['d/a.txt', '--case', '1', '--wait', 'final'])).toMatchObject({ exit: 0 });
    const folder = join(cwd, 'home', 'trust');
    const remembered = join(folder, readdirSync(folder)[0]!);
    const trust = JSON.parse(readFileSync(remembered, 'utf8')) as object;
    writeFileSync(remembered, JSON.stringify({ ...trust, maxPendingMs: 86_400_000 }));
    const args = ['d', '--case', '1', '--wait', 'final'];
    const { exit, stderr } = await add(args);
    expect(exit).toBe(8);
    const receipt = receiptAt('d/子/证据.pdf.receipt.json') as ReturnType<typeof receiptAt> & { anchor: null };
    expect(stderr).toMatch(
      /证据\.pdf: registered as \S+, and its receipt is written, but the anchor was not added to it/,
    );
    expect(stderr).toContain('2 registered (1 had their receipt already, 1 are anchored), 0 failed');
    expect(stderr).toContain('of those registered, 1 was not completed afterwards');
    expect(receipt.anchor).toBeNull();
    expect((await addItems(args)).items).toMatchObject([
      { state: 'final' },
      { id: receipt.record.header.id, state: 'failed', error: { code: 'trust-changed' } },
    ]);
  });

  test('a receipt of something else is never overwritten', async () => {
    makeFolder('in the way');
    const first = await addItems(['d/a.txt', '--case', '1']);
    const other = await addItems(['d', '--case', '2']);
    expect(other.exit).toBe(8);
    expect(other.items).toMatchObject([
      { state: 'failed', error: { code: 'receipt-in-the-way' } },
      { state: 'registered' },
    ]);
    expect(receiptAt('d/a.txt.receipt.json').record.header.id).toBe(first.items[0]!.id);
    writeFileSync(join(cwd, 'd/子/证据.pdf.receipt.json'), 'no receipt at all');
    const broken = await add(['d/子/证据.pdf', '--case', '2']);
    expect(broken.exit).toBe(8);
    expect(broken.stderr).toContain('is not a readable receipt; it is not overwritten');
    expect(await addItems(['d', '--case', '2', '--receipt-dir', 'r', '--hash-only'])).toMatchObject({ exit: 0 });
    expect(existsSync(join(cwd, 'r/子/证据.pdf.receipt.json'))).toBe(true);
  });

  test('reads stdin under a name', async () => {
    const { exit, stdout } = await add(['-', '--name', 'x/in.txt', '--case', '1', '--json'], undefined, 'from a pipe');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ file: 'x/in.txt', receipt: './in.txt.receipt.json' }] });
    expect((await add(['-', '--case', '1'])).exit).toBe(2);
  });

  test('collection data is checked before anything is registered', async () => {
    makeFolder('collection');
    writeFileSync(join(cwd, 'c.json'), '{"method":"theft"}');
    expect(await add(['d', '--case', '1', '--collection', 'c.json'])).toMatchObject({ exit: 2 });
    const collection = { method: 'seizure', collectedAt: '2026-01-01T00:00:00Z', collectors: ['甲', '乙'] };
    writeFileSync(join(cwd, 'c.json'), JSON.stringify(collection));
    expect(await add(['d/a.txt', '--case', '1', '--collection', 'c.json'])).toMatchObject({ exit: 0 });
    const { disclosed } = receiptAt('d/a.txt.receipt.json').record;
    expect(disclosed.find(({ name }) => name === 'collection')?.value).toEqual(collection);
  });
});

describe('a receipt that cannot be written', () => {
  /** What the ledger answers, after `before` was done. */
  const forward = (before: () => void) =>
    serve(async ({ method, path, headers, body }) => {
      if (method === 'POST') before();
      const answer = await fetch(ledger.server.url + path, {
        method,
        headers: { 'content-type': headers['content-type'] ?? '' },
        ...(method === 'POST' && { body: new Uint8Array(body) }),
      });
      return { status: answer.status, body: await answer.text() };
    });

  test('is noticed before anything is registered', async () => {
    writeFileSync(join(cwd, 'a'), 'x');
    writeFileSync(join(cwd, 'r'), 'no folder');
    await using server = await forward(() => {});
    const args = ['a', '--case', '1', '--hash-only', '--receipt-dir', 'r/s'];
    const { exit, items } = await addItems(args, server.url);
    expect(exit).toBe(8);
    expect(items).toMatchObject([{ id: null, state: 'failed', error: { code: 'file-unwritable' } }]);
    expect((await add(args, server.url)).stderr).toContain('--receipt-dir');
    expect(server.asked).toEqual([]);
    expect(readdirSync(cwd).toSorted()).toEqual(['a', 'r']);
  });

  test('also where its name is a link that leads nowhere', async () => {
    writeFileSync(join(cwd, 'a'), 'linked');
    symlinkSync('nowhere/at-all', join(cwd, 'a.receipt.json'));
    await using server = await forward(() => {});
    const { exit, items } = await addItems(['a', '--case', '1', '--hash-only'], server.url);
    expect([exit, items[0]]).toMatchObject([8, { id: null, error: { code: 'file-in-the-way' } }]);
    expect(server.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('and where the place is lost meanwhile, the record is named: it is registered', async () => {
    makeFolder('lost');
    await using server = await forward(() => {
      rmSync(join(cwd, 'r'), { recursive: true });
      writeFileSync(join(cwd, 'r'), 'x');
    });
    const args = ['d/a.txt', '--case', '1', '--hash-only', '--receipt-dir', 'r'];
    const { exit, items } = await addItems(args, server.url);
    expect(exit).toBe(8);
    expect(items).toMatchObject([{ receipt: null, state: 'failed', error: { code: 'receipt-not-written' } }]);
    rmSync(join(cwd, 'r'));
    const again = await addItems(args);
    expect(again).toMatchObject({ exit: 0, items: [{ id: items[0]!.id, number: items[0]!.number }] });
    expect(items[0]!.number).toMatch(/^[0-9]{8}-/);
  });
});

describe('a service that fails', () => {
  test('no service: exit 6, reported once, nothing left behind', async () => {
    makeFolder('nobody');
    const { exit, stderr } = await add(['d', '--case', '1'], await nobody());
    expect(exit).toBe(6);
    expect(stderr.match(/cannot be reached/g)).toHaveLength(1);
    expect(readdirSync(join(cwd, 'd')).toSorted()).toEqual(['a.txt', '子']);
  });

  test('a problem names the item, and the others go on: exit 8', async () => {
    makeFolder('problem');
    writeFileSync(join(cwd, 'd', 'b'.repeat(200)), 'x');
    await using server = await serve(async ({ method, path }) => {
      if (method === 'POST') return json({ code: 'disk-full', title: 'no space', status: 507 }, 507);
      return { body: await (await fetch(ledger.server.url + path)).text() };
    });
    const { exit, items } = await addItems(['d', '--case', '1'], server.url);
    expect(exit).toBe(8);
    expect(items.map(({ error }) => error?.code)).toEqual(['disk-full', 'disk-full', 'disk-full']);
  });

  test('an upload that was forgotten is sent again', async () => {
    makeFolder('forgotten');
    const real = ledger.server.url;
    let registrations = 0;
    await using server = await serve(async ({ method, path, headers, body }) => {
      if (path === '/v1/evidence' && ++registrations === 1) return json({ code: 'upload-unknown' }, 422);
      const type = headers['content-type'] ?? '';
      const key = headers['idempotency-key'];
      const answer = await fetch(real + path, {
        method,
        headers: { 'content-type': type, ...(typeof key === 'string' && { 'idempotency-key': key }) },
        ...(method === 'POST' && { body: new Uint8Array(body) }),
      });
      return { status: answer.status, headers: { 'content-type': 'application/json' }, body: await answer.text() };
    });
    expect(await addItems(['d/a.txt', '--case', '1'], server.url)).toMatchObject({ exit: 0 });
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/healthz',
      '/trust.json',
      '/trust.json',
      '/log/checkpoint',
      '/v1/contents',
      '/v1/evidence',
      '/v1/contents',
      '/v1/evidence',
    ]);
  });

  test('a receipt of another file is not taken: exit 5', async () => {
    makeFolder('swapped');
    await addItems(['d/a.txt', '--case', '1']);
    const swapped = receiptAt('d/a.txt.receipt.json');
    await using server = await serve(async ({ method, path }) =>
      method === 'POST' ? json(swapped, 201) : { body: await (await fetch(ledger.server.url + path)).text() },
    );
    const { exit, items } = await addItems(['d/子/证据.pdf', '--case', '1', '--hash-only'], server.url);
    expect(exit).toBe(5);
    expect(items[0]).toMatchObject({ state: 'failed', error: { code: 'receipt-wrong' } });
    expect(existsSync(join(cwd, 'd/子/证据.pdf.receipt.json'))).toBe(false);
  });

  test('a chain that brings no anchor in time: exit 4, and the items are registered', async () => {
    makeFolder('late');
    await using server = await atState({ published: '99' });
    const args = ['d/a.txt', '--case', '1', '--hash-only', '--wait', 'final', '--timeout', '1'];
    expect(await addItems(args, server.url)).toMatchObject({ exit: 4, items: [{ state: 'published' }] });
    expect(receiptAt('d/a.txt.receipt.json').anchor).toBeNull();
  });
});

/** The ledger, behind a service that shows this state of the log whatever happens. */
function atState(sizes: { published?: string; mined?: string }): Promise<TestServer> {
  const anchors = sizes.mined === undefined ? [] : [{ state: 'mined', size: sizes.mined }];
  const view = {
    head: { size: '99' },
    published: { size: sizes.published ?? '0' },
    anchors,
    chain: { reachable: false },
  };
  return serve(async ({ path, method, headers, body }) => {
    if (path === '/v1/anchors') return method === 'GET' ? json(view) : json({}, 202);
    const answer = await fetch(ledger.server.url + path, {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(method === 'POST' && { body: new Uint8Array(body) }),
    });
    return { status: answer.status, body: await answer.text() };
  });
}

describe('--wait', () => {
  const waiting = (state: string, seconds = '120') => [
    'd/a.txt',
    '--case',
    '1',
    '--hash-only',
    '--wait',
    state,
    '--timeout',
    seconds,
  ];

  test.each(['registered', 'pending'])('%s: nothing is waited for', async (state) => {
    makeFolder(`wait ${state}`);
    await using server = await atState({});
    expect(await addItems(waiting(state), server.url)).toMatchObject({ exit: 0, items: [{ state: 'registered' }] });
    expect(server.asked.map(({ path }) => path)).not.toContain('/v1/anchors');
  });

  test('published: until a published checkpoint covers it, and no anchor is requested', async () => {
    makeFolder('wait published');
    await using early = await atState({ published: '0' });
    const late = await add(waiting('published', '1'), early.url);
    expect([late.exit, late.stdout.split('\t')[1]]).toEqual([4, 'registered']);
    expect(late.stderr).toContain('not published within 1 s');
    await using server = await atState({ published: '99' });
    expect(await addItems(waiting('published'), server.url)).toMatchObject({
      exit: 0,
      items: [{ state: 'published' }],
    });
    for (const { asked } of [early, server]) {
      expect(asked.filter(({ path, method }) => path === '/v1/anchors' && method === 'POST')).toEqual([]);
    }
  });

  test('anchored: until a block holds its anchor; its receipt has none before that is final', async () => {
    makeFolder('wait anchored');
    await using early = await atState({ published: '99' });
    expect(await addItems(waiting('anchored', '1'), early.url)).toMatchObject({
      exit: 4,
      items: [{ state: 'published' }],
    });
    expect(early.asked.some(({ path, method }) => path === '/v1/anchors' && method === 'POST')).toBe(true);
    await using server = await atState({ mined: '99' });
    expect(await addItems(waiting('anchored'), server.url)).toMatchObject({ exit: 0, items: [{ state: 'anchored' }] });
    expect(receiptAt('d/a.txt.receipt.json').anchor).toBeNull();
    expect(await addItems(waiting('final', '1'), server.url)).toMatchObject({
      exit: 4,
      items: [{ state: 'anchored' }],
    });
  });

  test('an unknown state is a wrong usage, and the alias is not offered', async () => {
    makeFolder('wait unknown');
    expect(await add(waiting('sealed'))).toMatchObject({ exit: 2 });
    expect((await add(['--help'])).stdout).not.toContain('pending');
  });
});
