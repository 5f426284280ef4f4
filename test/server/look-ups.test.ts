import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnchorJob } from '../../src/log/model.ts';
import { type MemoryLog, openMemoryLog } from '../log/memory-log.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';

/** Look-ups over one log of 2,600 records: several at once, newest first, with totals. */

interface Page {
  readonly items: readonly { readonly index: string; readonly state: string; readonly receivedAt: string }[];
  readonly total: number | null;
  readonly nextCursor: string | null;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

const BIG = '（2026）浙01刑初1号';
const SMALL = '（2026）浙01刑初2号';
const BIG_COUNT = 2500;
const SMALL_COUNT = 100;
/** A second of each record. */
const START_MS = 1_800_000_000_000;
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let memory: MemoryLog;
let service: MemoryService;
const txHashes = ['a', 'b', 'c', 'd'].map((digit) => `0x${digit.repeat(64)}`);

beforeAll(async () => {
  memory = await openMemoryLog();
  memory.nowMs = START_MS - 1000;
  for (let i = 0; i < BIG_COUNT + SMALL_COUNT; i++) await register(i);
  await memory.log.publishStep();
  await anchorAt(0, 1000n, 'final');
  await anchorAt(1, 1500n, 'failed');
  await anchorAt(2, 2000n, 'final');
  await anchorAt(3, 2550n, 'mined');
  service = await startMemoryService(memory.log);
});
afterAll(async () => service[Symbol.asyncDispose]());

/** Every tenth file of the large case has one content; names count within the case. */
async function register(i: number): Promise<void> {
  const number = i < BIG_COUNT ? BIG : SMALL;
  const name = i < BIG_COUNT ? `${i % 2 === 0 ? '扫描件' : '照片'}-${i}.jpg` : `café-${i}.txt`.normalize('NFD');
  const sha256 = digestOf(i % 10 === 0 ? 'equal' : String(i));
  const sections = { file: { name, size: 1 }, case: { number }, digests: { sha256 } };
  memory.nowMs += 1000;
  await memory.log.register({
    kind: 'evidence',
    sections,
    lookups: [
      { by: 'case', value: number.replace('（', '(').replace('）', ')') },
      { by: 'sha256', value: sha256 },
    ],
  });
}

async function anchorAt(id: number, size: bigint, state: AnchorJob['state']): Promise<void> {
  const inclusion = { blockNumber: 1n, blockHash: '0x1', blockTimeMs: 0, transactionIndex: 0, logPosition: 0 };
  await memory.store.saveAnchor({
    id,
    state,
    size,
    root: await memory.log.reader.rootAt(size),
    nonce: id,
    rawTransaction: '0x',
    txHash: txHashes[id]!,
    createdAtMs: 0,
    inclusion: { ...inclusion, anchorIndex: BigInt(id) },
  });
}

async function ask(query: Readonly<Record<string, string>>): Promise<Page> {
  return (await (await fetch(`${service.url}/v1/evidence?${new URLSearchParams(query).toString()}`)).json()) as Page;
}

const indexes = ({ items }: Page) => items.map(({ index }) => Number(index));
const secondOf = (i: number) => new Date(START_MS + i * 1000).toISOString();

/** All pages of a query: the indexes, the total that each page states, and the pages. */
async function all(query: Readonly<Record<string, string>>) {
  const found: number[] = [];
  const totals: (number | null)[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await ask({ ...query, ...(cursor !== null && { cursor }) });
    found.push(...indexes(page));
    totals.push(page.total);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { found, totals };
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);

describe('the order', () => {
  test('is that of registration, or the newest first', async () => {
    const oldest = await ask({ limit: '3' });
    expect([indexes(oldest), oldest.total]).toEqual([[0, 1, 2], 2600]);
    const newest = await ask({ order: 'newest', limit: '3' });
    expect([indexes(newest), newest.total]).toEqual([[2599, 2598, 2597], 2600]);
    const ofCase = await ask({ case: SMALL, order: 'newest', limit: '2' });
    expect([indexes(ofCase), ofCase.total]).toEqual([[2599, 2598], 100]);
  });

  test.each(['oldest', 'newest'])('%s: pages end at the last record, and each states the total', async (order) => {
    const { found, totals } = await all({ case: SMALL, order, limit: '30' });
    const expected = range(2500, 2600);
    expect(found).toEqual(order === 'newest' ? expected.toReversed() : expected);
    expect(totals).toEqual([100, 100, 100, 100]);
    const { found: everything } = await all({ order, limit: '1000' });
    expect(everything).toEqual(order === 'newest' ? range(0, 2600).toReversed() : range(0, 2600));
  });

  test('registrations meanwhile neither shift nor repeat pages', async () => {
    const query = { case: SMALL, order: 'newest', limit: '60' };
    const first = await ask(query);
    await register(2600);
    const second = await ask({ ...query, cursor: first.nextCursor! });
    expect([...indexes(first), ...indexes(second)]).toEqual(range(2500, 2600).toReversed());
    expect((await ask({ case: SMALL, order: 'newest', limit: '1' })).items[0]!.index).toBe('2600');
  });

  test('a cursor counts for its own query only', async () => {
    const { nextCursor } = await ask({ case: SMALL, limit: '10' });
    for (const other of [{ order: 'newest' }, { state: 'final' }, { since: secondOf(0) }, { name: 'x' }]) {
      expect((await ask({ case: SMALL, cursor: nextCursor!, ...other })).code).toBe('cursor-invalid');
    }
  });
});

describe('a range of time', () => {
  test('begins at its first moment and ends before its last, in any zone', async () => {
    const query = { since: secondOf(10), until: secondOf(13) };
    expect(await all(query)).toEqual({ found: [10, 11, 12], totals: [3] });
    expect((await all({ ...query, order: 'newest' })).found).toEqual([12, 11, 10]);
    const beijing = new Date(START_MS + 10_000 + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
    expect((await all({ since: beijing, until: secondOf(11) })).found).toEqual([10]);
    expect((await all({ since: secondOf(2595), case: SMALL })).found.slice(0, 5)).toEqual(range(2595, 2600));
    expect(await all({ since: secondOf(13), until: secondOf(10) })).toEqual({ found: [], totals: [0] });
    expect(await all({ until: secondOf(0) })).toEqual({ found: [], totals: [0] });
    expect((await ask({ since: 'yesterday' })).code).toBe('validation-failed');
  });
});

describe('a state', () => {
  test.each([
    ['final', 0, 2000],
    ['anchored', 2000, 2550],
    ['published', 2550, 2600],
    ['registered', 2600, 2601],
  ])('%s: the records in that state', async (state, from, to) => {
    const page = await ask({ state, limit: '1000', order: 'newest' });
    expect(page.total).toBe(to - from);
    expect(page.items.every((item) => item.state === state)).toBe(true);
    expect(indexes(page)[0]).toBe(to - 1);
    expect((await all({ state, limit: '1000' })).found).toEqual(range(from, to));
  });
});

describe('a transaction', () => {
  test('finds the records that it was the first to anchor', async () => {
    const found = async (tx: string, more: object = {}) => (await all({ tx, limit: '1000', ...more })).found;
    expect(await found(txHashes[0]!)).toEqual(range(0, 1000));
    expect(await found(txHashes[2]!.toUpperCase().replace('0X', '0x'))).toEqual(range(1000, 2000));
    expect(await found(txHashes[3]!, { case: SMALL })).toEqual(range(2500, 2550));
    expect(await found(txHashes[1]!)).toEqual([]);
    expect(await found(`0x${'e'.repeat(64)}`)).toEqual([]);
    expect(await ask({ tx: '0xzz' })).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/tx' }] });
  });
});

describe('several at once', () => {
  test('find what fits all of them', async () => {
    const equal = digestOf('equal');
    expect(await all({ sha256: equal, case: SMALL })).toEqual({ found: range(2500, 2601, 10), totals: [11] });
    const { found } = await all({ sha256: equal, case: BIG, since: secondOf(100), until: secondOf(150) });
    expect(found).toEqual([100, 110, 120, 130, 140]);
    expect((await all({ sha256: digestOf('17'), case: SMALL })).found).toEqual([]);
    expect((await all({ sha256: digestOf('17'), case: BIG, state: 'final' })).found).toEqual([17]);
    expect((await all({ sha256: digestOf('17'), case: BIG, state: 'anchored' })).found).toEqual([]);
  });
});

describe('a name', () => {
  test('is found whole, or by how it begins, within one case', async () => {
    expect((await all({ case: BIG, name: '照片-77.jpg' })).found).toEqual([77]);
    expect((await all({ case: BIG, name: '照片' })).found).toEqual([]);
    expect((await all({ case: BIG, namePrefix: '照片-77' })).found).toEqual([77, ...range(771, 780, 2)]);
    expect((await all({ case: SMALL, name: 'café-2512.txt' })).found).toEqual([2512]);
    for (const query of [{ name: 'x' }, { namePrefix: 'x', sha256: digestOf('17') }]) {
      expect(await ask(query as Record<string, string>)).toMatchObject({ code: 'validation-failed' });
    }
  });

  test('a page reads a bounded number of records: it may be empty and have a next one', async () => {
    const query = { case: BIG, name: '照片-2401.jpg' };
    const first = await ask(query);
    expect([first.items, first.total]).toEqual([[], null]);
    const second = await ask({ ...query, cursor: first.nextCursor! });
    expect([indexes(second), second.total, second.nextCursor]).toEqual([[2401], null, null]);
    const { found, totals } = await all({ case: BIG, namePrefix: '扫描件', order: 'newest', limit: '400' });
    expect(found).toEqual(range(0, 2500, 2).toReversed());
    expect(new Set(totals)).toEqual(new Set([null]));
  });
});

test('a row that finds another record is damage, also where it is one of several look-ups', async () => {
  const { store } = memory;
  const lying = new Proxy(store, {
    get: (target, name) => {
      if (name === 'indexesOf') return async () => [3n];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const log = new Proxy(memory.log, {
    get: (target, name) => {
      if (name === 'store') return lying;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  await using damaged = await startMemoryService(log);
  for (const query of [`case=${encodeURIComponent(SMALL)}`, `case=${encodeURIComponent(SMALL)}&name=x`]) {
    expect((await fetch(`${damaged.url}/v1/evidence?${query}`)).status).toBe(500);
  }
});
