import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { newFolder, removeFolders } from './folder.ts';
import { emptyHead, TestLedger, VKEY } from './ledger.ts';
import { isAvailable } from '../../availability.ts';

afterEach(() => removeFolders());

const hasPrlimit = isAvailable(
  'prlimit',
  process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0,
);
const limitFiles = (pid: number, limit: string) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

describe.runIf(hasPrlimit)('without file handles', () => {
  test('a segment roll is refused, writes nothing, and succeeds later on the same store [S10]', async () => {
    const dir = newFolder();
    const ledger = new TestLedger();
    const store = await createStore({ dir, segmentBytes: 1000 }, emptyHead());
    await store.commit(ledger.next(3), store.head());
    const next = ledger.next(2);
    const refused = await withoutHandles(() => store.commit(next, store.head()).catch((error: unknown) => error));
    expect(refused).toMatchObject({ code: 'too-many-files' });
    await store.commit(next, store.head());
    await store.close();
    const again = await openStore({ dir });
    expect(again.head().size).toBe(5n);
    await again.close();
  });

  // Then the frame is durable and its rows are not: going on would leave a gap in the index.
  // Connections leave handles to the store, so that it is rare.
  test('LevelDB without a handle for its next log: fail-stop, and after a restart nothing is lost or incomplete [S10]', async () => {
    const dir = newFolder();
    const ledger = new TestLedger();
    const stops: unknown[] = [];
    const store = await createStore({ dir, onFailStop: (error) => stops.push(error) }, emptyHead());
    await store.commit(ledger.next(3), store.head());
    let acknowledged = store.head().size;
    const failure = await withoutHandles(async () => {
      try {
        for (;;) {
          await store.commit(ledger.next(100), store.head());
          acknowledged = store.head().size;
        }
      } catch (error) {
        return error;
      }
    });
    expect(failure).toMatchObject({ code: 'store-failed', message: expect.stringMatching(/too many open files/i) });
    expect(stops).toEqual([failure]);
    await expect(store.commit(ledger.next(1), store.head())).rejects.toMatchObject({ code: 'store-failed' });
    expect(acknowledged).toBeGreaterThan(3n);
    await store.close();
    const again = await openStore({ dir });
    // the frame of the commit that failed was durable
    expect(again.head().size).toBe(acknowledged + 100n);
    await again.close();
    expect(await checkStore({ dir, vkeys: () => [VKEY] })).toMatchObject({ ok: true });
  });
});

/** Runs something while this process has no file handle left. */
async function withoutHandles<T>(act: () => Promise<T>): Promise<T> {
  const before = /^Max open files +([0-9]+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1]!;
  limitFiles(process.pid, String(openFiles(process.pid) + 5));
  const taken: FileHandle[] = [];
  try {
    for (;;) taken.push(await open('/dev/null'));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EMFILE' });
  }
  try {
    return await act();
  } finally {
    for (const handle of taken) await handle.close();
    limitFiles(process.pid, before);
  }
}
