import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSecretFile, writeSecretFile } from '../../../src/adapters/files/secret-file.ts';
import { hasPosix } from '../../availability.ts';

const dir = mkdtempSync(join(tmpdir(), 'evl-secret-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.runIf(hasPosix())('a key is read only where nobody else can put another in its place', () => {
  const folder = join(dir, 'keys');
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, 'log.key');
  writeSecretFile(path, 'secret\n');
  const link = join(dir, 'linked.key');
  symlinkSync(path, link);
  expect([readSecretFile(path), readSecretFile(link)]).toEqual(['secret', 'secret']);
  chmodSync(folder, 0o777);
  for (const each of [path, link]) {
    expect(() => readSecretFile(each)).toThrow(expect.objectContaining({ code: 'key-file-open', exit: 12 }));
  }
  chmodSync(folder, 0o1777); // as /tmp
  expect(readSecretFile(path)).toBe('secret');
});
