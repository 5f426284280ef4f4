import { type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testKey } from '../oracle/note.ts';
import { testWitness } from '../oracle/witness.ts';
import { bodyOf, foreignLog, hashedOrigin, noteAt, requestFor } from '../witness/foreign-log.ts';
import { Workplace } from './program.ts';

/** `evl witness` as people run it: every command and the witness itself a process of its own. */

const log = foreignLog('log.example/a');
const sums = foreignLog('go.sum database tree', [testKey('sum.golang.org', 3)]);
const workplace = new Workplace();
const dir = join(workplace.dir, 'witness');
let witness: ChildProcess | undefined;
let ended: Promise<number | null> = Promise.resolve(null);
let [url, stderr] = ['', ''];

beforeAll(() => {
  workplace.env['EVL_WITNESS_PORT'] = '0';
});
beforeEach(async () => {
  await kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});
afterAll(async () => {
  await kill('SIGKILL');
  workplace.remove();
});

async function serve(...args: string[]): Promise<{ readonly vkey: string; readonly logs: string[] }> {
  const child = workplace.spawn(['witness', 'serve', ...args, '--json']);
  witness = child;
  ended = new Promise((resolve) => child.once('close', resolve));
  stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ready = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (text.endsWith('}\n')) resolve(text);
    });
    child.once('close', (exit) => reject(new Error(`the witness ended with ${exit}: ${text}${stderr}`)));
  });
  const said = JSON.parse(ready) as { url: string; vkey: string; logs: string[] };
  ({ url } = said);
  return said;
}

async function kill(signal: NodeJS.Signals): Promise<number | null> {
  witness?.kill(signal);
  return ended;
}

async function add(body: string): Promise<string> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return `${answer.status} ${(await answer.text()).split(':')[0]!.trim()}`;
}

/** The checkpoint that the witness reports as cosigned. */
async function size(): Promise<number> {
  const [status, text] = (await add(bodyOf(119, [], noteAt(log, 119)))).split(' ');
  expect(status).toBe('409');
  return Number(text);
}

const init = async () => workplace.json<{ vkey: string }>(['witness', 'init', '--name', 'witness.court.example/w1']);
const addLog = (vkey: string, ...more: string[]) => workplace.json(['witness', 'add-log', vkey, ...more]);
const removeKey = (vkey: string, ...more: string[]) => workplace.json(['witness', 'remove-key', vkey, ...more]);
const failed = (exit: number, code: string) => ({ exit, error: { code } });

