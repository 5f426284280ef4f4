import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanEnv } from '../cli/evl.ts';
import { Service, Workplace } from './program.ts';

/**
 * An installation after `npm uninstall hardhat`: a ledger on a chain that others run, and no other.
 */

const root = join(import.meta.dirname, '..', '..');
/** Has the local chain that is another chain to the lean installation. */
const others = new Workplace();
const service = new Service(others);
const workplace = new Workplace();
const checkout = join(workplace.dir, 'checkout');
const OMITTED = ['hardhat', '@nomicfoundation', '.bin'];

beforeAll(async () => {
  await service.start();
  for (const name of ['src', 'scripts', 'package.json']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  const [from, to] = [join(root, 'node_modules'), join(checkout, 'node_modules')];
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!OMITTED.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
});
afterAll(async () => {
  await service.stop();
  for (const each of [others, workplace]) each.remove();
});

function start(...args: string[]) {
  const program = [join(checkout, 'scripts', 'evl.ts'), ...args, '--json'];
  return spawn(process.execPath, program, { cwd: workplace.dir, env: cleanEnv(workplace.env) });
}

async function run<T>(...args: string[]): Promise<T & { readonly exit: number | null }> {
  const child = start(...args);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const [exit] = (await once(child, 'close')) as [number | null];
  return { ...(JSON.parse(stdout) as T), exit };
}

test('the local chain is refused with what to do, and nothing is left behind', async () => {
  for (const command of ['init', 'serve']) {
    const refused = await run<{ error: { code: string; hint: string } }>(command);
    expect([command, refused.exit, refused.error.code]).toEqual([command, 2, 'local-chain-absent']);
    expect(JSON.stringify(refused.error)).toContain('npm ci');
  }
  expect(existsSync(workplace.env['EVL_DATA_DIR']!)).toBe(false);
});

test('a ledger on another chain is made, serves, anchors and is verified', async () => {
  const init = ['init', '--rpc', service.chainUrl, '--finality', '1'];
  const empty = await run<{ error: { code: string; message: string } }>(...init);
  expect(empty.error.code).toBe('chain-account-empty');
  const [account] = /0x[0-9a-f]{40}/i.exec(empty.error.message)!;
  expect((await others.run(['chain', 'fund', account])).exit).toBe(0);
  expect(await run(...init)).toMatchObject({ exit: 0 });

  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '300';
  const served = start('serve');
  const [ready] = (await once(served.stdout.setEncoding('utf8'), 'data')) as [string];
  workplace.env['EVL_URL'] = (JSON.parse(ready) as { url: string }).url;
  writeFileSync(join(workplace.dir, 'letter.txt'), 'a letter');
  expect(await run('add', 'letter.txt', '--wait', 'final')).toMatchObject({ exit: 0 });
  expect(await run('verify', 'letter.txt')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
  served.kill('SIGTERM');
  expect(await once(served, 'close')).toEqual([0, null]);
});
