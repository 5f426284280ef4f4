import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFiles, manifestIn, register } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';

/** SIGKILL in the middle of a backup and of a restore: what is there under the name is whole, or it is not there. And what else of both takes long. */

const WRITERS = 64;
const RECORDS = 1500;
const workplace = new Workplace();
const service = new Service(workplace);
const at = (name: string) => join(workplace.dir, name);

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '300';
  await service.start();
  let next = 0;
  const writers = Array.from({ length: WRITERS }, async () => {
    for (let i = next++; i < RECORDS; i = next++) {
      expect((await register(service, `${i}`, i % 10 === 0)).status).toBe(201);
    }
  });
  await Promise.all(writers);
  expect((await workplace.run(['backup', at('backup')])).exit).toBe(0);
  expect((await workplace.run(['backup', at('backup-with-keys'), '--with-keys'])).exit).toBe(0);
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

const remains = (name: string) => readdirSync(workplace.dir).filter((entry) => entry.startsWith(`${name}.`));
const cases = [
  ['backup', 'partial', ['journal/00000000.seg', 'contents', 'manifest.json']],
  ['restore', 'restore', ['index.rebuilding', 'contents', 'version']],
] as const;

test.each(cases)(
  '%s, killed, leaves nothing that looks whole, and running it again completes',
  async (command, work, points) => {
    const name = `killed-${command}`;
    const args = command === 'backup' ? ['backup', at(name)] : ['restore', at('backup')];
    const env: Record<string, string> = command === 'restore' ? { EVL_DATA_DIR: at(name) } : {};
    let killed = 0;
    for (const point of points) {
      const child = workplace.spawn(args, env);
      const ended = new Promise((resolve) => child.once('close', resolve));
      const seen = join(`${at(name)}.${work}-${child.pid}`, point);
      while (child.exitCode === null && !existsSync(seen)) await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      await ended;
      if (child.signalCode === 'SIGKILL') killed++;
      // it may have been done before the kill: then it is whole
      if (!existsSync(at(name))) continue;
      await expectWhole(command, name);
      rmSync(at(name), { recursive: true });
    }
    console.log(`${command}: ${killed} of ${points.length} kills hit`);
    expect(killed).toBeGreaterThan(1);
    expect((await workplace.run(args, env)).exit).toBe(0);
    expect(remains(name)).toEqual([]);
    await expectWhole(command, name);
  },
  200_000,
);

test(
  'a backup with one changed, cut or missing file is refused, and nothing is there',
  { timeout: 120_000 },
  async () => {
    const env = { EVL_DATA_DIR: at('never') };
    const copy = at('damaged');
    const content = listFiles(join(at('backup'), 'contents')).find((file) => statSync(file).size > 0)!;
    const targets = [...manifestIn(at('backup')).files.map(({ path }) => path), content.slice(at('backup').length + 1)];
    const damages: ((file: string) => void)[] = [
      flip,
      (file) => writeFileSync(file, readFileSync(file).subarray(0, -1)),
      rmSync,
    ];
    for (const [i, target] of targets.entries()) {
      rmSync(copy, { recursive: true, force: true });
      cpSync(at('backup'), copy, { recursive: true });
      damages[i % damages.length]!(join(copy, target));
      const { exit, stderr } = await workplace.run(['restore', copy], env);
      expect([target, exit]).toEqual([target, 5]);
      expect(stderr).toContain(basename(target));
      expect(existsSync(at('never'))).toBe(false);
    }
    rmSync(copy, { recursive: true, force: true });
  },
);

test(
  'a backup accepted where nobody can be asked: the ledger goes on without waiting',
  { timeout: 60_000 },
  async () => {
    const env = { EVL_DATA_DIR: at('accepted') };
    const args = ['restore', at('backup-with-keys'), '--accept-rollback'];
    expect(await workplace.json(args, env)).toMatchObject({ exit: 0, awaitingOutside: false });
    const unheard = [...args, '--rpc', 'http://127.0.0.1:9'];
    const elsewhere = { EVL_DATA_DIR: at('unheard') };
    expect(await workplace.json(unheard, elsewhere)).toMatchObject({ exit: 0, awaitingOutside: true });
  },
);

test('a backup accepted though a newer checkpoint is known is for reading', { timeout: 120_000 }, async () => {
  const pin = at('newer.checkpoint');
  expect((await register(service, 'after-the-backup')).status).toBe(201);
  await eventually(async () => {
    const note = await (await fetch(`${service.url}/log/checkpoint`)).text();
    writeFileSync(pin, note);
    return Number(note.split('\n')[1]) > RECORDS ? true : undefined;
  });
  const env = { EVL_DATA_DIR: at('older'), EVL_PORT: '0', EVL_CHAIN_PORT: '0' };
  const args = ['restore', at('backup-with-keys'), '--pinned', pin, '--accept-rollback'];
  expect(await workplace.json(args, env)).toMatchObject({ exit: 0, contradiction: 'log-rolled-back' });
  const reading = new Workplace();
  const second = new Service(reading);
  try {
    Object.assign(reading.env, env);
    await second.start();
    expect((await register(second, 'never')).status).toBe(503);
    expect((await fetch(`${second.url}/log/checkpoint`)).status).toBe(200);
  } finally {
    await second.stop();
    reading.remove();
  }
});

async function expectWhole(command: string, name: string): Promise<void> {
  const env = { EVL_DATA_DIR: command === 'restore' ? at(name) : at(`${name}-restored`) };
  if (command === 'backup') expect((await workplace.run(['restore', at(name)], env)).exit).toBe(0);
  expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, ok: true });
  if (command === 'backup') rmSync(env.EVL_DATA_DIR, { recursive: true });
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}
