import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readBoundedFile } from '../../../src/adapters/files/read-bounded.ts';
import { hasLinux, hasPosix } from '../../availability.ts';

const folder = mkdtempSync(join(tmpdir(), 'evl-bounded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = Buffer.from(join(folder, 'file'));

test('a file is read whole up to the limit, and not above it', async () => {
  writeFileSync(path, '12345');
  expect(Buffer.from(await readBoundedFile(path, 5)).toString()).toBe('12345');
  await expect(readBoundedFile(path, 4)).rejects.toMatchObject({ code: 'json-too-large' });
  writeFileSync(path, '');
  expect(await readBoundedFile(path, 5)).toHaveLength(0);
});

test.runIf(hasLinux())('a file that states no size is bounded as well', async () => {
  await expect(readBoundedFile(Buffer.from('/proc/self/maps'), 100)).rejects.toMatchObject({ code: 'json-too-large' });
});

describe.runIf(hasPosix())('what is no regular file', () => {
  test('is refused at once, also a pipe that nobody writes to', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const each of [pipe, folder, '/dev/zero']) {
      await expect(readBoundedFile(Buffer.from(each), 5)).rejects.toMatchObject({ code: 'file-not-regular' });
    }
  });
});
