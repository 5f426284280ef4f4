import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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

async function copyOf(dir: string, earlier?: string) {
  const to = newFolder();
  mkdirSync(journalFolder(to));
  const kinds: string[] = [];
  const places = { to: journalFolder(to), earlier: earlier === undefined ? undefined : journalFolder(earlier) };
  const copied = await copyJournal(dir, places, ({ kind }) => kinds.push(kind));
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

test('what an earlier copy has is shared with it, byte by byte or not at all', async () => {
  const { dir, store, grow } = await ledger(4000);
  for (let i = 0; i < 30; i++) await grow(2);
  await grow(1); // some segment of a size that is not full
  const { to: first, copied: before } = await copyOf(dir);
  for (let i = 0; i < 30; i++) await grow(2);
  await store.close();
  const { to: second, copied } = await copyOf(dir, first);
  expect(wholeJournal(second)).toBe(wholeJournal(dir));
  const shared = copied.segments.filter(({ isLinked }) => isLinked).map(({ name }) => name);
  // all but the last one, which has grown since
  expect(shared).toEqual(before.segments.slice(0, -1).map(({ name }) => name));
  for (const name of shared) expect(inode(second, name)).toBe(inode(first, name));
  expect(inode(second, before.segments.at(-1)!.name)).not.toBe(inode(first, before.segments.at(-1)!.name));
  const firstBytes = wholeJournal(first);

  const damaged = join(journalFolder(second), shared[0]!);
  const bytes = readFileSync(damaged);
  bytes[bytes.length >> 1]! ^= 1;
  rmSync(damaged);
  writeFileSync(damaged, bytes);
  truncateSync(join(journalFolder(second), shared[1]!), 10);
  const { to: third, copied: mended } = await copyOf(dir, second);
  expect(wholeJournal(third)).toBe(wholeJournal(dir));
  expect(mended.segments.slice(0, 3).map(({ isLinked }) => isLinked)).toEqual([false, false, true]);
  expect(firstBytes.startsWith(readFileSync(join(journalFolder(first), shared[0]!), 'latin1'))).toBe(true);
});

function inode(dir: string, name: string): number {
  return statSync(join(journalFolder(dir), name)).ino;
}

function wholeJournal(dir: string): string {
  const names = readdirSync(journalFolder(dir)).toSorted();
  return names.map((name) => readFileSync(join(journalFolder(dir), name), 'latin1')).join('');
}
