import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { acquireFileLock } from '../../../src/adapters/files/file-lock.ts';
import { requireOwnUser } from '../../../src/adapters/files/folder-owner.ts';
import { evl } from '../../cli/evl.ts';
import { isAvailable } from '../../availability.ts';

const dir = mkdtempSync(join(tmpdir(), 'evl-owner-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.runIf(isAvailable('root', process.geteuid?.() === 0))(
  'root leaves nothing in the folder of another user, and is told which',
  async () => {
    const own = join(dir, 'own');
    const others = join(dir, 'others');
    for (const each of [own, others]) mkdirSync(each);
    chownSync(others, 61_234, 61_234);
    requireOwnUser(join(own, 'not', 'there'));
    acquireFileLock(join(own, 'lock')).release();
    const wrong = expect.objectContaining({
      code: 'wrong-user',
      message: expect.stringContaining('#61234') as unknown,
    });
    expect(() => requireOwnUser(join(others, 'data'))).toThrow(wrong);
    expect(() => acquireFileLock(join(others, 'lock'))).toThrow(wrong);
    const made = await evl(['init', '--json'], { env: { EVL_DATA_DIR: join(others, 'data') } });
    expect([made.exit, (JSON.parse(made.stdout) as { error: { code: string } }).error.code]).toEqual([2, 'wrong-user']);
    expect(readdirSync(others)).toEqual([]);
  },
);
