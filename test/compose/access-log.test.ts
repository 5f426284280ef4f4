import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditAccess, backUp, checkLedger, restore } from '../../src/compose/maintenance.ts';
import { accessFiles } from '../../src/adapters/access-files/access-files.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { newStreamId } from '../../src/compose/serve-access.ts';
import { AccessLog } from '../../src/people/access/access-log.ts';
import type { AccessCheck } from '../../src/people/access/check-streams.ts';
import { cleanEnv, evl, PROGRAM } from '../cli/evl.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { Browser } from '../server/people-service.ts';

/** The access log of a real ledger: records, stops, crashes, changed files, backups. */

const PASSWORD = 'several unrelated words';
let ledger: TestLedger;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  ledger = await startLedger();
  folder = mkdtempSync(join(tmpdir(), 'evl-access-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await ledger.remove().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

const audit = (dir = ledger.dataDir): Promise<AccessCheck> => auditAccess(dir);
const codes = async (dir?: string) => (await audit(dir)).problems.map(({ code }) => code);
const accessDir = () => join(ledger.dataDir, 'access');
const streamFiles = () =>
  readdirSync(accessDir())
    .filter((name) => name.endsWith('.log'))
    .toSorted();

function host(url: string) {
  const token = readFileSync(join(ledger.dataDir, 'host.token'), 'utf8').trim();
  return { browser: new Browser(url), headers: { authorization: `Bearer ${token}` } };
}

/** The first account, and a browser in which it has signed in. */
async function firstAccount(url: string): Promise<{ readonly admin: Browser; readonly person: string }> {
  const { browser, headers } = host(url);
  const made = async (path: string, body: object) =>
    (await (await browser.post(path, body, headers)).json()) as { id: string; link: string };
  const { id: organisation } = await made('/v1/organisations', { kind: 'procuratorate', name: '人民检察院' });
  const account = { organisation, roles: ['admin'], signInName: 'admin', name: 'admin' };
  const { id: person, link: token } = await made('/v1/people', account);
  const admin = new Browser(url);
  expect((await admin.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return { admin, person };
}

test('without accounts there is neither a log nor a record', async () => {
  expect((await new Browser(ledger.server.url).get('/v1/evidence')).status).toBe(200);
  const { size } = ledger.server;
  expect(size()).toBe(0n);
  await ledger.server.stop();
  expect(existsSync(accessDir())).toBe(false);
  expect(await audit()).toEqual({ streams: [], cut: [], records: 0, problems: [] });
  await ledger.restart();
});

test('the first account, a revocation and a stop each make the log grow by a record that covers the stream', async () => {
  const { person } = await firstAccount(ledger.server.url);
  const first = ledger.server.size();
  expect(first).toBeGreaterThan(0n);
  const { browser, headers } = host(ledger.server.url);
  expect((await browser.post(`/v1/people/${person}/reset`, {}, headers)).status).toBe(200);
  expect(ledger.server.size()).toBeGreaterThan(first);
  await ledger.server.stop();
  const { streams, problems } = await audit();
  expect(problems).toEqual([]);
  expect(streams).toHaveLength(1);
  expect(streams[0]!.entries).toBe(streams[0]!.recordedTo);
  expect(streams[0]!.entries).toBeGreaterThan(5);
  await ledger.restart();
  await ledger.server.stop();
  expect((await audit()).streams).toHaveLength(1);
  const { problems: found, ok } = await checkLedger(ledger.dataDir, { onProgress: () => {}, onContent: () => {} });
  expect({ ok, found }).toEqual({ ok: true, found: [] });
  await ledger.restart();
});

test('a service that was killed at any moment has lost nothing that it answered', async () => {
  await ledger.server.stop();
  const start = async () => {
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      env: cleanEnv({
        EVL_DATA_DIR: ledger.dataDir,
        EVL_PORT: '0',
        EVL_CHAIN_PORT: '0',
        EVL_DISK_RESERVE_BYTES: '0',
        EVL_LOG: 'json',
      }),
    });
    const lines: string[] = [];
    child.stdout.on('data', (data: Buffer) => lines.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => lines.push(data.toString()));
    const url = await eventually(async () => /"url":"(http:[^"]+)","origin"/.exec(lines.join(''))?.[1]);
    children.push(child);
    const kill = async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    };
    return { url, kill };
  };
  let answered = 0;
  const cookies = new Map<string, string>();
  for (const round of [0, 1, 2]) {
    const { url, kill } = await start();
    const admin = round === 0 ? (await firstAccount(url)).admin : new Browser(url);
    for (const [name, value] of cookies) admin.cookies.set(name, value);
    for (const [name, value] of admin.cookies) cookies.set(name, value);
    const asking = (async () => {
      for (;;) {
        const body = { kind: 'court', name: `court ${round} ${answered}` };
        const answer = await admin.post('/v1/organisations', body).catch(() => undefined);
        if (answer?.status !== 200) return;
        answered++;
      }
    })();
    await eventually(async () => (answered > 5 * (round + 1) ? true : undefined));
    await kill();
    await asking;
  }
  await ledger.restart();
  await eventually(async () =>
    (await audit()).streams.every(({ entries, recordedTo }) => entries === recordedTo) ? true : undefined,
  );
  expect(await codes()).toEqual([]);
  const text = streamFiles()
    .map((name) => readFileSync(join(accessDir(), name), 'utf8'))
    .join('');
  expect(text.split('"operation":"addOrganisation"').length - 1).toBeGreaterThanOrEqual(answered + 1);
  expect(answered).toBeGreaterThan(0);
});

