import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { acquireFileLock } from '../../../src/adapters/files/file-lock.ts';
import { requireOwnUser } from '../../../src/adapters/files/folder-owner.ts';
import { cleanEnv, evl, PROGRAM } from '../../cli/evl.ts';
import { isAvailable } from '../../availability.ts';

const dir = mkdtempSync(join(tmpdir(), 'evl-owner-'));
chmodSync(dir, 0o755);
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

test.runIf(isAvailable('root', process.geteuid?.() === 0))(
  'a user who may not enter the data folder is not told that there is no ledger',
  () => {
    const state = join(dir, 'state');
    mkdirSync(state, { mode: 0o700 });
    const env = cleanEnv({ EVL_DATA_DIR: join(state, 'data'), EVL_HOME: join(dir, 'home') });
    const asOther = { uid: 61_234, gid: 61_234, cwd: '/', env, encoding: 'utf8' } as const;
    const fsck = spawnSync(process.execPath, [PROGRAM, 'fsck', '--json'], asOther);
    const { error } = JSON.parse(fsck.stdout) as { error: { code: string; message: string } };
    expect([fsck.status, error.code, error.message]).toEqual([2, 'wrong-user', expect.stringContaining('root')]);
  },
);