test('init, add-log, serve, show', async () => {
  const made = await init();
  expect(made).toMatchObject({ exit: 0, name: 'witness.court.example/w1', dir });
  expect(made.vkey).toMatch(/^witness\.court\.example\/w1\+[0-9a-f]{8}\+B/); // type 0x04
  expect(statSync(join(dir, 'witness.key')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);

  expect(await addLog(log.keys[0]!.vkey)).toEqual({
    exit: 0,
    origin: log.origin,
    keys: [log.keys[0]!.vkey],
    size: '0',
    root: null,
    time: null,
  });
  await addLog(sums.keys[0]!.vkey, '--origin', sums.origin);
  const renewed = testKey('log.example/a-2027', 8);
  expect(await addLog(renewed.vkey, '--origin', log.origin)).toMatchObject({
    keys: [log.keys[0]!.vkey, renewed.vkey],
  });
  // it is there
  expect(await addLog(renewed.vkey, '--origin', log.origin)).toMatchObject({ keys: { length: 2 } });

  expect(await serve()).toEqual({ url, vkey: made.vkey, logs: expect.arrayContaining([log.origin, sums.origin]) });
  expect(await add(requestFor(log, 0, 5))).toMatch(/^200/);
  expect(await add(bodyOf(0, [], noteAt(sums, 3)))).toMatch(/^200/);
  expect(await add(bodyOf(5, [], noteAt(log, 5, { keys: [renewed] })))).toMatch(/^200/);
  // next to it
  const shown = await workplace.json<{ logs: { origin: string; size: string }[] }>(['witness', 'show']);
  expect(shown).toMatchObject({ exit: 0, vkey: made.vkey });
  const sizes = Object.fromEntries(shown.logs.map((each) => [each.origin, each.size]));
  expect(sizes).toEqual({ [log.origin]: '5', [sums.origin]: '3' });
  const { stdout } = await workplace.run(['witness', 'show']);
  expect(stdout).toContain(`watches the log ${log.origin}: 2 keys, cosigned up to size 5`);

  expect(await workplace.json(['witness', 'serve'])).toMatchObject(failed(11, 'locked'));
  expect(await kill('SIGTERM')).toBe(0);
  expect(stderr).toContain('stopped');
});

test('nothing is cosigned for a removed key any more; what was cosigned is remembered', async () => {
  await init();
  const next = testKey(log.origin, 9);
  for (const { vkey } of [log.keys[0]!, next]) await addLog(vkey);
  await serve();
  expect(await add(requestFor(log, 0, 5))).toMatch(/^200/);
  expect(await removeKey(log.keys[0]!.vkey)).toEqual({ exit: 0, origin: log.origin, keys: [next.vkey] });
  expect(await removeKey(log.keys[0]!.vkey)).toMatchObject(failed(12, 'key-wrong'));
  expect(await removeKey(next.vkey, '--origin', 'log.example/b')).toMatchObject(failed(12, 'key-wrong'));
  const holds = async () => {
    expect(await add(bodyOf(5, [], noteAt(log, 5)))).toMatch(/^403/);
    expect(await add(bodyOf(5, [], noteAt(log, 5, { keys: [next] })))).toMatch(/^200/);
  };
  await holds(); // at once
  await kill('SIGTERM');
  await serve();
  await holds();
  await kill('SIGTERM');
});

test('a log that is added while the witness runs is cosigned at once, and shown', async () => {
  await init();
  await serve();
  expect(await add(requestFor(log, 0, 5))).toMatch(/^404/);
  await addLog(log.keys[0]!.vkey);
  expect(await add(requestFor(log, 0, 5))).toMatch(/^200/);
  expect(await add(requestFor(log, 5, 9))).toMatch(/^200/);
  expect(stderr).toContain('the list of logs has changed');
  // adding it again keeps what is remembered
  expect(await addLog(log.keys[0]!.vkey)).toMatchObject({ exit: 0, size: '9' });
  const list = join(dir, 'logs.json');
  const whole = readFileSync(list);
  writeFileSync(list, '{}\n');
  expect(await add(requestFor(log, 9, 12))).toMatch(/^503 witness-logs-unreadable/);
  writeFileSync(list, whole);
  expect(await add(requestFor(log, 9, 12))).toMatch(/^200/);
  await kill('SIGTERM');
});

test('what cannot be done is refused with its code', async () => {
  const name = ['--name', 'w'];
  expect(await workplace.json(['witness', 'serve'])).toMatchObject(failed(10, 'witness-missing'));
  expect(await addLog(log.keys[0]!.vkey)).toMatchObject(failed(10, 'witness-missing'));
  expect(await workplace.json(['witness', 'show'])).toMatchObject(failed(10, 'witness-missing'));
  expect(await removeKey(log.keys[0]!.vkey)).toMatchObject(failed(10, 'witness-missing'));
  expect(await workplace.json(['witness', 'init'])).toMatchObject(failed(2, 'usage-missing-option'));
  expect(await workplace.json(['witness', 'init', '--name', 'a b'])).toMatchObject(failed(2, 'witness-name-invalid'));
  const full = join(workplace.dir, 'full');
  mkdirSync(join(full, 'something'), { recursive: true });
  expect(await workplace.json(['witness', 'init', ...name, '--dir', full])).toMatchObject(
    failed(2, 'folder-not-empty'),
  );
  const { vkey } = await init();
  expect(await init()).toMatchObject(failed(2, 'witness-exists'));
  expect(await addLog('nonsense')).toMatchObject(failed(2, 'vkey-wrong'));
  expect(await addLog(vkey)).toMatchObject(failed(2, 'vkey-wrong')); // a witness's key
  expect(await addLog(testWitness('w', 1).vkey)).toMatchObject(failed(2, 'vkey-wrong'));
  expect(await addLog(log.keys[0]!.vkey, '--origin', 'two\nlines')).toMatchObject(failed(2, 'origin-invalid'));
  expect(await addLog(log.keys[0]!.vkey, '--origin', 'x'.repeat(256))).toMatchObject(failed(2, 'origin-invalid'));
  expect(await workplace.json(['witness', 'serve', '--port', '65536'])).toMatchObject(failed(2, 'setting-wrong'));
  writeFileSync(join(dir, 'witness.key'), 'no key\n');
  expect(await workplace.json(['witness', 'serve'])).toMatchObject(failed(12, 'key-malformed'));
  writeFileSync(join(dir, 'logs.json'), '{}\n');
  expect(await workplace.json(['witness', 'show'])).toMatchObject(failed(70, 'witness-logs-unreadable'));
});

test('a state that is gone is not created again, neither by serve nor by add-log', async () => {
  await init();
  await addLog(log.keys[0]!.vkey);
  await serve();
  await add(requestFor(log, 0, 5));
  await kill('SIGTERM');
  rmSync(join(dir, 'state', hashedOrigin(log)));
  expect(await addLog(testKey('log.example/b', 8).vkey, '--origin', log.origin)).toMatchObject(
    failed(5, 'state-missing'),
  );
  expect(await workplace.json(['witness', 'show'])).toMatchObject({
    exit: 5,
    logs: [{ origin: log.origin, problem: { code: 'state-missing' } }],
  });
  await serve();
  expect(stderr).toContain(`the log ${log.origin} is no longer cosigned (state-missing)`);
  expect(await add(requestFor(log, 0, 5))).toBe('503 state-missing');
});

test('it reports the address where others can reach it', async () => {
  await init();
  await serve();
  expect(stderr).not.toContain('other machines');
  await kill('SIGTERM');
  await serve('--host', '0.0.0.0');
  expect(stderr).toContain('it listens on 0.0.0.0: other machines can reach it');
});

test('its log as JSON lines', async () => {
  await init();
  await addLog(log.keys[0]!.vkey);
  workplace.env['EVL_LOG'] = 'json';
  await serve();
  delete workplace.env['EVL_LOG'];
  await add(requestFor(log, 0, 5));
  await add(requestFor(foreignLog(log.origin, log.keys, 'other '), 5, 5));
  await kill('SIGTERM');
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ msg }) => msg)).toEqual(['ready', 'request', 'alarm', 'request', 'stopping', 'stopped']);
  expect(lines[2]).toMatchObject({ origin: log.origin, code: 'root-differs', size: '5' });
  expect(lines[1]).toMatchObject({ route: '/add-checkpoint', status: 200 });
});

