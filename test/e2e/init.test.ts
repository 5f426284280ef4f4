import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../server/ledger-fixture.ts';
import { Service, Workplace } from './program.ts';

/** Making a ledger, above all what is left when that is interrupted or refused. */

const workplaces: Workplace[] = [];
function newWorkplace(): Workplace {
  const workplace = new Workplace();
  workplaces.push(workplace);
  return workplace;
}
afterAll(() => {
  for (const workplace of workplaces) workplace.remove();
});

/** Files of the chain's folder in the order of their creation, and how large each is at a kill. */
const KILL_POINTS = [
  ['unclaimed', 0],
  ['chain.json', 1],
  ['lock', 0],
  ['transactions.jsonl', 1],
] as const;

/**
 * Runs init and kills it once this is true of what it has created. False where it failed before:
 * the chain process of a killed init may still hold the folder.
 */
async function killInit(workplace: Workplace, isAt: () => boolean): Promise<boolean> {
  const dataDir = workplace.env['EVL_DATA_DIR']!;
  const child = workplace.spawn(['init']);
  const ended = new Promise((resolve) => child.once('close', resolve));
  // What an earlier init left is gone once the staging folder of this one is there.
  const hasBegun = () => existsSync(`${dataDir}.init-${child.pid}`);
  while (child.exitCode === null && !(hasBegun() && isAt())) await delay(1);
  child.kill('SIGKILL');
  await ended;
  return child.signalCode === 'SIGKILL' || existsSync(dataDir);
}

describe('with a local chain', () => {
  test('killed at any moment it can be run again [S32]', async () => {
    const workplace = newWorkplace();
    const chainDir = join(workplace.dir, 'elsewhere', 'chain');
    mkdirSync(join(workplace.dir, 'elsewhere'));
    workplace.env['EVL_CHAIN_DIR'] = chainDir;
    for (const [name, minBytes] of KILL_POINTS) {
      const isAt = () => (statSync(join(chainDir, name), { throwIfNoEntry: false })?.size ?? -1) >= minBytes;
      const isKilled = async () => (await killInit(workplace, isAt)) || undefined;
      await eventually(isKilled);
      if (existsSync(workplace.env['EVL_DATA_DIR']!)) return; // faster than the kill
    }
    // The chain process takes a moment to notice that its parent is gone.
    const done = await eventually(async () => {
      const tried = await workplace.run(['init']);
      return tried.exit === 11 ? undefined : tried;
    });
    expect([done.exit, done.stderr.includes('created the ledger')]).toEqual([0, true]);
    expect(existsSync(join(chainDir, 'unclaimed'))).toBe(false);
  });

  test('a chain folder elsewhere is created again where an interrupted init left it, and untouched where it belongs to someone [S32]', async () => {
    const workplace = newWorkplace();
    const chainDir = join(workplace.dir, 'elsewhere', 'chain');
    workplace.env['EVL_CHAIN_DIR'] = chainDir;
    mkdirSync(chainDir, { recursive: true });
    writeFileSync(join(chainDir, 'chain.json'), 'of somebody');
    const refused = await workplace.json<{ error: { code: string } }>(['init']);
    expect([refused.exit, refused.error.code]).toEqual([70, 'chain-exists']);
    expect(readdirSync(chainDir)).toEqual(['chain.json']);
    // killed after the mark, with the first file begun
    writeFileSync(join(chainDir, 'chain.json'), '');
    writeFileSync(join(chainDir, 'unclaimed'), '');
    expect((await workplace.run(['init'])).exit).toBe(0);
    expect(readdirSync(chainDir)).not.toContain('unclaimed');
  });

  test('a second one is refused, and so is a folder that holds something else', async () => {
    const workplace = newWorkplace();
    expect((await workplace.run(['init'])).exit).toBe(0);
    const keys = readFileSync(join(workplace.env['EVL_DATA_DIR']!, 'keys', 'log.key'), 'utf8');
    expect((await workplace.run(['init'])).exit).toBe(2);
    expect(readFileSync(join(workplace.env['EVL_DATA_DIR']!, 'keys', 'log.key'), 'utf8')).toBe(keys);
    const other = join(workplace.dir, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'letter.txt'), 'not a ledger');
    expect((await workplace.run(['init'], { EVL_DATA_DIR: other })).exit).toBe(2);
    expect((await workplace.run(['fsck'], { EVL_DATA_DIR: other })).exit).toBe(10);
  });
});

describe('with an existing chain', () => {
  const host = newWorkplace();
  const service = new Service(host);
  beforeAll(() => service.start());
  afterAll(() => service.stop());

  test('an account without funds is named, and its key waits for the next try', async () => {
    const workplace = newWorkplace();
    const refused = await workplace.run(['init', '--rpc', service.chainUrl]);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toMatch(/account 0x[0-9a-fA-F]{40} .* has no funds/);
    const waiting = `${workplace.env['EVL_DATA_DIR']}.chain.key`;
    const key = readFileSync(waiting, 'utf8');
    await workplace.run(['init', '--rpc', service.chainUrl]);
    expect(readFileSync(waiting, 'utf8')).toBe(key);
  });

  test('with funds it deploys, opens, and the key moves into the ledger', async () => {
    const workplace = newWorkplace();
    const waiting = `${workplace.env['EVL_DATA_DIR']}.chain.key`;
    writeFileSync(waiting, readFileSync(join(host.env['EVL_DATA_DIR']!, 'keys', 'chain.key')), { mode: 0o600 });
    const done = await workplace.json<{ trust: { chain: object } }>([
      'init',
      '--rpc',
      service.chainUrl,
      '--finality',
      '3',
    ]);
    expect(done.exit).toBe(0);
    const chain = { operatedBy: 'operator', finality: { confirmations: '3' }, sources: 1 };
    expect(done.trust.chain).toMatchObject(chain);
    expect(existsSync(waiting)).toBe(false);
    expect(existsSync(join(workplace.env['EVL_DATA_DIR']!, 'keys', 'chain.key'))).toBe(true);
  });

  test('an invalid rule of finality is refused before anything is created', async () => {
    const workplace = newWorkplace();
    const refused = await workplace.run(['init', '--rpc', service.chainUrl, '--finality', '0']);
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('finalized, safe, or 1 to 1000000') });
    expect(existsSync(`${workplace.env['EVL_DATA_DIR']!}.chain.key`)).toBe(false);
  });

  test('no chain at the address: nothing is created', async () => {
    const workplace = newWorkplace();
    const failed = await workplace.json<{ error: { code: string } }>(['init', '--rpc', 'http://127.0.0.1:9']);
    expect([failed.exit, failed.error.code]).toEqual([70, 'chain-unreachable']);
    expect(existsSync(workplace.env['EVL_DATA_DIR']!)).toBe(false);
  });
});
