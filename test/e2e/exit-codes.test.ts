import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, nobody, serve } from '../client/http-server.ts';
import { type Finished, Service, Workplace } from './program.ts';

/**
 * Every exit code of the program, each brought about by a real run; with `--json` stdout is one
 * document whatever happens.
 */

const workplace = new Workplace();
workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
const service = new Service(workplace);
const at = (...names: string[]) => join(workplace.dir, ...names);

beforeAll(async () => {
  await service.start();
  for (const name of ['registered', 'changed', 'late', 'unknown']) writeFileSync(at(name), `content of ${name}`);
  expect((await workplace.run(['add', at('registered'), at('changed'), '--wait', 'final'])).exit).toBe(0);
  writeFileSync(at('changed'), 'something else');
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

interface Ended {
  readonly exit: number | null;
  readonly document: { error?: { code: string }; verdict?: string };
}

async function end(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return document(await workplace.runProcess([...args, '--json'], env));
}

function document({ exit, stdout, stderr }: Finished): Ended {
  expect(stderr).not.toMatch(/\n {4}at /);
  return { exit, document: JSON.parse(stdout) as Ended['document'] };
}

const failed = (exit: number, code: string) => ({ exit, document: { error: { code } } });

test('0: verified', async () => {
  expect(await end(['verify', at('registered')])).toMatchObject({ exit: 0, document: { verdict: 'VERIFIED' } });
  expect((await end(['check', at('registered')])).exit).toBe(0);
  expect((await workplace.run(['--help'])).exit).toBe(0);
});

test('1: mismatch', async () => {
  expect(await end(['verify', at('changed')])).toMatchObject({ exit: 1, document: { verdict: 'MISMATCH' } });
  expect((await end(['check', at('registered'), at('changed')])).exit).toBe(1);
});

test('2: wrong usage, with what was meant', async () => {
  expect(await end(['verfy'])).toMatchObject(failed(2, 'usage-unknown-command'));
  expect((await workplace.run(['verfy'])).stderr).toContain('did you mean verify?');
  expect((await workplace.run(['add', 'x', '--hash-onyl'])).stderr).toContain('did you mean --hash-only?');
  expect(await end(['add'])).toMatchObject(failed(2, 'add-needs-paths'));
  const caseless = await workplace.run(['add', at('late')], { EVL_CASE: '' });
  expect([caseless.exit, caseless.stderr]).toEqual([2, expect.stringContaining('--case')]);
  expect(await end(['hash', at('nowhere')])).toMatchObject(failed(2, 'file-unreadable'));
  expect(await end(['anchor', 'status'], { EVL_URL: 'nonsense' })).toMatchObject(failed(2, 'setting-wrong'));
});

test('3: not found', async () => {
  expect(await end(['verify', at('unknown')])).toMatchObject({ exit: 3, document: { verdict: 'NOT_FOUND' } });
  const id = '01920000-0000-7000-8000-000000000000';
  expect((await end(['receipt', 'get', id])).exit).toBe(3);
});

test('4: pending, and anchor retry ends it', async () => {
  expect((await workplace.run(['add', at('late')])).exit).toBe(0);
  expect(await end(['verify', at('late')])).toMatchObject({ exit: 4, document: { verdict: 'PENDING' } });
  expect(await end(['receipt', 'upgrade', at('late')])).toMatchObject({ exit: 4 });
  expect(await end(['anchor', 'status'])).toMatchObject({ exit: 4, document: { size: '3', finalSize: '2' } });
  expect(await end(['anchor', 'retry'])).toMatchObject({ exit: 0, document: { state: 'requested' } });
  expect((await workplace.run(['add', at('late'), '--wait', 'final'])).exit).toBe(0);
  expect(await end(['anchor', 'status'])).toMatchObject({ exit: 0, document: { size: '3', finalSize: '3' } });
  expect((await workplace.run(['anchor', 'status'])).stdout).toContain(
    '3 records registered: 3 published, 3 anchored, 3 of them final',
  );
  expect(await end(['anchor', 'retry'])).toMatchObject({ exit: 0, document: { state: 'complete' } });
});

test('5: inconsistent', async () => {
  const receipt = readFileSync(at('registered.receipt.json'), 'utf8');
  writeFileSync(at('bent.receipt.json'), receipt.replace(/"number": "[^"]*"/, '"number": "20260101-TEST-TEST-TEST-X"'));
  expect(await end(['verify', at('bent.receipt.json')])).toMatchObject({
    exit: 5,
    document: { verdict: 'INCONSISTENT' },
  });
});

test('6: indeterminate', async () => {
  const away = await nobody();
  expect(
    await end(['verify', at('registered'), '--offline', '--require-trust'], { EVL_HOME: at('other') }),
  ).toMatchObject({
    exit: 6,
    document: { verdict: 'INDETERMINATE' },
  });
  expect(await end(['anchor', 'status'], { EVL_URL: away })).toMatchObject(failed(6, 'service-unreachable'));
  expect((await workplace.run(['anchor', 'status'], { EVL_URL: away })).stderr).toContain('evl serve');
});

test('7: not allowed', async () => {
  expect((await end(['serve'], { EVL_HOST: '0.0.0.0', EVL_DATA_DIR: at('public') })).exit).toBe(7);
  await using refusing = await serve(() => json({ status: 401, code: 'key-missing', title: 'a key is needed' }, 401));
  expect(await end(['anchor', 'status'], { EVL_URL: refusing.url })).toMatchObject(failed(7, 'key-missing'));
});

test('8: some of many failed', async () => {
  expect(await end(['hash', at('registered'), at('nowhere')])).toMatchObject({ exit: 8 });
  mkdirSync(at('some'));
  cpSync(at('changed'), at('some', 'changed'));
  cpSync(at('registered.receipt.json'), at('some', 'changed.receipt.json'));
  cpSync(at('registered'), at('some', 'registered'));
  expect(await end(['add', at('some')])).toMatchObject({ exit: 8, document: { items: [{ state: 'failed' }, {}] } });
});

test('10: no ledger, 11: in use, 12: wrong key', async () => {
  expect(await end(['fsck'], { EVL_DATA_DIR: at('nothing') })).toMatchObject(failed(10, 'ledger-missing'));
  expect(await end(['rebuild-index'])).toMatchObject(failed(11, 'locked'));
  const other = { EVL_DATA_DIR: at('other-data') };
  expect((await workplace.run(['init'], other)).exit).toBe(0);
  writeFileSync(at('other-data', 'keys', 'log.key'), 'no key\n', { mode: 0o600 });
  expect((await end(['serve'], { ...other, EVL_PORT: '0', EVL_CHAIN_PORT: '0' })).exit).toBe(12);
});

test('70: a bug of ours, in one line', async () => {
  const broken = `import crypto from 'node:crypto'; import { syncBuiltinESMExports } from 'node:module';
    crypto.hash = () => { throw new TypeError('broken for the test') }; syncBuiltinESMExports();`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` };
  expect(await end(['hash', at('registered')], env)).toMatchObject(failed(70, 'internal'));
  const { stderr } = await workplace.runProcess(['hash', at('registered')], env);
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('broken for the test')]);
});

test('130: interrupted', async () => {
  let hasAsked = () => {};
  const asked = new Promise<void>((resolve) => (hasAsked = resolve));
  await using silent = await serve(async () => {
    hasAsked();
    return new Promise(() => {});
  });
  const child = workplace.spawn(['add', at('unknown'), '--json'], { EVL_URL: silent.url });
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await asked;
  child.kill('SIGINT');
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(document({ exit, stdout, stderr })).toMatchObject(failed(130, 'interrupted'));
  expect(stderr).toContain('0 of 1 files are registered');
});
