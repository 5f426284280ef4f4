import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataPaths, requireLedger } from '../../../src/adapters/data-folder/data-folder.ts';
import { upgradeFolder } from '../../../src/adapters/data-folder/upgrade.ts';

let dir: string;
const version = () => readFileSync(join(dir, 'version'), 'utf8');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'evl-upgrade-'));
  writeFileSync(join(dir, 'version'), '0\n');
  writeFileSync(join(dir, 'ledger'), 'what was registered');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function upgrade(killAt: string): NodeJS.Signals | null {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'killed-upgrade.ts'), dir, killAt]).signal;
}

test.each(['before', 'between', 'after'])(
  'killed %s the change: the old version stays, and the next run completes it [S36]',
  (at) => {
    expect(upgrade(at)).toBe('SIGKILL');
    expect(version()).toBe('0\n');
    expect(upgrade('never')).toBeNull();
    expect(version()).toBe('1\n');
    expect(readdirSync(dir).toSorted()).toEqual(['journal', 'marks', 'version']);
    expect(readFileSync(join(dir, 'journal'), 'utf8')).toBe('what was registered');
  },
);

test('steps run in order, each once, and a folder of this version is left alone [S36]', async () => {
  const ran: number[] = [];
  const step = (from: number) => async () => {
    ran.push(from);
    expect(version()).toBe(`${from}\n`);
  };
  const steps = { 0: step(0), 1: step(1), 2: step(2) };
  expect(await upgradeFolder(dataPaths(dir), steps, 3)).toBe(0);
  expect(await upgradeFolder(dataPaths(dir), steps, 3)).toBe(3);
  expect([ran, version()]).toEqual([[0, 1, 2], '3\n']);
});

test('a newer folder, one without a way, and nonsense are refused by name, and nothing is changed [S36]', async () => {
  const paths = dataPaths(dir);
  const refusal = async (text: string) => {
    writeFileSync(paths.version, text);
    const error = await upgradeFolder(paths).catch((thrown: unknown) => thrown as Error);
    expect(() => requireLedger(paths)).toThrow(expect.objectContaining({ code: 'ledger-version' }));
    expect([error, version()]).toEqual([expect.objectContaining({ code: 'ledger-version' }), text]);
    return (error as Error).message;
  };
  expect(await refusal('3\n')).toContain('states version 3, this program knows version 2; a newer program made it');
  expect(await refusal('0\n')).toContain('states version 0, this program knows version 2, and there is no upgrade');
  expect(await refusal('one\n')).toContain('states "one"');
  rmSync(paths.version);
  await expect(upgradeFolder(paths)).rejects.toMatchObject({ code: 'ledger-missing' });
});

test('a folder of version 1 is read as it is, and upgraded by a start', async () => {
  const paths = dataPaths(dir);
  writeFileSync(paths.version, '1\n');
  expect(() => requireLedger(paths)).not.toThrow();
  expect([await upgradeFolder(paths), version()]).toEqual([1, '2\n']);
  expect([await upgradeFolder(paths), version()]).toEqual([2, '2\n']);
});
