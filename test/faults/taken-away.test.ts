import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { report } from './figures.ts';
import { judge } from './oracle.ts';
import { canMount, SmallDisk } from './small-disk.ts';
import { register, Writers } from './writers.ts';
import { isAvailable } from '../availability.ts';

/** What a running service may lose: the right to write, room in a file, its folder to itself. */

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).toReversed()) await step();
});

function newWorkplace(): { workplace: Workplace; service: Service } {
  const workplace = new Workplace();
  workplace.env['EVL_DISK_RESERVE_BYTES'] = '0';
  const service = new Service(workplace);
  cleanup.push(
    () => workplace.remove(),
    () => service.stop('SIGKILL'),
  );
  return { workplace, service };
}

/** Writers that have been answered so often. */
async function busy(service: Service, answers = 200): Promise<Writers> {
  const writers = new Writers(service, 64);
  writers.start();
  cleanup.push(() => writers.stop());
  await expect.poll(() => writers.acknowledged.size).toBeGreaterThan(answers);
  return writers;
}

/** It has ended by itself, and for which reason. */
async function expectFailStop(service: Service, writers: Writers, reason: RegExp): Promise<void> {
  expect(await service.ended()).toBe(70);
  await writers.stop();
  expect(service.stderr).toMatch(reason);
  service.stderr = '';
}

function runOrFail(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  expect([command, args, status, stderr]).toEqual([command, args, 0, '']);
}

const hasPrlimit = isAvailable('prlimit', spawnSync('prlimit', ['--version']).status === 0);

test.runIf(hasPrlimit)(
  'a limit on the size of files, met by the journal under 64 writers: exit 70, nothing acknowledged is lost [S9]',
  async (context) => {
    const { workplace, service } = newWorkplace();
    await service.start();
    const writers = await busy(service);
    const journal = statSync(join(workplace.env['EVL_DATA_DIR']!, 'journal/00000000.seg')).size;
    const index = Math.max(...indexFiles(workplace).map((file) => statSync(file).size));
    const limit = Math.max(journal, index) + 300_000;
    runOrFail('prlimit', '--pid', String(service.pid), `--fsize=${limit}:${limit}`);
    await expectFailStop(service, writers, /store refuses all writes.*(EFBIG|of [0-9]+ bytes)/);
    await service.start();
    const judgement = await judge(workplace, service, writers.acknowledged);
    report(context, { fileSizeLimits: 1, ...judgement });
  },
);

function indexFiles(workplace: Workplace): string[] {
  const folder = join(workplace.env['EVL_DATA_DIR']!, 'index');
  return readdirSync(folder).map((name) => join(folder, name));
}

test('a second service and every command that writes end with 11, the first continues under traffic [S28 S29]', async (context) => {
  const { workplace, service } = newWorkplace();
  await service.start();
  const writers = await busy(service);
  const before = writers.acknowledged.size;
  const others = [['serve'], ['fsck'], ['rebuild-index'], ['serve']];
  for (const args of others) {
    expect(await workplace.json(args, { EVL_PORT: '0' })).toMatchObject({ exit: 11, error: { code: 'locked' } });
  }
  await writers.stop();
  expect(writers.acknowledged.size).toBeGreaterThan(before);
  expect(writers.refused.size).toBe(0);
  await service.stop('SIGKILL');
  await service.start(); // the lock of the dead one is no lock
  const judgement = await judge(workplace, service, writers.acknowledged);
  report(context, { refusedProcesses: others.length, ...judgement });
});

describe.runIf(canMount('ext4'))('on an ext4', () => {
  async function onDisk(): Promise<{ disk: SmallDisk; workplace: Workplace; service: Service; data: string }> {
    const disk = new SmallDisk('ext4', 160);
    cleanup.push(() => disk.remove());
    const { workplace, service } = newWorkplace();
    const data = join(disk.dir, 'data');
    workplace.env['EVL_DATA_DIR'] = data;
    await service.start();
    return { disk, workplace, service, data };
  }

  test('the file system turns read-only under 64 writers: exit 70; mounted again, all acknowledged records are there [S30]', async (context) => {
    const { disk, workplace, service } = await onDisk();
    const writers = await busy(service);
    disk.failReadOnly();
    await expectFailStop(service, writers, /EROFS|EIO|Read-only file system|Input\/output error/);
    const { exit } = await workplace.run(['serve']);
    expect(exit).toBe(70);
    await disk.repair();
    await service.start();
    const judgement = await judge(workplace, service, writers.acknowledged);
    expect((await register(service, 'afterwards')).status).toBe(201);
    report(context, { readOnlyDisks: 1, ...judgement });
  });

  test.for([
    ['the newest segment', 'journal/00000000.seg'],
    ['the folder of the index', 'index'],
  ])(
    'the right to write to %s is taken away under 64 writers: exit 70; given back, every acknowledged record is there [S30]',
    async ([, path], context) => {
      const { workplace, service, data } = await onDisk();
      const writers = await busy(service);
      runOrFail('chattr', '+i', join(data, path!)); // unlike a mode, it binds the administrator too
      await expectFailStop(service, writers, /EPERM/);
      runOrFail('chattr', '-i', join(data, path!));
      await service.start();
      const judgement = await judge(workplace, service, writers.acknowledged);
      report(context, { rightsLost: 1, ...judgement });
    },
  );
});
