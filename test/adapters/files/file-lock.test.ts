import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireFileLock } from '../../../src/adapters/files/file-lock.ts';

const source = fileURLToPath(new URL('../../../src/adapters/files/file-lock.ts', import.meta.url));
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Another process that takes the lock, reports it and stays alive; `heard` is all that it has
 * printed.
 */
async function otherHolder() {
  const program = `import { acquireFileLock } from ${JSON.stringify(source)};
    try { acquireFileLock(${JSON.stringify(path)}); globalThis.gc(); console.log('held'); setInterval(() => {}, 1000) }
    catch (error) { console.log(error.code) }`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program]);
  let warnings = '';
  child.stderr.on('data', (chunk) => (warnings += String(chunk)));
  const [outcome] = (await once(child.stdout, 'data')) as [Buffer];
  return { outcome: String(outcome).trim(), warnings: () => warnings, child };
}

test('two holders in one process: the second is refused until the first releases', () => {
  const first = acquireFileLock(path);
  expect(() => acquireFileLock(path)).toThrow(expect.objectContaining({ code: 'locked' }));
  first.release();
  first.release();
  acquireFileLock(path).release();
});

test('the file stays empty and alone', () => {
  const lock = acquireFileLock(path);
  expect([readdirSync(folder), statSync(path).size]).toEqual([['lock'], 0]);
  lock.release();
});

test('another process is refused, in both directions, and SIGKILL frees the lock [S29]', async () => {
  const lock = acquireFileLock(path);
  expect((await otherHolder()).outcome).toBe('locked');
  lock.release();

  const { outcome, warnings, child } = await otherHolder();
  expect(outcome).toBe('held');
  const whose = process.platform === 'linux' ? `by process ${child.pid} (${process.execPath})` : path;
  expect(() => acquireFileLock(path)).toThrow(expect.objectContaining({ code: 'locked' }));
  expect(() => acquireFileLock(path)).toThrow(whose);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(warnings()).toBe('');
  acquireFileLock(path).release();
});

test('a file that is not a lock file is named and left as it was', () => {
  const other = join(folder, 'letter');
  writeFileSync(other, 'dear sceptic, '.repeat(50));
  expect(() => acquireFileLock(other)).toThrow(
    expect.objectContaining({ code: 'lock-unusable', message: expect.stringContaining(other) as string }),
  );
  expect(statSync(other).size).toBe(14 * 50);
  mkdirSync(join(folder, 'sub'));
  expect(() => acquireFileLock(join(folder, 'sub'))).toThrow(expect.objectContaining({ code: 'lock-unusable' }));
});