test.each(['removed', 'cut short', 'edited'] as const)(
  'a stream that was %s is found, and the service starts again only once that is accepted, with its people resting',
  async (how) => {
    const { admin } = await firstAccount(ledger.server.url);
    await ledger.server.stop();
    const path = join(accessDir(), streamFiles()[0]!);
    const text = readFileSync(path, 'utf8');
    if (how === 'removed') rmSync(path);
    else if (how === 'cut short') writeFileSync(path, `${text.split('\n').slice(0, 3).join('\n')}\n`);
    else writeFileSync(path, text.replace('"addPerson"', '"addQerson"'));
    expect(await codes()).not.toEqual([]);
    const checked = await checkLedger(ledger.dataDir, { onProgress: () => {}, onContent: () => {} });
    expect(checked.ok).toBe(false);
    const audited = await evl(['audit', '--access', ledger.dataDir, '--json']);
    expect(audited.exit).toBe(5);
    await expect(ledger.restart()).rejects.toMatchObject({ code: 'access-log-behind' });
    const accepted = await evl(['access', 'accept'], { env: { EVL_DATA_DIR: ledger.dataDir } });
    expect(accepted.exit).toBe(0);
    await ledger.restart();
    const url = ledger.server.url;
    const again = new Browser(url);
    for (const [name, value] of admin.cookies) again.cookies.set(name, value);
    expect((await again.get('/v1/account')).status).toBe(401);
    const env = { EVL_DATA_DIR: ledger.dataDir, EVL_DISK_RESERVE_BYTES: '0', EVL_URL: url };
    const { findings: all } = JSON.parse((await evl(['doctor', '--json'], { env })).stdout) as {
      findings: { code: string; level: string }[];
    };
    expect(all).toContainEqual(expect.objectContaining({ code: 'restore-unconfirmed', level: 'warning' }));
    expect(await codes()).not.toEqual([]);
  },
);

describe('the doctor looks at the access log', () => {
  /** The findings about it, while nothing serves the ledger. */
  async function findings() {
    const env = { EVL_DATA_DIR: ledger.dataDir, EVL_DISK_RESERVE_BYTES: '0' };
    const { stdout, exit } = await evl(['doctor', '--json'], { env });
    const { findings: all } = JSON.parse(stdout) as { findings: { code: string; level: string; message: string }[] };
    return { exit, found: all.filter(({ code }) => code.startsWith('access')) };
  }
  const problem = (code: string, message: string) => [
    expect.objectContaining({ code, level: 'problem', message: expect.stringContaining(message), repair: anyText }),
  ];
  const anyText = expect.stringMatching(/./);
  const file = () => join(accessDir(), streamFiles().at(-1)!);

  test('while the service runs it may be ahead of what the log states', async () => {
    expect((await findings()).found).toEqual([]);
    const { admin } = await firstAccount(ledger.server.url);
    await admin.get('/v1/people');
    const { found } = await findings();
    expect(found).toEqual([expect.objectContaining({ code: 'access', level: 'ok' })]);
    const [, entries, recorded] = /: ([0-9]+) entries, recorded in the log up to ([0-9]+)$/.exec(found[0]!.message)!;
    expect(Number(entries)).toBeGreaterThan(Number(recorded));
  });

  test.each([
    [
      'a flipped bit',
      'an entry was changed',
      (text: Buffer) => Buffer.from(text.with(text.length >> 1, text.at(text.length >> 1)! ^ 1)),
    ],
    ['a cut within an entry', 'the end is torn after', (text: Buffer) => text.subarray(0, -20)],
    ['a missing last entry', 'and record', (text: Buffer) => text.subarray(0, text.lastIndexOf('\n', -2) + 1)],
    ['an empty file', 'there are 0 entries', () => Buffer.alloc(0)],
  ])('%s', async (_, message, change) => {
    await firstAccount(ledger.server.url);
    await ledger.server.stop();
    expect((await findings()).found).toEqual([expect.objectContaining({ code: 'access', level: 'ok' })]);
    writeFileSync(file(), change(readFileSync(file())));
    const { exit, found } = await findings();
    expect(found).toEqual(problem('access-damaged', message));
    expect(exit).toBe(5);
  });

  test('a missing file, and a missing folder', async () => {
    await firstAccount(ledger.server.url);
    await ledger.server.stop();
    rmSync(file());
    expect((await findings()).found).toEqual(problem('access-damaged', 'the file of this stream is missing'));
    rmSync(accessDir(), { recursive: true });
    expect((await findings()).found).toEqual(problem('access-damaged', 'the file of this stream is missing'));
  });

  test('a file that cannot be read', async () => {
    await firstAccount(ledger.server.url);
    await ledger.server.stop();
    const path = file();
    rmSync(path);
    mkdirSync(path);
    expect((await findings()).found).toEqual(problem('access-unreadable', 'cannot be read'));
  });
});

