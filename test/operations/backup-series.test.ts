import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireFileLock } from '../../src/adapters/files/file-lock.ts';
import { backUpIntoSeries, checkLedger, restore, verifyBackups } from '../../src/compose/maintenance.ts';
import type { BackupInSeries } from '../../src/operations/backup-series.ts';
import type { KeepPolicy } from '../../src/operations/keep-policy.ts';
import { evl } from '../cli/evl.ts';
import { listFiles, register } from '../e2e/backup-helpers.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';

/**
 * Backups that share their files, of a ledger that runs, and the damage that one of them can take.
 */

let ledger: TestLedger;
const at = (...names: string[]) => join(ledger.dataDir, '..', ...names);
const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.parse('2026-11-01T02:00:00Z');

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(() => ledger.remove());

interface Options {
  readonly keep?: KeepPolicy;
  readonly isFull?: boolean;
  readonly dataDir?: string;
}

function backUpOn(day: number, dir: string, { keep, isFull = false, dataDir = ledger.dataDir }: Options = {}) {
  const nowMs = START_MS + day * DAY_MS;
  return backUpIntoSeries({ dataDir, chainDir: undefined, dir, nowMs, keep, isFull, withKeys: false });
}

async function registered(name: string): Promise<void> {
  expect((await register(ledger.server, name, true)).status).toBe(201);
}

/** Restores a backup elsewhere, checks all of it, and removes it. */
async function restoredSize(backup: string): Promise<bigint> {
  const dataDir = at('restored');
  const settings = { chainDir: undefined, keysDir: undefined, pinned: undefined, rpcUrls: [], onProgress: () => {} };
  const { manifest } = await restore({ backup, dataDir, acceptRollback: true, ...settings });
  const { ok } = await checkLedger(dataDir, { onProgress: () => {}, onContent: () => {} });
  expect(ok).toBe(true);
  rmSync(dataDir, { recursive: true });
  return manifest.size;
}

const names = (dir: string) => readdirSync(dir).filter((name) => name !== 'lock');
const bytesOf = (backup: string) =>
  listFiles(backup)
    .map((file) => readFileSync(file, 'latin1'))
    .join('');
/** Files of a backup that no other one has. */
const ownFiles = (backup: string) => listFiles(backup).filter((file) => statSync(file).nlink === 1);

test('of backups made within one second the last one is the newest', async () => {
  const dir = at('same-second');
  for (let run = 0; run < 3; run++) {
    const { path } = await backUpOn(0, dir, { keep: { daily: 1 } });
    expect(names(dir)).toEqual([basename(path)]);
  }
});

test('each backup is whole, shares what is unchanged, and is removed without harm to the others', async () => {
  const dir = at('series');
  const made: BackupInSeries[] = [];
  for (const day of [0, 1, 2]) {
    await registered(`${day}`);
    made.push(await backUpOn(day, dir));
  }
  expect(names(dir)).toEqual(['2026-11-01T02-00-00Z', '2026-11-02T02-00-00Z', '2026-11-03T02-00-00Z']);
  expect(made.map(({ sharedFiles }) => sharedFiles)).toEqual([0, 1, 2]);
  const contents = (file: string) => file.includes('contents');
  expect(ownFiles(made[2]!.path).filter(contents)).toHaveLength(1);
  expect(await restoredSize(made[0]!.path)).toBe(1n);
  const others = made.slice(1).map(({ path }) => bytesOf(path));
  rmSync(made[0]!.path, { recursive: true });
  expect(made.slice(1).map(({ path }) => bytesOf(path))).toEqual(others);
  for (const { path, manifest } of made.slice(1)) expect(await restoredSize(path)).toBe(manifest.size);
  const several = { code: 'backup-unreadable', message: expect.stringContaining(made[2]!.path) as unknown };
  await expect(restoredSize(dir)).rejects.toMatchObject(several);
  expect(await verifyBackups(dir, () => {})).toMatchObject([{ problems: [] }, { problems: [] }]);

  const full = await backUpOn(3, dir, { isFull: true });
  expect([full.sharedFiles, ownFiles(full.path).length]).toEqual([0, listFiles(full.path).length]);
});

