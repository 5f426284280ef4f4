import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedger } from '../../src/compose/maintenance.ts';
import { LEDGER_PARTS } from '../../src/compose/parts.ts';
import { keyFaults } from '../../src/operations/key-faults.ts';
import { dataPaths, readIdentity } from '../../src/adapters/data-folder/data-folder.ts';
import { completeKeyChange, readRotations } from '../../src/adapters/data-folder/key-change.ts';
import { isRotationSigned, parseRotation } from '../../src/protocol/key-rotation.ts';

/**
 * `evl key`, killed before each of its effects: the ledger is as it was, or one that the next run
 * or start of the service completes.
 */

const root = mkdtempSync(join(tmpdir(), 'evl-key-kills-'));
const made = join(root, 'made');
let chain: ChildProcess;
let chainPort: string;

beforeAll(async () => {
  const nothing = {
    chainDir: undefined,
    origin: undefined,
    rpcUrls: undefined,
    sources: undefined,
    contract: undefined,
    finality: undefined,
  };
  await createLedger({ dataDir: made, ...nothing, operatedBy: 'operator' });
  chain = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'scripts', 'evl.ts'), 'chain'], {
    env: { ...process.env, EVL_DATA_DIR: made, EVL_CHAIN_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ready = await new Promise<string>((resolve) => chain.stderr!.setEncoding('utf8').once('data', resolve));
  chainPort = /127\.0\.0\.1:([0-9]+)/.exec(ready)![1]!;
});
afterAll(async () => {
  const ended = new Promise((resolve) => chain.once('close', resolve));
  chain.kill('SIGTERM');
  await ended;
  rmSync(root, { recursive: true, force: true });
});

function faultsIn(dataDir: string) {
  const folder = LEDGER_PARTS.folderAt(dataDir);
  return keyFaults(folder, folder.readIdentity(), LEDGER_PARTS.keys);
}

function runKilled(dataDir: string, killAt: number, args: readonly string[], rpcUrl: string) {
  const argv = [join(import.meta.dirname, 'killed-key.ts'), String(killAt), ...args];
  const env = { ...process.env, EVL_DATA_DIR: dataDir, EVL_RPC_URL: rpcUrl, EVL_LANG: 'en' };
  const { signal, status, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
  return { isKilled: signal === 'SIGKILL', status, stderr };
}

/**
 * Either nothing happened to what the service starts with, or the change is decided and the start
 * completes it.
 */
async function expectStartable(dataDir: string): Promise<void> {
  const paths = dataPaths(dataDir);
  await completeKeyChange(paths);
  expect(existsSync(paths.keyChange)).toBe(false);
  expect(faultsIn(dataDir)).toEqual([]);
}

test('the log key: killed at any point, the service starts, and the next run leaves one change', async () => {
  const silent = 'http://127.0.0.1:1';
  const unheard = runKilled(made, 0, ['key', 'rotate', 'log'], silent);
  expect([unheard.status, unheard.stderr]).toEqual([6, expect.stringContaining('may be an older copy of the log')]);
  let kills = 0;
  for (let killAt = 1; ; killAt++) {
    const dataDir = join(root, `log-${killAt}`);
    cpSync(made, dataDir, { recursive: true });
    const killed = runKilled(dataDir, killAt, ['key', 'rotate', 'log', '--accept-unheard'], silent);
    if (!killed.isKilled) {
      expect([killed.status, killed.stderr.includes(`effects ${killAt - 1}`)], killed.stderr).toEqual([0, true]);
      break;
    }
    kills++;
    const started = join(root, `started-${killAt}`);
    cpSync(dataDir, started, { recursive: true });
    await expectStartable(started);
    const again = runKilled(dataDir, 0, ['key', 'rotate', 'log', '--accept-unheard'], silent);
    expect(again.status, again.stderr).toBe(0);
    await expectStartable(dataDir);
    const [before, after] = [readIdentity(dataPaths(made)), readIdentity(dataPaths(dataDir))];
    expect(after.log.keys.map(({ fromSize, toSize }) => [fromSize, toSize])).toEqual([
      [0n, 1n],
      [1n, undefined],
    ]);
    const { log } = readRotations(dataPaths(dataDir));
    expect(log.map((note) => isRotationSigned(parseRotation(note), before))).toEqual([true]);
    expect(readdirSync(join(dataDir, 'keys')).toSorted()).toEqual(['chain.key', 'log.key', 'log.key.1']);
  }
  expect(kills).toBeGreaterThan(10);
});

test('the chain key: killed again and again, further each time, the log has one operator in the end, and it is the key in the folder', async () => {
  const dataDir = join(root, 'chain-key');
  cpSync(made, dataDir, { recursive: true });
  const paths = dataPaths(dataDir);
  let killAt = 1;
  for (; ; killAt++) {
    const { isKilled, status, stderr } = runKilled(
      dataDir,
      killAt,
      ['key', 'rotate', 'chain'],
      `http://127.0.0.1:${chainPort}`,
    );
    if (existsSync(paths.keyChange)) expect(isKilled).toBe(true);
    else expect(faultsIn(dataDir)).toEqual([]);
    if (isKilled) continue;
    expect(status, stderr).toBe(0);
    break;
  }
  expect(killAt).toBeGreaterThan(5);
  await expectStartable(dataDir);
  expect(readRotations(paths).chain).toHaveLength(1);
  expect(readdirSync(paths.keys).toSorted()).toEqual(['chain.key', 'chain.key.1', 'log.key']);
});
