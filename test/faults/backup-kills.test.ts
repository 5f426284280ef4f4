import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFiles, manifestIn, register } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { report } from './figures.ts';

/**
 * SIGKILL in the middle of what makes folders: backup, restore, rebuild of the index, upload. What
 * is there under the name is whole, or it is not there, and running it again completes it. And what
 * else of backup and restore takes long.
 */

const WRITERS = 64;
const RECORDS = 1500;
const REBUILD_KILLS = 10;
const EVL = join(import.meta.dirname, '..', '..', 'scripts', 'evl.ts');
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

test.for(cases)(
  '%s, killed, leaves nothing that looks whole, and running it again completes [S32]',
  async ([command, work, points], context) => {
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
    expect(killed).toBeGreaterThan(1);
    report(context, { kills: killed });
    expect((await workplace.run(args, env)).exit).toBe(0);
    expect(remains(name)).toEqual([]);
    await expectWhole(command, name);
  },
);

test('restore with a chain folder of its own, killed after each of its renames, is completed by the next [S32]', async (context) => {
  const [home, chainHome] = [at('apart'), at('apart-chain')];
  const env = {
    EVL_DATA_DIR: join(home, 'data'),
    EVL_CHAIN_DIR: join(chainHome, 'chain'),
    EVL_PORT: '0',
    EVL_CHAIN_PORT: '0',
  };
  const mark = join(env.EVL_CHAIN_DIR, 'unclaimed');
  let kills = 0;
  /** Killed when it syncs the folder in which something has just taken its name. */
  const restoreKilledAt = (folder: string, backup: string) => {
    const calls = ['-P', folder, '-e', 'trace=fsync', '-e', 'inject=fsync:signal=KILL'];
    const traced = ['-f', '-qq', '-o', '/dev/null', ...calls, process.execPath, EVL, 'restore', at(backup)];
    const { signal } = spawnSync('strace', traced, { env: { ...process.env, ...workplace.env, ...env } });
    expect(signal, 'strace ends as what it ran').toBe('SIGKILL');
    kills++;
  };
  for (const name of [home, chainHome]) mkdirSync(name);
  // without keys there is no chain.json, by which a chain would be known
  for (const backup of ['backup', 'backup-with-keys']) {
    rmSync(env.EVL_CHAIN_DIR, { recursive: true, force: true });
    restoreKilledAt(chainHome, backup);
    expect([existsSync(env.EVL_DATA_DIR), existsSync(mark)]).toEqual([false, true]);
    restoreKilledAt(home, backup);
    expect([existsSync(env.EVL_DATA_DIR), existsSync(mark)]).toEqual([true, true]);
    expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, ok: true });
    rmSync(env.EVL_DATA_DIR, { recursive: true });
    expect((await workplace.run(['restore', at(backup)], env)).exit).toBe(0);
    expect([...readdirSync(home), ...readdirSync(chainHome)]).toEqual(['data', 'chain']);
    expect(existsSync(mark)).toBe(false);
    expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, ok: true });
    rmSync(env.EVL_DATA_DIR, { recursive: true });
  }
  // what was left of the last one is a chain with an owner: it is kept
  writeFileSync(join(env.EVL_CHAIN_DIR, 'note.txt'), 'kept');
  expect((await workplace.run(['restore', at('backup-with-keys')], env)).exit).toBe(0);
  expect(existsSync(join(env.EVL_CHAIN_DIR, 'note.txt'))).toBe(true);
  report(context, { kills });
});

test('rebuild-index, killed at random moments, is completed by the next [S32]', async (context) => {
  const env = { EVL_DATA_DIR: at('rebuilt') };
  const restored = await workplace.json<{ size: string; root: string }>(['restore', at('backup')], env);
  const { size, root } = restored;
  expect(restored.exit).toBe(0);
  const startedMs = performance.now();
  expect((await workplace.run(['rebuild-index'], env)).exit).toBe(0);
  const wholeMs = performance.now() - startedMs;
  let kills = 0;
  while (kills < REBUILD_KILLS) {
    const child = workplace.spawn(['rebuild-index'], env);
    const ended = new Promise((resolve) => child.once('close', resolve));
    // the first third is the start of the program
    await new Promise((resolve) => setTimeout(resolve, (1 + 2 * Math.random()) * (wholeMs / 3)));
    child.kill('SIGKILL');
    await ended;
    if (child.signalCode === 'SIGKILL') kills++;
  }
  expect(await workplace.json(['rebuild-index'], env)).toMatchObject({ exit: 0, size, root });
  expect(readdirSync(env.EVL_DATA_DIR).filter((name) => name.startsWith('index'))).toEqual(['index']);
  expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, ok: true, size, root });
  report(context, { kills });
});

test('an upload cut off by SIGKILL leaves nothing, and again it is stored [S32]', async (context) => {
  const incoming = join(at('data'), 'contents', 'incoming');
  const bytes = randomBytes(3_000_000);
  const upload = (body: ReadableStream<Uint8Array> | Uint8Array) =>
    fetch(`${service.url}/v1/contents`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      duplex: 'half',
    });
  const half = new ReadableStream<Uint8Array>({ start: (out) => out.enqueue(bytes.subarray(0, bytes.length / 2)) });
  const lost = upload(half).catch(() => 'lost');
  const started = () => readdirSync(incoming).some((name) => statSync(join(incoming, name)).size > 0);
  await eventually(async () => (started() ? true : undefined));
  await service.stop('SIGKILL');
  expect(await lost).toBe('lost');
  await service.start();
  expect(readdirSync(incoming)).toEqual([]);
  const { uploadToken } = (await (await upload(bytes)).json()) as { uploadToken: string };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const answer = await fetch(`${service.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      case: { number: '1' },
      file: { name: 'again', size: bytes.length },
      digests: { sha256 },
      uploadToken,
    }),
  });
  expect(answer.status).toBe(201);
  const { id } = ((await answer.json()) as { record: { header: { id: string } } }).record.header;
  const stored = await (await fetch(`${service.url}/v1/evidence/${id}/content`)).arrayBuffer();
  expect(Buffer.from(stored).equals(bytes)).toBe(true);
  report(context, { kills: 1 });
});

test('a backup with one changed, cut or missing file is refused, and nothing is restored [S33]', async () => {
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
});

test('a backup accepted where no external head can be had: the ledger continues without waiting [S20]', async () => {
  const env = { EVL_DATA_DIR: at('accepted') };
  const args = ['restore', at('backup-with-keys'), '--accept-rollback'];
  expect(await workplace.json(args, env)).toMatchObject({ exit: 0, awaitingExternalCheck: false });
  const unheard = [...args, '--rpc', 'http://127.0.0.1:9'];
  const elsewhere = { EVL_DATA_DIR: at('unheard') };
  expect(await workplace.json(unheard, elsewhere)).toMatchObject({ exit: 0, awaitingExternalCheck: true });
});

test('a backup accepted though a newer checkpoint is known is for reading [S20]', async () => {
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