test('a backup holds the access log, and what is made from it is whole', async () => {
  await firstAccount(ledger.server.url);
  const backup = join(folder, 'backup');
  await backUp({ dataDir: ledger.dataDir, chainDir: undefined, destination: backup, withKeys: true });
  expect(await codes(backup)).toEqual([]);
  expect((await audit(backup)).streams).toHaveLength(1);
  const dataDir = join(folder, 'restored');
  await restore({
    backup,
    dataDir,
    chainDir: undefined,
    keysDir: undefined,
    pinned: undefined,
    acceptRollback: true,
    rpcUrls: undefined,
    onProgress: () => {},
  });
  expect(await codes(dataDir)).toEqual([]);
  const [name] = readdirSync(join(dataDir, 'access'));
  const file = join(backup, 'access', name!);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"addPerson"', '"addQerson"'));
  expect(await codes(backup)).not.toEqual([]);
});

test('a stream that somebody removed, with a cut written by hand, is found', async () => {
  const { admin } = await firstAccount(ledger.server.url);
  await ledger.restart();
  const again = new Browser(ledger.server.url);
  for (const [name, value] of admin.cookies) again.cookies.set(name, value);
  expect((await again.get('/v1/account')).status).toBe(200);
  await ledger.server.stop();
  const [oldest] = streamFiles();
  const lines = readFileSync(join(accessDir(), oldest!), 'utf8').trimEnd().split('\n');
  const head = Buffer.from(lines.at(-1)!.slice(0, 64), 'hex').toString('base64');
  const cut = new AccessLog({
    streams: accessFiles(accessDir()),
    hash: nodeSha256,
    clock: Date.now,
    newStream: newStreamId,
    origin: 'test',
  });
  await cut.add({ entry: 'cut', streams: [{ stream: oldest!.replace('.log', ''), to: lines.length, head }] });
  await cut.close();
  rmSync(join(accessDir(), oldest!));
  expect(await codes()).toEqual(['access-cut-unproven']); // no record covers it
  await ledger.restart();
  await ledger.server.stop();
  expect(await codes()).toEqual([expect.stringMatching(/^access-cut-(?:young|unproven)$/)]);
  expect((await audit()).cut).toEqual([]);
  expect((await evl(['audit', '--access', ledger.dataDir])).exit).toBe(5);
  const fsck = await evl(['fsck'], { env: { EVL_DATA_DIR: ledger.dataDir } });
  expect([fsck.exit, fsck.stdout]).toEqual([5, expect.stringContaining('access-cut-')]);
});

test('fsck says how far it has compared the access log', async () => {
  await firstAccount(ledger.server.url);
  await ledger.server.stop();
  const { exit, stdout } = await evl(['fsck'], { env: { EVL_DATA_DIR: ledger.dataDir } });
  expect([exit, stdout]).toEqual([0, expect.stringContaining('the access log is as its log states: 1 stream')]);
});

test('a cut keeps six months, names what it removes, and stays provable', async () => {
  await firstAccount(ledger.server.url);
  await ledger.server.stop();
  const env = { EVL_DATA_DIR: ledger.dataDir };
  const young = await evl(['access', 'cut', '--before', new Date().toISOString()], { env });
  expect([young.exit, young.stderr]).toEqual([2, expect.stringContaining('six months')]);
  expect((await evl(['access', 'cut', '--before', 'yesterday'], { env })).exit).toBe(2);
  const none = await evl(['access', 'cut', '--before', '2020-01-01'], { env });
  expect([none.exit, none.stdout]).toEqual([0, expect.stringContaining('0 streams')]);
  expect(streamFiles()).toHaveLength(1);
  await ledger.restart();
});

test('an audit of the access log refuses other options, and a folder without a ledger', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'evl-no-ledger-'));
  const codeOf = async (...more: string[]) =>
    (JSON.parse((await evl(['audit', '--access', empty, ...more, '--json'])).stdout) as { error: { code: string } })
      .error;
  expect(await codeOf()).toMatchObject({ code: 'ledger-missing' });
  for (const more of [['--watch'], ['--max-age', '1'], ['--state', 'x']]) {
    expect(await codeOf(...more)).toMatchObject({ code: 'not-with-access' });
  }
  rmSync(empty, { recursive: true });
});
