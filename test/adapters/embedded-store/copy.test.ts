import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { copyJournal } from '../../../src/adapters/embedded-store/repair/copy.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { createStore } from '../../../src/adapters/embedded-store/store.ts';
import { journalFolder } from '../../../src/adapters/embedded-store/folders.ts';
import { newFolder, removeFolders } from './folder.ts';
import { emptyHead, hasher, sha256, TestLedger } from './ledger.ts';
import type { Head } from '../../../src/log/model.ts';

afterEach(removeFolders);

async function ledger(segmentBytes?: number) {
  const dir = newFolder();
  const store = await createStore({ dir, hash: sha256, hasher, ...(segmentBytes && { segmentBytes }) }, emptyHead());
  const made = new TestLedger();
  let head: Head = emptyHead();
  return {
    dir,
    store,
    grow: async (count: number) => {
      const commit = made.next(count);
      await store.commit(commit, head);
      head = commit.head;
    },
  };
}

async function copyOf(dir: string) {
  const to = newFolder();
  mkdirSync(journalFolder(to));
  const kinds: string[] = [];
  const copied = await copyJournal(dir, journalFolder(to), ({ kind }) => kinds.push(kind));
  return { to, copied, kinds };
}

test('copies taken while frames are appended and segments roll are beginnings of the journal', async () => {
  const { dir, store, grow } = await ledger(4000);
  const writing = (async () => {
    for (let i = 0; i < 200; i++) await grow(2);
  })();
  const copies = [];
  while (store.head().size < 400n) copies.push(await copyOf(dir));
  await writing;
  await store.close();
  const whole = wholeJournal(dir);
  const sizes = copies.map(({ copied }) => Number(copied.head.size));
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(sizes.at(-1)).toBeGreaterThan(sizes[0]!);
  expect(copies.at(-1)!.copied.segments.length).toBeGreaterThan(3);
  for (const { to, copied } of copies) {
    expect(whole.startsWith(wholeJournal(to))).toBe(true);
    expect((await rebuildIndex({ dir: to, hasher })).root).toEqual(copied.head.root);
  }
});

test('a frame that is half written is left out, and the source stays as it is', async () => {
  const { dir, store, grow } = await ledger();
  await grow(3);
  await store.close();
  const [file] = readdirSync(journalFolder(dir)).map((name) => join(journalFolder(dir), name));
  const whole = readFileSync(file!);
  appendFileSync(file!, whole.subarray(0, whole.length >> 1).subarray(0, 30));
  const torn = readFileSync(file!);
  const { to, copied, kinds } = await copyOf(dir);
  expect([Number(copied.head.size), kinds]).toEqual([3, ['commit', 'commit']]);
  expect(wholeJournal(to)).toBe(whole.toString('latin1'));
  expect(readFileSync(file!).equals(torn)).toBe(true);
});

test('damage is named, not copied', async () => {
  const { dir, store, grow } = await ledger();
  await grow(3);
  await grow(3);
  await store.close();
  const file = join(journalFolder(dir), '00000000.seg');
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  await expect(copyOf(dir)).rejects.toMatchObject({ code: 'journal-damaged' });
});

function wholeJournal(dir: string): string {
  const names = readdirSync(journalFolder(dir)).toSorted();
  return names.map((name) => readFileSync(join(journalFolder(dir), name), 'latin1')).join('');
}