test('the policy removes what it does not keep, never the newest, and clears away what was cut off', async () => {
  const dir = at('pruned');
  for (const day of [0, 1, 2, 3]) await backUpOn(day, dir);
  mkdirSync(join(dir, '2026-11-04T02-00-00Z.partial-1', 'journal'), { recursive: true });
  mkdirSync(join(dir, '2026-10-04T02-00-00Z.removed-1'));
  const { removed } = await backUpOn(4, dir, { keep: { daily: 2 } });
  expect(removed).toHaveLength(3);
  expect(names(dir)).toEqual(['2026-11-04T02-00-00Z', '2026-11-05T02-00-00Z']);
  // a clock that went back: the backup just made stays
  const back = await backUpOn(2, dir, { keep: { daily: 1 } });
  expect([existsSync(back.path), back.removed]).toEqual([true, [join(dir, '2026-11-04T02-00-00Z')]]);
  expect(names(dir)).toHaveLength(2);
});

test('damage of a backup is found, named once for each that has the file, and a full one shares none of it', async () => {
  const dir = at('damaged');
  await registered('damaged');
  const first = await backUpOn(0, dir);
  const second = await backUpOn(1, dir);
  const content = listFiles(join(second.path, 'contents')).find((file) => statSync(file).nlink > 1)!;
  const bytes = readFileSync(content);
  bytes[0]! ^= 1;
  writeFileSync(content, bytes);
  const whole = (path: string) => ({ path, problems: [] });
  const hurt = (path: string) => ({ path, problems: [{ code: 'content-damaged' }] });
  expect(await verifyBackups(dir, () => {})).toMatchObject([hurt(first.path), hurt(second.path)]);
  await expect(restoredSize(second.path)).rejects.toMatchObject({ code: 'content-damaged' });
  const full = await backUpOn(2, dir, { isFull: true });
  rmSync(join(first.path, 'trust.json'));
  writeFileSync(join(second.path, 'manifest.json'), '{}');
  const verified = await evl(['backup', '--verify', dir, '--json']);
  expect([verified.exit, JSON.parse(verified.stdout)]).toMatchObject([
    5,
    {
      ok: false,
      backups: [
        { problems: [{ code: 'backup-damaged' }, { code: 'content-damaged' }] },
        { size: null, problems: [{ code: 'backup-unreadable' }] },
        { ok: true, problems: [] },
      ],
    },
  ]);
  expect((await verifyBackups(full.path, () => {}))[0]).toMatchObject(whole(full.path));
  // what cannot be read is neither used nor removed
  const next = await backUpOn(3, dir, { keep: { daily: 1 } });
  expect([next.unreadable, existsSync(second.path), existsSync(first.path)]).toEqual([[second.path], true, false]);
});

test('what the system cannot read is reported as damage, next to all other damage', async () => {
  const dir = at('unreadable');
  const { path } = await backUpOn(0, dir);
  for (const name of ['trust.json', join('journal', '00000000.seg')]) {
    rmSync(join(path, name));
    mkdirSync(join(path, name));
  }
  const [verified] = await verifyBackups(path, () => {});
  const inEnglish = verified!.problems.map(({ message }) => message.en);
  expect(inEnglish.slice(0, 2)).toEqual([
    expect.stringContaining('trust.json cannot be read'),
    expect.stringContaining('00000000.seg cannot be read'),
  ]);
});

test('content that changed its size in the backup before is copied again', async () => {
  const dir = at('cut');
  await backUpOn(0, dir);
  const first = join(dir, names(dir)[0]!);
  const [cut] = listFiles(join(first, 'contents'));
  writeFileSync(cut!, readFileSync(cut!).subarray(1));
  const second = await backUpOn(1, dir);
  expect(await verifyBackups(second.path, () => {})).toMatchObject([{ problems: [] }]);
});

