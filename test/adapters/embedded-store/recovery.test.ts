import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import { decodeFrame, encodeFrame, FRAME_OVERHEAD_BYTES } from '../../../src/adapters/embedded-store/journal/frame.ts';
import { IndexDatabase } from '../../../src/adapters/embedded-store/index/index-database.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { repairJournal } from '../../../src/adapters/embedded-store/repair/repair.ts';
import {
  createStore,
  openStore,
  type LevelStore,
  type StoreOptions,
} from '../../../src/adapters/embedded-store/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { anchorJob, checkpointOf, emptyHead, hasher, item, recordId, TestLedger, VKEY } from './ledger.ts';

let dir: string;
let ledger: TestLedger;

beforeEach(() => {
  dir = newFolder();
  ledger = new TestLedger();
});
afterEach(() => {
  vi.restoreAllMocks();
  removeFolders();
});

const segment = (number: number) => join(dir, 'journal', `${number.toString().padStart(8, '0')}.seg`);
const index = () => join(dir, 'index');
const withCode = (code: string, text = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(text) as string }) as Error;

/** One commit a count, then closed. */
async function fill(counts: readonly number[], options: Partial<StoreOptions> = {}): Promise<void> {
  const store = existsSync(join(dir, 'journal'))
    ? await openStore({ dir, ...options })
    : await createStore({ dir, ...options }, emptyHead());
  for (const count of counts) await store.commit(ledger.next(count), store.head());
  await store.close();
}

async function reopened(options: Partial<StoreOptions> = {}): Promise<LevelStore> {
  return openStore({ dir, ...options });
}

/** Opens, reads every record by every way, closes. */
async function requireWhole(size: number): Promise<void> {
  const store = await reopened();
  expect(store.head().size).toBe(BigInt(size));
  for (let i = 0; i < size; i++) {
    expect(await store.record(BigInt(i))).toEqual(ledger.items[i]!.record);
    expect(await store.indexOfId(recordId(i))).toBe(BigInt(i));
  }
  await store.close();
}

/** Where each frame of a segment begins, and the end of the last. */
function boundaries(path: string): number[] {
  const bytes = readFileSync(path);
  const offsets = [0];
  for (let at = 0; at < bytes.length; offsets.push(at)) at += bytes.readUInt32BE(at) + FRAME_OVERHEAD_BYTES;
  return offsets;
}

/**
 * A journal of five frames whose last the index does not have, as a crash between the two leaves
 * it.
 */
async function withUnindexedFrame(): Promise<void> {
  await fill([1, 2, 3]);
  cpSync(index(), `${index()}.before`, { recursive: true });
  await fill([1]);
  rmSync(index(), { recursive: true });
  renameSync(`${index()}.before`, index());
}

async function allRows(): Promise<[string, string][]> {
  const database = await IndexDatabase.open(index());
  const rows: [string, string][] = [];
  for await (const { key, value } of database.scan()) rows.push([key.toString('hex'), value.toString('hex')]);
  await database.close();
  return rows;
}