describe('a witness that dies', () => {
  test('has not forgotten what it answered, however often it is killed', async () => {
    await init();
    await addLog(log.keys[0]!.vkey);
    let answered = 0;
    for (let kills = 0; kills < 8; kills++) {
      await serve();
      const stored = await size();
      // it may have remembered more than it could answer, never less
      expect(stored).toBeGreaterThanOrEqual(answered);
      answered = stored;
      for (let i = 0; i < 3; i++) {
        expect(await add(requestFor(log, answered, answered + 1))).toMatch(/^200/);
        answered++;
      }
      const underWay = add(requestFor(log, answered, answered + 1)).catch(() => 'unanswered');
      await new Promise((resolve) => setTimeout(resolve, 3 * kills));
      await kill('SIGKILL');
      if ((await underWay).startsWith('200')) answered++;
    }
    await serve();
    expect(await size()).toBeGreaterThanOrEqual(answered);
    expect(answered).toBeGreaterThanOrEqual(24);
    expect(readFileSync(join(dir, 'state', hashedOrigin(log)), 'utf8')).toContain(`${log.origin}\n${await size()}\n`);
  });

  test('ends with 70 where it cannot write, and goes on after a restart', async () => {
    await init();
    await addLog(log.keys[0]!.vkey);
    await serve();
    await add(requestFor(log, 0, 5));
    const pathTaken = join(dir, 'state', `${hashedOrigin(log)}.tmp`);
    mkdirSync(pathTaken);
    expect(await add(requestFor(log, 5, 7))).toBe('503 state-failed');
    expect(await ended).toBe(70);
    expect(stderr).toContain('cannot be written');
    rmdirSync(pathTaken);
    await serve();
    expect(await size()).toBe(5);
    expect(await add(requestFor(log, 5, 7))).toMatch(/^200/);
  });
});
