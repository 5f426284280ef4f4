import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import { IndexDatabase } from '../../../src/adapters/embedded-store/index/index-database.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { anchorJob, checkpointOf, emptyHead, item, TestLedger, VKEY } from './ledger.ts';

/**
 * LevelDB's own files deleted, cut and flipped: a start gives the right answers or names the
 * rebuild; nothing is lost, since the journal has it.
 */

const SIZE = 60;
let whole: string;
let rows: readonly string[];
let dir: string;

/** A store whose index is two tables and a log. */
beforeAll(async () => {
  whole = newFolder();
  const ledger = new TestLedger();
  await (await createStore({ dir: whole }, emptyHead())).close();
  for (const table of [0, 1, 2]) {
    const store = await openStore({ dir: whole }); // what was the log becomes a table
    for (let i = 0; i < 4; i++) await store.commit(ledger.next(5), store.head());
    await store.publish(checkpointOf(store.head()));
    await store.saveAnchor(anchorJob(table, store.head().size, 'final'));
    await store.close();
  }
  dir = join(newFolder(), 'data');
  cpSync(whole, dir, { recursive: true });
  rows = await rowsOf();
});
beforeEach(() => {
  rmSync(dir, { recursive: true, force: true });
  cpSync(whole, dir, { recursive: true });
});
afterAll(removeFolders);

const index = () => join(dir, 'index');
const files = (kind: RegExp) =>
  readdirSync(index())
    .filter((name) => kind.test(name))
    .map((name) => join(index(), name));

async function rowsOf(): Promise<string[]> {
  const database = await IndexDatabase.open(index());
  const all: string[] = [];
  for await (const { key, value } of database.scan()) all.push(`${key.toString('hex')} ${value.toString('hex')}`);
  await database.close();
  return all;
}

/** Every record by index and id, from a start that may refuse for want of an index. */
async function start(): Promise<'serves' | 'refuses'> {
  let store: Awaited<ReturnType<typeof openStore>>;
  try {
    store = await openStore({ dir });
  } catch (error) {
    expect(error).toMatchObject({
      code: 'index-unusable',
      hint: { en: expect.stringMatching(/evl rebuild-index/) as string },
    });
    return 'refuses';
  }
  let refused = 0;
  const right = async (ask: Promise<unknown>, expected: unknown) => {
    try {
      expect(await ask).toEqual(expected);
    } catch (error) {
      if ((error as { code?: string }).code !== 'index-damaged') throw error;
      refused++;
    }
  };
  expect(store.head().size).toBe(BigInt(SIZE));
  for (let i = 0; i < SIZE; i++) {
    const { record } = item(i);
    await right(store.record(BigInt(i)), record);
    await right(store.indexOfId(record.header.id), BigInt(i));
    await right(store.indexOfNumber(record.header.number), BigInt(i));
  }
  await store.close();
  return refused > 0 ? 'refuses' : 'serves';
}

interface Outcome {
  readonly plant: string;
  readonly fsck: readonly string[];
  readonly start: 'serves' | 'refuses';
}

/** What is not reported must be harmless: the start then restores every row. */
async function judge(plant: string, spoil: () => void): Promise<Outcome> {
  rmSync(dir, { recursive: true, force: true });
  cpSync(whole, dir, { recursive: true });
  spoil();
  const spoiled = join(dir, '..', 'spoiled');
  cpSync(index(), spoiled, { recursive: true });
  // it opens the index, and LevelDB tidies up
  const { problems } = await checkStore({ dir, vkeys: () => [VKEY] });
  rmSync(index(), { recursive: true });
  cpSync(spoiled, index(), { recursive: true });
  rmSync(spoiled, { recursive: true });
  const outcome = { plant, fsck: problems.map(({ code }) => code), start: await start() };
  if (outcome.start === 'refuses' || problems.length > 0) {
    expect([plant, (await rebuildIndex({ dir })).size]).toEqual([plant, BigInt(SIZE)]);
    expect(await start()).toBe('serves');
  }
  expect([plant, await rowsOf()]).toEqual([plant, rows]);
  return outcome;
}

const cutTo = (file: string, part: number) => truncateSync(file, Math.floor(statSync(file).size * part));
function flip(file: string, part: number): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length * part)]! ^= 8;
  writeFileSync(file, bytes);
}

const PARTS = [0, 0.3, 0.6, 0.99];

test.each([
  { name: 'a table', kind: /\.ldb$/, detection: 'always', tag: 'S22' },
  { name: 'MANIFEST', kind: /^MANIFEST/, detection: 'always', tag: 'S22' },
  { name: 'CURRENT', kind: /^CURRENT$/, detection: 'always', tag: 'S22' },
  // LevelDB drops what it cannot read of its log: the rows before are those of an earlier moment,
  // and the journal has the rest
  { name: 'the log', kind: /\.log$/, detection: 'never', tag: 'S23' },
])(
  '$name of LevelDB deleted, cut, flipped: a start has all rows again, or names the rebuild that restores them [$tag]',
  async ({ kind, detection }) => {
    const outcomes: Outcome[] = [];
    expect(files(kind).length).toBeGreaterThan(0);
    for (const file of files(kind)) {
      outcomes.push(await judge('deleted', () => rmSync(file)));
      for (const part of PARTS) outcomes.push(await judge(`cut to ${part}`, () => cutTo(file, part)));
      // some flips there make LevelDB end the process: see below
      if (file.endsWith('.ldb')) continue;
      for (const part of PARTS) outcomes.push(await judge(`flipped at ${part}`, () => flip(file, part)));
    }
    const expected = detection === 'always' ? { found: true, start: 'refuses' } : { found: false, start: 'serves' };
    const others = outcomes.filter(
      ({ fsck, start: how }) => fsck.length > 0 !== expected.found || how !== expected.start,
    );
    expect(others).toEqual([]);
  },
);

test('where LevelDB ends the process over a flipped table, the next start refuses instead, and names the rebuild [S22]', async () => {
  const program = join(import.meta.dirname, 'open-flipped.ts');
  const child = spawnSync(process.execPath, [program, dir]);
  expect(child.signal).toBe('SIGABRT'); // within the folder that lies there now
  await expect(openStore({ dir })).rejects.toMatchObject({
    code: 'index-unusable',
    message: expect.stringMatching(/does not have the crc32c of its bytes/) as string,
    hint: { en: expect.stringMatching(/evl rebuild-index/) as string },
  });
  expect((await rebuildIndex({ dir })).size).toBe(BigInt(SIZE));
  expect(await start()).toBe('serves');
  expect(await rowsOf()).toEqual(rows);
});