describe('torn tail', () => {
  test('the last frame cut at every byte: it goes, all before it stays [S14]', async () => {
    await withUnindexedFrame();
    const whole = readFileSync(segment(0));
    const offsets = boundaries(segment(0));
    const begin = offsets.at(-2)!;
    cpSync(index(), `${index()}.old`, { recursive: true });
    for (let end = begin + 1; end < whole.length; end += end < begin + 64 ? 1 : 37) {
      writeFileSync(segment(0), whole.subarray(0, end));
      const tails: unknown[] = [];
      const store = await reopened({ onTornTail: (tail) => tails.push(tail) });
      expect(store.head().size).toBe(6n);
      await store.close();
      expect(tails).toEqual([{ file: segment(0), offset: begin, seq: 4, lengthBytes: end - begin }]);
      expect(statSync(segment(0)).size).toBe(begin);
    }
    await requireWhole(6);
  });

  test('zeros behind the last frame, and a last frame that ends in zeros [S15]', async () => {
    await withUnindexedFrame();
    const begin = boundaries(segment(0)).at(-2)!;
    const whole = readFileSync(segment(0));
    for (const tail of [Buffer.alloc(1), Buffer.alloc(100_000)]) {
      writeFileSync(segment(0), Buffer.concat([whole.subarray(0, begin), tail]));
      await (await reopened()).close();
      expect(statSync(segment(0)).size).toBe(begin);
    }
    writeFileSync(segment(0), whole);
    whole.fill(0, begin + 200);
    writeFileSync(segment(0), whole);
    await (await reopened()).close();
    expect(statSync(segment(0)).size).toBe(begin);
  });

  test('after a cut the journal continues with the same seq', async () => {
    await withUnindexedFrame();
    truncateSync(segment(0), statSync(segment(0)).size - 5);
    const store = await reopened();
    ledger = new TestLedger();
    for (const count of [1, 2, 3]) ledger.next(count);
    await store.commit(ledger.next(2), store.head());
    await store.close();
    expect(boundaries(segment(0))).toHaveLength(6);
    await requireWhole(8);
  });

  test('not cut when an external checkpoint covers it', async () => {
    await withUnindexedFrame();
    const size = statSync(segment(0)).size - 5;
    truncateSync(segment(0), size);
    await expect(reopened({ externalSize: async () => 7n })).rejects.toThrow(
      withCode('journal-damaged', /seq 4: .*7 are known outside/),
    );
    expect(statSync(segment(0)).size).toBe(size);
    await (await reopened({ externalSize: async () => 6n })).close();
  });

  test('not cut when the index has the frame', async () => {
    await fill([1, 2, 3]);
    const size = statSync(segment(0)).size - 5;
    truncateSync(segment(0), size);
    await expect(reopened()).rejects.toThrow(
      withCode('journal-damaged', /frames seq 3\.\.3, which the index has, are lost/),
    );
    expect(statSync(segment(0)).size).toBe(size);
  });

  test('not cut when a whole frame follows', async () => {
    await fill([1]);
    cpSync(index(), `${index()}.before`, { recursive: true });
    await fill([2, 3]);
    rmSync(index(), { recursive: true });
    renameSync(`${index()}.before`, index());
    const whole = readFileSync(segment(0));
    const [, , begin, end] = boundaries(segment(0)) as [number, number, number, number];
    // one bit in each field of the frame before the last: length, seq, previous hash, payload, crc
    for (const at of [begin, begin + 3, begin + 4, begin + 11, begin + 12, begin + 44, end - 5, end - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      writeFileSync(segment(0), bytes);
      await expect(reopened()).rejects.toThrow(
        withCode('journal-damaged', new RegExp(`offset ${begin}, seq 2: .*frame 3 follows`)),
      );
      expect(readFileSync(segment(0)).equals(bytes)).toBe(true);
    }
    writeFileSync(segment(0), whole);
    await requireWhole(6);
  });
});

describe('segments', () => {
  const small = { segmentBytes: 3000 };
  const counts = [1, 2, 3, 1, 2, 3, 1, 2, 3];

  test('roll when they are long enough, and read back as one journal', async () => {
    await fill(counts, small);
    const names = readdirSync(join(dir, 'journal')).toSorted();
    expect(names.length).toBeGreaterThan(3);
    for (const name of names.slice(0, -1)) expect(statSync(join(dir, 'journal', name)).size).toBeGreaterThan(3000);
    await rebuildIndex({ dir });
    await requireWhole(18);
  });

  test('a crash after a new segment was created leaves it empty: it is used [S32]', async () => {
    await fill(counts, small);
    const last = readdirSync(join(dir, 'journal')).length - 1;
    writeFileSync(segment(last + 1), '');
    await fill([1], small);
    expect(statSync(segment(last + 1)).size).toBeGreaterThan(0);
    await requireWhole(19);
    await rebuildIndex({ dir });
    await requireWhole(19);
  });

  const damage: readonly (readonly [string, RegExp, () => void])[] = [
    ['first deleted', /00000000\.seg is missing/, () => rmSync(segment(0))],
    ['middle deleted', /00000001\.seg is missing, 00000002\.seg is in its place/, () => rmSync(segment(1))],
    ['middle renamed', /00000001\.seg is missing/, () => renameSync(segment(1), `${segment(1)}.bak`)],
    ['last deleted', /frames seq \d+\.\.9, which the index has, are lost/, () => rmSync(segment(lastSegment()))],
    [
      'two swapped',
      /0000000[12]\.seg at offset|00000000\.seg|frame/,
      () => {
        renameSync(segment(1), `${segment(1)}x`);
        renameSync(segment(2), segment(1));
        renameSync(`${segment(1)}x`, segment(2));
      },
    ],
    ['one duplicated over the next', /0000000[12]\.seg/, () => copyFileSync(segment(1), segment(2))],
    [
      'one duplicated at the end',
      /seg at offset 0, seq 10: frame has seq/,
      () => copyFileSync(segment(1), segment(lastSegment() + 1)),
    ],
    [
      'middle truncated by a whole frame',
      /00000001\.seg/,
      () => truncateSync(segment(1), boundaries(segment(1)).at(-2)),
    ],
    [
      'last truncated by a whole frame',
      /frames seq 9\.\.9, which the index has, are lost/,
      () => truncateSync(segment(lastSegment()), boundaries(segment(lastSegment())).at(-2)),
    ],
    ['middle emptied', /0000000[12]\.seg/, () => truncateSync(segment(1), 0)],
    [
      'folder emptied',
      /no segment/,
      () => readdirSync(join(dir, 'journal')).forEach((name) => rmSync(join(dir, 'journal', name))),
    ],
    ['folder deleted', /cannot be read/, () => rmSync(join(dir, 'journal'), { recursive: true })],
  ];
  const lastSegment = () => readdirSync(join(dir, 'journal')).length - 1;

  test.each(damage)('%s: named at open, and not rebuilt over', async (_name, text, spoil) => {
    await fill(counts, small);
    spoil();
    await expect(reopened(small)).rejects.toThrow(withCode('journal-damaged', text));
    const before = await allRows();
    await expect(rebuildIndex({ dir })).rejects.toThrow(withCode('journal-damaged'));
    expect(await allRows()).toEqual(before);
  });

  test('the only frame gone: damaged, not empty', async () => {
    await fill([]);
    truncateSync(segment(0), 0);
    await expect(reopened()).rejects.toThrow(withCode('journal-damaged'));
    rmSync(index(), { recursive: true });
    await expect(rebuildIndex({ dir })).rejects.toThrow(withCode('journal-damaged', /seq 0: segment is empty/));
  });

  test('the last frame replaced by another whole one: not the one that the index was made from', async () => {
    await fill([1, 2]);
    const bytes = readFileSync(segment(0));
    const begin = boundaries(segment(0)).at(-2)!;
    const frame = decodeFrame(bytes.subarray(begin));
    if ('fault' in frame) throw new Error(frame.fault.en);
    const forged = encodeFrame({ ...frame, payload: Buffer.concat([frame.payload.subarray(0, -1), Buffer.of(1)]) });
    writeFileSync(segment(0), Buffer.concat([bytes.subarray(0, begin), forged]));
    await expect(reopened()).rejects.toThrow(
      withCode('journal-damaged', /differs from the one that the index was made from/),
    );
    await expect(rebuildIndex({ dir })).rejects.toThrow(withCode('journal-damaged'));
  });
});

describe('index', () => {
  test('older than the journal: replayed', async () => {
    await fill([5]);
    cpSync(index(), `${index()}.before`, { recursive: true });
    const store = await reopened();
    for (const count of [300, 1, 40]) await store.commit(ledger.next(count), store.head());
    await store.publish(checkpointOf(store.head()));
    await store.saveAnchor(anchorJob(0, 5n));
    await store.saveAnchor(anchorJob(1, 346n, 'final'));
    await store.close();
    const expected = await allRows();
    rmSync(index(), { recursive: true });
    renameSync(`${index()}.before`, index());
    await requireWhole(346);
    expect(await allRows()).toEqual(expected);
    const again = await reopened();
    expect(again.published()).toEqual(checkpointOf(again.head()));
    expect(again.openAnchors()).toEqual([anchorJob(0, 5n)]);
    expect(await again.finalAnchorFrom(6n)).toEqual(anchorJob(1, 346n, 'final'));
    await again.close();
  });

  test('missing, or without CURRENT or MANIFEST: never opened as empty, rebuilt to the same rows [S21 S22]', async () => {
    const store = await createStore({ dir }, emptyHead());
    for (const count of [300, 1, 40]) await store.commit(ledger.next(count), store.head());
    await store.publish(checkpointOf(store.head()));
    await store.saveAnchor(anchorJob(0, 300n, 'mined'));
    await store.saveAnchor(anchorJob(0, 300n, 'final'));
    await store.close();
    const expected = await allRows();
    const spoils = [
      () => rmSync(index(), { recursive: true }),
      () => rmSync(join(index(), 'CURRENT')),
      () =>
        readdirSync(index())
          .filter((name) => name.startsWith('MANIFEST'))
          .forEach((name) => rmSync(join(index(), name))),
      () =>
        readdirSync(index())
          .filter((name) => name.endsWith('.ldb'))
          .forEach((name) => rmSync(join(index(), name))),
    ];
    for (const spoil of spoils) {
      spoil();
      await expect(reopened()).rejects.toThrow(withCode('index-unusable', /cannot be used/));
      expect((await rebuildIndex({ dir })).size).toBe(341n);
      expect(await allRows()).toEqual(expected);
    }
    await requireWhole(341);
  });

  test('a rebuild that was stopped at any point is completed by another [S32]', async () => {
    await fill([3, 4]);
    const expected = await allRows();
    const leftovers = [
      () => cpSync(index(), `${index()}.rebuilding`, { recursive: true }),
      () => renameSync(index(), `${index()}.rebuilding`),
      () => renameSync(index(), `${index()}.replaced`),
      () => cpSync(index(), `${index()}.replaced`, { recursive: true }),
    ];
    for (const leave of leftovers) {
      leave();
      await rebuildIndex({ dir });
      expect(await allRows()).toEqual(expected);
      expect(readdirSync(dir).toSorted()).toEqual(['index', 'journal']);
    }
  });

  test('a torn tail does not hinder a rebuild, and is left for the start to cut', async () => {
    await fill([3, 4]);
    const size = statSync(segment(0)).size;
    appendFileSync(segment(0), 'torn');
    await rebuildIndex({ dir });
    expect(statSync(segment(0)).size).toBe(size + 4);
    await requireWhole(7);
    expect(statSync(segment(0)).size).toBe(size);
  });

  test('a damaged last frame does not count as torn where no index proves it: repair keeps it, then the rebuild succeeds', async () => {
    await fill([3, 4]);
    rmSync(index(), { recursive: true });
    const bytes = readFileSync(segment(0));
    bytes[bytes.length - 100]! ^= 1;
    writeFileSync(segment(0), bytes);
    const { problems } = await checkStore({ dir, vkeys: () => [VKEY] });
    expect(problems.map(({ code, repair }) => [code, repair])).toEqual([
      ['index-unusable', 'rebuild-later'],
      ['journal-torn-tail', 'cut-or-lost'],
    ]);
    await expect(rebuildIndex({ dir })).rejects.toThrow(withCode('journal-damaged', /no index can prove/));
    expect(readdirSync(dir)).not.toContain('index.rebuilding');
    await repairJournal({ dir, vkeys: () => [VKEY], hasher });
    expect(readFileSync(join(dir, 'journal', '00000000.damaged-1')).equals(bytes)).toBe(true);
    await rebuildIndex({ dir });
    await requireWhole(3);
  });

  test('a batch lost in the middle of the log of LevelDB is found [S23]', async () => {
    const store = await createStore({ dir }, emptyHead());
    for (let i = 0; i < 30; i++) await store.commit(ledger.next(5), store.head());
    await store.close();
    const log = join(
      index(),
      readdirSync(index()).find((name) => name.endsWith('.log'))!,
    );
    const bytes = readFileSync(log);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(log, bytes);
    await expect(reopened()).rejects.toThrow(withCode('index-unusable', /frame \d+ is missing|record \d+ is missing/));
    await rebuildIndex({ dir });
    await requireWhole(150);
  });

  test('tables are compared where the last process did not close the store, and the rebuild does not open them [S22]', async () => {
    await fill([7, 20]);
    const marks = () => readdirSync(dir).filter((name) => name === 'index.open');
    const store = await reopened(); // the log becomes a table
    expect(marks()).toHaveLength(1);
    await store.close();
    expect(marks()).toHaveLength(0);
    const expected = await allRows();
    const table = join(
      index(),
      readdirSync(index()).find((name) => name.endsWith('.ldb'))!,
    );
    const bytes = readFileSync(table);
    bytes[100]! ^= 1;
    writeFileSync(table, bytes);
    writeFileSync(join(dir, 'index.open'), '');
    await expect(reopened()).rejects.toThrow(
      withCode('index-unusable', /ldb at offset 0: block does not have the crc32c/),
    );
    expect(marks()).toHaveLength(1);
    expect((await checkStore({ dir, vkeys: () => [VKEY] })).problems).toMatchObject([
      { code: 'index-unusable', where: { file: table, offset: 0 } },
    ]);
    await rebuildIndex({ dir });
    expect(marks()).toHaveLength(0);
    expect(await allRows()).toEqual(expected);
    await requireWhole(27);
  });

  test('one bit flipped anywhere in the tables: every answer is right or an error, never wrong', async () => {
    const store = await createStore({ dir }, emptyHead());
    for (const count of [7, 20]) await store.commit(ledger.next(count), store.head());
    await store.publish(checkpointOf(store.head()));
    await store.saveAnchor(anchorJob(0, 27n, 'final'));
    await store.close();
    await (await reopened()).close(); // the log becomes a table
    const program = fileURLToPath(new URL('./flips.ts', import.meta.url));
    const outcomes: string[] = [];
    // in a process of its own, begun again where LevelDB's assertions end it
    while (outcomes.length < 150) {
      const run = spawnSync(process.execPath, [program, dir, String(outcomes.length), '150']);
      const lines = run.stdout
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      outcomes.push(...lines, ...(run.status === 0 ? [] : ['aborted']));
    }
    expect(outcomes.filter((outcome) => !['right', 'refused', 'found', 'aborted'].includes(outcome))).toEqual([]);
    expect(outcomes.filter((outcome) => outcome !== 'right').length).toBeGreaterThan(75);
    expect(outcomes.filter((outcome) => outcome === 'aborted').length).toBeLessThan(10);
  });
});

describe('fail-stop', () => {
  const failure = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

  /** What `FileHandle` and the database do, to be replaced by something that fails. */
  async function fileHandles(): Promise<{
    datasync: (this: unknown) => Promise<void>;
    write: (this: unknown, ...args: unknown[]) => Promise<unknown>;
  }> {
    const handle = await open(segment(0));
    await handle.close();
    return Object.getPrototypeOf(handle) as never;
  }

  async function requireStopped(store: LevelStore, failed: Promise<void>, stops: unknown[]): Promise<void> {
    const head = store.head();
    await expect(failed).rejects.toThrow(withCode('store-failed', /EIO/));
    await expect(failed).rejects.toHaveProperty('cause', failure);
    vi.restoreAllMocks();
    await expect(store.commit(ledger.next(1), store.head())).rejects.toThrow(withCode('store-failed'));
    await expect(store.publish(checkpointOf(head))).rejects.toThrow(withCode('store-failed'));
    await expect(store.saveAnchor(anchorJob(0, 1n))).rejects.toThrow(withCode('store-failed'));
    expect(stops).toEqual([expect.objectContaining({ code: 'store-failed' })]);
    expect(store.head()).toEqual(head);
    expect(await store.record(0n)).toEqual(item(0).record);
    await store.close();
  }

  async function storeToFail(): Promise<{ store: LevelStore; stops: unknown[] }> {
    await fill([2]);
    const stops: unknown[] = [];
    return { store: await reopened({ onFailStop: (error) => stops.push(error) }), stops };
  }

  test('a failed write: absent after a restart', async () => {
    const { store, stops } = await storeToFail();
    vi.spyOn(await fileHandles(), 'write').mockRejectedValueOnce(failure);
    await requireStopped(store, store.commit(ledger.next(3), store.head()), stops);
    expect(stops).toHaveLength(1);
    await requireWhole(2);
  });

  test('a short write: cut at the restart', async () => {
    const { store, stops } = await storeToFail();
    const handles = await fileHandles();
    const { write } = handles;
    vi.spyOn(handles, 'write').mockImplementationOnce(function (this: unknown, bytes, offset, length, position) {
      return write.call(this, bytes, offset, (length as number) - 10, position);
    });
    await expect(store.commit(ledger.next(3), store.head())).rejects.toThrow(
      withCode('store-failed', /only \d+ of \d+ bytes/),
    );
    expect(stops).toHaveLength(1);
    await store.close();
    await requireWhole(2);
  });

  test('a failed sync of a frame that reached the disk: present after a restart', async () => {
    const { store, stops } = await storeToFail();
    const handles = await fileHandles();
    const { datasync } = handles;
    vi.spyOn(handles, 'datasync').mockImplementationOnce(async function (this: unknown) {
      await datasync.call(this);
      throw failure;
    });
    await requireStopped(store, store.commit(ledger.next(3), store.head()), stops);
    expect(stops).toHaveLength(1);
    await requireWhole(5);
  });

  test('a failed index batch: replayed at the restart', async () => {
    const { store, stops } = await storeToFail();
    vi.spyOn(Level.prototype, 'batch').mockImplementationOnce(() => {
      throw failure;
    });
    await requireStopped(store, store.commit(ledger.next(3), store.head()), stops);
    expect(stops).toHaveLength(1);
    await requireWhole(5);
  });

  test('commits that wait while one fails are refused, too', async () => {
    const { store, stops } = await storeToFail();
    vi.spyOn(await fileHandles(), 'datasync').mockRejectedValueOnce(failure);
    const first = ledger.next(1);
    const outcomes = await Promise.allSettled([
      store.commit(first, store.head()),
      store.commit(ledger.next(1), first.head),
    ]);
    expect(
      outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code),
    ).toEqual(['store-failed', 'store-failed']);
    expect(stops).toHaveLength(1);
    await store.close();
  });

  test('a file size limit of the system: stopped, and whole after a restart [S9]', async () => {
    await fill([2]);
    const path = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
    const program = `
      import { openStore } from ${path('../../../src/adapters/embedded-store/store.ts')};
      import { TestLedger } from ${path('./ledger.ts')};
      const store = await openStore({ dir: ${JSON.stringify(dir)} });
      const ledger = new TestLedger(); ledger.next(2);
      let acknowledged = 2;
      try { for (;;) { await store.commit(ledger.next(5), store.head()); acknowledged += 5; } }
      catch (error) { console.log(JSON.stringify({ acknowledged, code: error.code })); process.exit(0) }`;
    const run = spawnSync('sh', [
      '-c',
      'ulimit -f 64 && exec "$0" "$@"',
      process.execPath,
      '--input-type=module',
      '-e',
      program,
    ]);
    const { acknowledged, code } = JSON.parse(run.stdout.toString()) as { acknowledged: number; code: string };
    expect(code).toBe('store-failed');
    expect(acknowledged).toBeGreaterThan(2);
    // the commit that failed is there if it was the index that met the limit
    const store = await reopened();
    const { size } = store.head();
    await store.close();
    expect([acknowledged, acknowledged + 5]).toContain(Number(size));
  });
});

