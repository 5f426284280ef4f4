import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, expect, test } from 'vitest';
import type { StoreProblem } from '../../../src/log/model.ts';
import { bundleKey, findKey, markKey, mirrorKey, recordKey } from '../../../src/adapters/embedded-store/index/keys.ts';
import { sealRow } from '../../../src/adapters/embedded-store/index/rows.ts';
import { scrubStore } from '../../../src/adapters/embedded-store/check/scrub.ts';
import { createStore, openStore, type LevelStore } from '../../../src/adapters/embedded-store/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { anchorJob, checkpointOf, emptyHead, item, recordId, scopeOf, TestLedger } from './ledger.ts';

afterEach(() => removeFolders());

async function filledStore(): Promise<{ dir: string; store: LevelStore; ledger: TestLedger }> {
  const dir = newFolder();
  const ledger = new TestLedger();
  const store = await createStore({ dir, segmentBytes: 100_000 }, emptyHead());
  for (let i = 0; i < 6; i++) await store.commit(ledger.next(60), store.head());
  await store.publish(checkpointOf(ledger.head));
  for (const state of ['signed', 'mined', 'final'] as const) await store.saveAnchor(anchorJob(0, 360n, state));
  await store.commit(ledger.next(9), store.head());
  return { dir, store, ledger };
}

interface Seen {
  readonly problems: StoreProblem[];
  bytes: number;
  contents: number;
  readonly positions: string[];
}

async function scrub(store: LevelStore, from?: string): Promise<Seen> {
  const seen: Seen = { problems: [], bytes: 0, contents: 0, positions: [] };
  await scrubStore(store, {
    ...(from !== undefined && { from }),
    onPosition: (position) => seen.positions.push(position()),
    onRead: async (bytes) => void (seen.bytes += bytes),
    onProblem: (problem) => seen.problems.push(problem),
    onContent: async () => void seen.contents++,
  });
  return seen;
}

test('a whole store has no findings, also while it grows', async () => {
  const { store, ledger } = await filledStore();
  const seen = await scrub(store);
  expect(seen.problems).toEqual([]);
  expect(seen.contents).toBe(185);
  expect(seen.bytes).toBeGreaterThan(500_000);
  const running = scrub(store);
  for (let i = 0; i < 5; i++) await store.commit(ledger.next(50), store.head());
  expect((await running).problems).toEqual([]);
  await store.close();
});

test('a flipped bit in any segment is found with file, offset and seq, and the store keeps working', async () => {
  const { dir, store, ledger } = await filledStore();
  for (const [name, at] of [
    ['00000000.seg', 50_000],
    ['00000001.seg', 3000],
  ] as const) {
    const path = join(dir, 'journal', name);
    const bytes = readFileSync(path);
    bytes[at]! ^= 16;
    writeFileSync(path, bytes);
  }
  const { problems } = await scrub(store);
  expect(
    problems.map(({ code, where }) => [code, where.file!.slice(-12), typeof where.offset, typeof where.seq]),
  ).toEqual([
    ['journal-damaged', '00000000.seg', 'number', 'number'],
    ['journal-damaged', '00000001.seg', 'number', 'number'],
  ]);
  await store.commit(ledger.next(1), store.head());
  await store.close();
});

test('missing rows, also of both copies, and changed rows are found by name', async () => {
  const { dir, store } = await filledStore();
  await store.close();
  const level = new Level<Buffer, Buffer>(join(dir, 'index'), { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  const id = findKey('.id', recordId(3), 3n);
  const other = sealRow(bundleKey(0n), Buffer.alloc(256 * 35));
  await level.batch([
    ...[id, mirrorKey(id), mirrorKey(markKey(scopeOf(8))), recordKey(200n)].map((key) => ({
      type: 'del' as const,
      key,
    })),
    { type: 'put', ...other },
  ]);
  await level.close();
  const again = await openStore({ dir, segmentBytes: 100_000 });
  const { problems } = await scrub(again);
  expect(problems.map(({ code }) => code)).toEqual(Array(5).fill('index-damaged'));
  const keys = problems.map(({ where }) => where.key!).toSorted();
  expect(keys.filter((key) => key.includes(recordId(3)))).toHaveLength(2);
  expect(keys).toContain('record 200');
  expect(keys).toContain('bundle 0');
  await again.close();
});

test('resumes from any position with the same result, also in another process, and reads only the rest', async () => {
  const { dir, store } = await filledStore();
  const whole = await scrub(store);
  await store.close();
  const again = await openStore({ dir, segmentBytes: 100_000 });
  expect(whole.positions.length).toBeGreaterThan(10);
  let readBefore = whole.bytes;
  for (const [i, position] of whole.positions.entries()) {
    const rest = await scrub(again, position);
    expect(rest.problems).toEqual([]);
    expect(rest.positions).toEqual(whole.positions.slice(i + 1));
    expect(rest.bytes).toBeLessThan(readBefore);
    readBefore = rest.bytes;
  }
  expect(readBefore).toBe(0);
  await again.close();
});

test('a position that is damaged, of another journal, or gone starts the walk over', async () => {
  const { store } = await filledStore();
  const whole = await scrub(store);
  const position = whole.positions[3]!;
  const flipped = position.replace(/"size":"([0-9])/, (_, digit: string) => `"size":"${(Number(digit) + 1) % 10}`);
  const elsewhere = await createStore({ dir: newFolder(), segmentBytes: 100_000 }, emptyHead());
  const foreign = new TestLedger((index) => item(index + 1));
  for (let i = 0; i < 4; i++) await elsewhere.commit(foreign.next(60), elsewhere.head());
  const theirs = (await scrub(elsewhere)).positions[3]!;
  for (const from of ['', 'nonsense', position.slice(0, -1), flipped, theirs]) {
    expect(await scrub(store, from)).toEqual(whole);
  }
  await store.close();
  await elsewhere.close();
});

test('damage behind a position is found from there, with the index checked too', async () => {
  const { dir, store } = await filledStore();
  const whole = await scrub(store);
  await store.close();
  const level = new Level<Buffer, Buffer>(join(dir, 'index'), { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  await level.batch([recordKey(10n), recordKey(200n)].map((key) => ({ type: 'del' as const, key })));
  await level.close();
  const again = await openStore({ dir, segmentBytes: 100_000 });
  const { problems } = await scrub(again, whole.positions[3]);
  expect(problems.map(({ where }) => where.key)).toEqual(['record 200']);
  await again.close();
});
