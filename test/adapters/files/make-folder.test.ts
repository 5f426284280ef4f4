import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../../../src/adapters/files/make-folder.ts';
import { hasLinux } from '../../availability.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'evl-folder-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('parents are created with it, also with a separator at the end, and nothing is done twice', () => {
  for (const path of ['a/b/c', 'a/b/c/', 'a/b', 'd//e/']) {
    makeFolder(`${dir}/${path}`, 0o700);
    expect(statSync(join(dir, path)).isDirectory()).toBe(true);
    makeFolder(Buffer.from(`${dir}/${path}`), 0o700);
  }
  if (process.platform !== 'win32') expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o700);
});

test('a file in the way is what the system says of it', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => makeFolder(join(dir, 'file', 'x', 'y'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

test.runIf(hasLinux())('a place that takes no folders is refused at once', () => {
  expect(() => makeFolder('/proc/no-folder/x')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

test.runIf(hasLinux())('and so is a folder that was removed', () => {
  const gone = join(dir, 'gone');
  mkdirSync(gone);
  const before = process.cwd();
  process.chdir(gone);
  rmSync(gone, { recursive: true });
  try {
    expect(() => makeFolder('x')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  } finally {
    process.chdir(before);
  }
});