test('killed at random moments: every acknowledged record survives', async () => {
  await fill([]);
  const path = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const program = `
    import { writeSync } from 'node:fs';
    import { openStore } from ${path('../../../src/adapters/embedded-store/store.ts')};
    import { TestLedger } from ${path('./ledger.ts')};
    const store = await openStore({ dir: ${JSON.stringify(dir)}, segmentBytes: 20000 });
    const ledger = new TestLedger(); ledger.next(Number(store.head().size));
    const kill = () => process.kill(process.pid, 'SIGKILL');
    const last = 1 + Math.floor(20 * Math.random());
    for (let commits = 1; ; commits++) {
      const next = ledger.next(2);
      await store.commit(next, store.head());
      writeSync(1, next.head.size + '\\n');
      if (commits === last) setTimeout(kill, 10 * Math.random());
    }`;
  let acknowledged = 0;
  for (let round = 0; round < 5; round++) {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    acknowledged = Math.max(acknowledged, Number(run.stdout.toString().trim().split('\n').at(-1)));
    const store = await reopened({ segmentBytes: 20_000 });
    expect(Number(store.head().size)).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = Number(store.head().size);
    await store.close();
  }
  expect(acknowledged).toBeGreaterThan(0);
  const rows = await allRows();
  await rebuildIndex({ dir });
  expect(await allRows()).toEqual(rows);
});

test('an existing store is not created again', async () => {
  await fill([1]);
  await expect(createStore({ dir }, emptyHead())).rejects.toThrow(/exist/);
  await requireWhole(1);
});