test('a folder of anything else is refused, and nothing is made in it', async () => {
  const foreign = at('foreign');
  mkdirSync(foreign);
  writeFileSync(join(foreign, 'diary.txt'), 'mine');
  await expect(backUpOn(0, foreign)).rejects.toMatchObject({ code: 'backup-folder-foreign' });
  expect(readdirSync(foreign)).toEqual(['diary.txt']);
  await expect(backUpOn(0, join(foreign, 'diary.txt'))).rejects.toMatchObject({ code: 'backup-folder-foreign' });
  await expect(backUpOn(0, ledger.dataDir)).rejects.toMatchObject({ code: 'backup-in-ledger' });
  symlinkSync(ledger.dataDir, at('link'));
  await expect(backUpOn(0, at('link', 'backups'))).rejects.toMatchObject({ code: 'backup-in-ledger' });
  const { path } = await backUpOn(0, at('one'));
  await expect(backUpOn(0, path)).rejects.toMatchObject({ code: 'backup-folder-foreign' });
  const lock = acquireFileLock(join(at('one'), 'lock'));
  await expect(backUpOn(1, at('one'))).rejects.toMatchObject({ code: 'locked' });
  lock.release();
});

test('an old copy of the ledger is not backed up over what knows more, nor another ledger', async () => {
  const dir = at('ahead');
  await backUpOn(0, dir);
  const old = at('old-data');
  await registered('newer');
  const newer = await backUpOn(1, dir);
  const settings = { chainDir: undefined, keysDir: undefined, pinned: undefined, rpcUrls: [], onProgress: () => {} };
  await restore({ backup: join(dir, names(dir)[0]!), dataDir: old, acceptRollback: true, ...settings });
  const refused = backUpOn(2, dir, { dataDir: old, keep: { daily: 1 } });
  await expect(refused).rejects.toMatchObject({ code: 'backup-ahead', message: expect.stringContaining(newer.path) });
  expect(names(dir)).toHaveLength(2);

  const other = await startLedger({ isOther: true });
  try {
    await expect(backUpOn(2, dir, { dataDir: other.dataDir })).rejects.toMatchObject({ code: 'backup-of-other' });
  } finally {
    await other.remove();
  }
});

test('a backup of an earlier version, a full copy, is restored, verified and continued', async () => {
  const alone = at('alone');
  const env = { EVL_DATA_DIR: ledger.dataDir };
  expect((await evl(['backup', alone], { env })).exit).toBe(0);
  const dir = at('continued');
  mkdirSync(dir);
  cpSync(alone, join(dir, '2026-10-01T00-00-00Z'), { recursive: true });
  const next = await backUpOn(0, dir);
  expect(next.sharedFiles).toBeGreaterThan(3);
  expect(await verifyBackups(dir, () => {})).toMatchObject([{ problems: [] }, { problems: [] }]);
});

test('the command: where to, what it says, and what it refuses', async () => {
  const dir = at('by-command');
  const env = { EVL_DATA_DIR: ledger.dataDir, EVL_BACKUP_DIR: dir };
  const run = async (...args: string[]) => {
    const { exit, stdout } = await evl(['backup', ...args, '--json'], { env });
    return { exit, ...(JSON.parse(stdout) as { backup?: string; error?: { code: string } }) };
  };
  const made = await run('--keep-daily', '7');
  expect(made).toMatchObject({ exit: 0, ok: true, hasKeys: false, shared: 0, removed: [], unreadable: [] });
  expect(readdirSync(dir)).toHaveLength(2);
  expect(await run('--verify')).toMatchObject({ exit: 0, ok: true, backups: [{ backup: made.backup, ok: true }] });
  expect(await run('--keep-daily', 'many')).toMatchObject({ exit: 2, error: { code: 'setting-wrong' } });
  for (const flag of ['--full', '--keep-weekly=2', `--to=${dir}`]) {
    expect(await run(at('never'), flag)).toMatchObject({ exit: 2, error: { code: 'backup-options' } });
  }
  expect(await run('--verify', '--to', at('nothing'))).toMatchObject({ exit: 2, error: { code: 'backup-none' } });
  const unnamed = await evl(['backup', '--json'], { env: { EVL_DATA_DIR: ledger.dataDir } });
  expect([unnamed.exit, unnamed.stdout]).toEqual([2, expect.stringContaining('backup-unnamed')]);
});
