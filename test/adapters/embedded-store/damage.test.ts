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
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import { FRAME_HEADER_BYTES, FRAME_OVERHEAD_BYTES } from '../../../src/adapters/embedded-store/journal/frame.ts';
import type { StoreProblem } from '../../../src/log/model.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { repairJournal } from '../../../src/adapters/embedded-store/repair/repair.ts';
import { scrubStore } from '../../../src/adapters/embedded-store/check/scrub.ts';
import { createStore, type LevelStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { anchorJob, checkpointOf, emptyHead, hasher, item, TestLedger, VKEY } from './ledger.ts';

/**
 * Damage planted in a journal of several segments: what the check reports, and what a start does.
 */

let dir: string;

let whole: string;

/**
 * Two frames a segment: 0 empty, 1 records 0..3 | 2 4..7, 3 8..11 | 4 published, 5 12..15 | 6
 * anchor, 7 16..19 | 8 20..23.
 */
beforeAll(async () => {
  whole = newFolder();
  const ledger = new TestLedger();
  await (await createStore({ dir: whole }, emptyHead())).close();
  const steps = ['commit', 'commit', 'commit', 'publish', 'commit', 'anchor', 'commit', 'commit'];
  for (const [i, step] of steps.entries()) {
    const store = await openStore({ dir: whole, segmentBytes: i % 2 === 0 ? 1_000_000 : 0 });
    if (step === 'commit') await store.commit(ledger.next(4), store.head());
    if (step === 'publish') await store.publish(checkpointOf(store.head()));
    if (step === 'anchor') await store.saveAnchor(anchorJob(0, 12n));
    await store.close();
  }
});
beforeEach(() => {
  dir = join(newFolder(), 'data');
  cpSync(whole, dir, { recursive: true });
});
afterAll(removeFolders);

const segment = (number: number) => join(dir, 'journal', `${number.toString().padStart(8, '0')}.seg`);
const check = async () => (await checkStore({ dir, vkeys: () => [VKEY] })).problems;

/** Where each frame of a segment begins, and the end of the last. */
function boundaries(number: number): number[] {
  const bytes = readFileSync(segment(number));
  const offsets = [0];
  for (let at = 0; at < bytes.length; offsets.push(at)) at += bytes.readUInt32BE(at) + FRAME_OVERHEAD_BYTES;
  return offsets;
}

function change(number: number, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(segment(number));
  edit(bytes);
  writeFileSync(segment(number), bytes);
}

interface BadSectors {
  readonly path: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * From now on each read that touches these bytes of the file fails as on a disk that has lost them.
 */
async function refuseReads({ path, begin, end }: BadSectors): Promise<{ readonly refused: () => number }> {
  const { ino } = statSync(path);
  const some = await open(path, 'r');
  const kind = Object.getPrototypeOf(some) as FileHandle;
  await some.close();
  const { value: read } = Object.getOwnPropertyDescriptor(kind, 'read') as { value: (...args: unknown[]) => unknown };
  let refused = 0;
  vi.spyOn(kind, 'read').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
    const [length, position] = args.slice(2) as [number, number];
    if ((await this.stat()).ino === ino && position < end && position + length > begin) {
      refused++;
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    }
    return read.apply(this, args);
  } as never);
  return { refused: () => refused };
}

/** Code, segment, seqs and records, in one line. */
function brief({ code, where }: StoreProblem): string {
  const { file = '', seq, lastSeq, record, lastRecord } = where;
  return [code, file.split('/').at(-1), `${seq}..${lastSeq}`, `${record}..${lastRecord}`].join(' ');
}

/**
 * A start looks at the ends of the segments alone: damage within them is found by the scrubber,
 * while the index gives the right answers.
 */
async function start(): Promise<'refuses' | 'serves'> {
  let store: LevelStore;
  try {
    store = await openStore({ dir });
  } catch (error) {
    expect(error).toMatchObject({ code: 'journal-damaged' });
    return 'refuses';
  }
  const found: StoreProblem[] = [];
  for (let i = 0; i < 24; i++) expect(await store.record(BigInt(i))).toEqual(item(i).record);
  await scrubStore(store, { onRead: async () => {}, onProblem: (problem) => found.push(problem) });
  expect(found.length).toBeGreaterThan(0);
  await store.close();
  return 'serves';
}

