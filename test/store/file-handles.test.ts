import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createStore, openStore } from '../../src/adapters/leveldb/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { emptyHead, TestLedger } from './ledger.ts';

afterEach(() => removeFolders());

const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
const limitFiles = (pid: number, limit: string) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

describe.runIf(hasPrlimit)('without file handles', () => {
  test('a segment roll is refused, writes nothing, and succeeds later on the same store', async () => {
    const dir = newFolder();
    const ledger = new TestLedger();
    const store = await createStore({ dir, segmentBytes: 1000 }, emptyHead());
    await store.commit(ledger.next(3), store.head());
    const next = ledger.next(2);
    const before = /^Max open files +([0-9]+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1]!;
    limitFiles(process.pid, String(openFiles(process.pid) + 5));
    const taken = [];
    try {
      for (;;) taken.push(await open('/dev/null'));
    } catch (error) {
      expect(error).toMatchObject({ code: 'EMFILE' });
    }
    const refused = await store.commit(next, store.head()).catch((error: unknown) => error);
    for (const handle of taken) await handle.close();
    limitFiles(process.pid, before);
    expect(refused).toMatchObject({ code: 'too-many-files' });
    await store.commit(next, store.head());
    await store.close();
    const again = await openStore({ dir });
    expect(again.head().size).toBe(5n);
    await again.close();
  });
});