test('the ledger of these tests has the segments that they assume', async () => {
  expect([0, 1, 2, 3, 4].map((number) => boundaries(number).length - 1)).toEqual([2, 2, 2, 2, 1]);
  expect(await check()).toEqual([]);
});

describe('journal', () => {
  const plants: readonly (readonly [
    name: string,
    plant: () => void,
    findings: readonly string[],
    starts?: 'serves',
  ])[] = [
    [
      'a bit in the length of a frame',
      () => change(1, (bytes) => (bytes[boundaries(1)[1]! + 3]! ^= 64)),
      ['journal-damaged 00000001.seg 3..3 8..11'],
      'serves',
    ],
    [
      'two frames in two segments',
      () => {
        change(1, (bytes) => (bytes[100]! ^= 1));
        change(3, (bytes) => (bytes[boundaries(3)[1]! + 500]! ^= 1));
      },
      ['journal-damaged 00000001.seg 2..2 4..7', 'journal-damaged 00000003.seg 7..7 16..19'],
      'serves',
    ],
    [
      'the end of one segment and the begin of the next',
      () => {
        change(1, (bytes) => (bytes[boundaries(1)[1]! + 500]! ^= 1));
        change(2, (bytes) => (bytes[100]! ^= 1));
      },
      ['journal-damaged 00000001.seg 3..4 8..11', 'journal-damaged 00000002.seg 3..4 8..11'],
      'serves',
    ],
    [
      'the last frame, which the index knows',
      () => change(4, (bytes) => (bytes[500]! ^= 1)),
      ['journal-damaged 00000004.seg 8..8 20..23'],
    ],
    ['a segment of zeros', () => change(2, (bytes) => bytes.fill(0)), ['journal-damaged 00000002.seg 4..5 12..15']],
    ['a segment deleted [S18]', () => rmSync(segment(2)), ['segment-missing 00000002.seg 4..5 12..15']],
    ['the first segment deleted [S18]', () => rmSync(segment(0)), ['segment-missing 00000000.seg 0..1 0..3']],
    ['the newest segment deleted [S18]', () => rmSync(segment(4)), ['journal-behind 00000003.seg 8..8 20..23']],
    ['a segment emptied', () => truncateSync(segment(2)), ['journal-damaged 00000002.seg 4..5 12..15']],
    [
      'a whole frame cut off in the middle',
      () => truncateSync(segment(2), boundaries(2)[1]),
      ['journal-damaged 00000002.seg 5..5 12..15'],
    ],
    [
      'the newest segments cut by whole frames [S19]',
      () => {
        rmSync(segment(4));
        truncateSync(segment(3), boundaries(3)[1]);
      },
      ['journal-behind 00000003.seg 7..8 16..23'],
    ],
    [
      'two segments swapped [S24]',
      () => {
        renameSync(segment(1), `${segment(1)}~`);
        renameSync(segment(2), segment(1));
        renameSync(`${segment(1)}~`, segment(2));
      },
      ['segment-misplaced 00000001.seg 4..5 undefined..undefined'],
    ],
    [
      'a segment duplicated over the next [S24]',
      () => copyFileSync(segment(1), segment(2)),
      ['segment-misplaced 00000002.seg 2..3 undefined..undefined', 'journal-damaged 00000001.seg 4..5 12..15'],
    ],
    [
      'a segment duplicated behind the last [S24]',
      () => copyFileSync(segment(1), segment(5)),
      ['segment-misplaced 00000005.seg 2..3 undefined..undefined'],
    ],
    [
      'a file that is called like a segment',
      () => copyFileSync(segment(1), `${segment(1)}.bak`),
      ['segment-foreign 00000001.seg.bak undefined..undefined undefined..undefined'],
    ],
    [
      'a record edited and the crc corrected [S25]',
      () =>
        change(1, (bytes) => {
          const [begin, end] = [boundaries(1)[0]!, boundaries(1)[1]!];
          const at = bytes.indexOf('证据 5', begin + FRAME_HEADER_BYTES);
          expect(at).toBeLessThan(end);
          bytes.write('8', at + Buffer.byteLength('证据 '));
          bytes.writeUInt32BE(crc32(bytes.subarray(begin, end - 4)), end - 4);
        }),
      [
        'record-damaged 00000001.seg 2..undefined 5..undefined',
        'journal-damaged 00000001.seg 2..undefined undefined..undefined',
      ],
      'serves',
    ],
  ];

  test.each(plants.map(([name, plant, findings, starts = 'refuses']) => [name, { plant, findings, starts }] as const))(
    'planted damage is reported by place, frames and records, and no start gives a wrong answer: %s',
    async (_name, { plant, findings, starts }) => {
      plant();
      const problems = await check();
      expect(problems.map(brief)).toEqual(findings);
      for (const { where, message } of problems) {
        if (where.lastRecord !== undefined)
          expect(message.en).toMatch(/the index has them whole: they hash to the signed root/);
      }
      expect(await start()).toBe(starts);
    },
  );

  test('without the index, or with one that is damaged there, nothing is reported as whole', async () => {
    change(1, (bytes) => (bytes[100]! ^= 1));
    cpSync(join(dir, 'index'), join(dir, 'kept'), { recursive: true });
    rmSync(join(dir, 'index'), { recursive: true });
    const problems = await check();
    expect(problems.map(brief)).toEqual([
      'index-unusable index undefined..undefined undefined..undefined',
      'journal-damaged 00000001.seg 2..2 4..7',
    ]);
    expect(problems[1]!.message.en).toContain('the index does not have them whole: there is no readable index');
    expect(existsSync(join(dir, 'kept'))).toBe(true);
  });

  test('zeros behind the last frame are taken for a torn tail, and cut [S15]', async () => {
    appendFileSync(segment(4), Buffer.alloc(5000));
    expect((await check()).map(brief)).toEqual(['journal-torn-tail 00000004.seg 9..undefined undefined..undefined']);
    await (await openStore({ dir })).close();
    expect(await check()).toEqual([]);
    expect(readdirSync(dir).toSorted()).toEqual(['index', 'journal']);
  });

  const repair = (from?: string) =>
    repairJournal({ dir, ...(from !== undefined && { from }), vkeys: () => [VKEY], hasher });
  const names = () => readdirSync(join(dir, 'journal')).toSorted();
  const files = (of: string, ending = '') =>
    readdirSync(join(of, 'journal'))
      .filter((name) => name.endsWith(ending))
      .toSorted()
      .map((name) => [name, readFileSync(join(of, 'journal', name)).toString('base64')]);

  test.each(plants.map(([name, plant]) => [name, { plant }] as const))(
    'planted damage is put right from a copy, byte by byte, and kept aside: %s',
    async (_name, { plant }) => {
      plant();
      const damaged = files(dir).map(([, bytes]) => bytes);
      const repaired = await repair(whole);
      expect(repaired.length).toBeGreaterThan(0);
      expect(files(dir, '.seg')).toEqual(files(whole));
      expect(await check()).toEqual([]);
      const after = files(dir).map(([, bytes]) => bytes);
      expect(damaged.filter((bytes) => !after.includes(bytes))).toEqual([]);
      expect(await repair(whole)).toEqual([]);
      await (await openStore({ dir })).close();
    },
  );

  test('segments that were swapped are put in order without a copy', async () => {
    renameSync(segment(1), `${segment(1)}~`);
    renameSync(segment(2), segment(1));
    renameSync(`${segment(1)}~`, segment(2));
    expect((await repair()).map(({ file }) => file)).toEqual([segment(1), segment(2)]);
    expect(files(dir, '.seg')).toEqual(files(whole));
  });

  test('a repair that was killed between two renames is completed by another, from what it left [S32]', async () => {
    renameSync(segment(1), `${segment(1)}~`);
    renameSync(segment(2), segment(1));
    renameSync(`${segment(1)}~`, segment(2));
    copyFileSync(segment(1), join(dir, 'journal', '00000001.damaged-1'));
    copyFileSync(segment(1), join(dir, 'journal', '00000002.repairing'));
    copyFileSync(segment(2), segment(1)); // renamed over; the other is still to come
    await repair();
    expect(files(dir, '.seg')).toEqual(files(whole));
    expect(await check()).toEqual([]);
  });

  test('frames that no copy has are reported, and nothing is changed', async () => {
    change(1, (bytes) => (bytes[100]! ^= 1));
    const copy = join(newFolder(), 'copy');
    cpSync(dir, copy, { recursive: true });
    rmSync(join(copy, 'journal', '00000002.seg'));
    rmSync(segment(2));
    const before = files(dir);
    await expect(repair(copy)).rejects.toMatchObject({
      code: 'repair-lacking',
      message: expect.stringMatching(/no copy has frame 2, frames 4\.\.5$/) as string,
    });
    await expect(repair()).rejects.toMatchObject({ code: 'repair-lacking' });
    expect(files(dir)).toEqual(before);
  });

  test('a copy that is older than the index, or of another history, is not taken', async () => {
    const other = join(newFolder(), 'other');
    cpSync(whole, other, { recursive: true });
    rmSync(join(other, 'journal', '00000004.seg'));
    rmSync(segment(4));
    const before = names();
    await expect(repair(other)).rejects.toMatchObject({
      code: 'repair-lacking',
      message: expect.stringMatching(/no copy has frame 8$/) as string,
    });
    const forged = newFolder();
    const store = await createStore({ dir: forged }, emptyHead());
    const ledger = new TestLedger((index) => item(index + 100));
    for (let i = 0; i < 9; i++) await store.commit(ledger.next(4), store.head());
    await store.close();
    await expect(repair(forged)).rejects.toMatchObject({ code: 'repair-lacking' });
    expect(names()).toEqual(before);
  });

  test('a missing journal folder is restored from a copy, as far as the index requires', async () => {
    rmSync(join(dir, 'journal'), { recursive: true });
    await expect(repair()).rejects.toMatchObject({ code: 'repair-lacking' });
    await expect(repair(newFolder())).rejects.toMatchObject({ code: 'backup-unreadable' });
    await repair(whole);
    expect(files(dir, '.seg')).toEqual(files(whole));
  });

  test('where neither journal nor index is left, a copy that may be older does not become the ledger', async () => {
    for (const name of ['journal', 'index']) rmSync(join(dir, name), { recursive: true });
    await expect(repair(whole)).rejects.toMatchObject({
      code: 'repair-lacking',
      message: expect.stringMatching(/evl restore/) as string,
    });
    expect(files(dir)).toEqual([]);
  });

  test('a copy in a folder whose name begins as that of the journal is not taken for the journal', async () => {
    const older = join(dir, 'journal-of-may');
    cpSync(whole, older, { recursive: true });
    rmSync(join(dir, 'index'), { recursive: true });
    rmSync(join(dir, 'journal'), { recursive: true });
    await expect(repair(older)).rejects.toMatchObject({ code: 'repair-lacking' });
  });

  test('unreadable sectors are reported, and restored from a copy', async () => {
    const begin = Math.floor(boundaries(1)[1]! / 4096) * 4096 + 4096;
    const bad = { path: segment(1), begin, end: begin + 4096 };
    expect(statSync(bad.path).size).toBeGreaterThan(bad.begin);
    const disk = await refuseReads(bad);
    try {
      // the index knows these frames
      await expect(openStore({ dir }).then((store) => store.close())).resolves.toBeUndefined();
      const found = await check();
      expect(found.map(({ code, where }) => [code, where.file])).toEqual([['journal-damaged', bad.path]]);
      expect(found[0]!.where.offset).toBeLessThan(bad.end);
      expect(found[0]!.where.offset! + found[0]!.where.lengthBytes!).toBeGreaterThan(bad.begin);
      await expect(rebuildIndex({ dir })).rejects.toMatchObject({
        code: 'journal-damaged',
        message: expect.stringMatching(/cannot be read: .*\(EIO\)/) as string,
      });
      await repair(whole);
      expect(disk.refused()).toBeGreaterThan(0);
    } finally {
      vi.restoreAllMocks();
    }
    expect(files(dir, '.seg')).toEqual(files(whole));
  });

  test('without an index, signed notes determine how much of a copy is trusted', async () => {
    rmSync(segment(4));
    rmSync(join(dir, 'index'), { recursive: true });
    await repair(whole);
    expect(files(dir, '.seg')).toEqual(files(whole));
  });
});
