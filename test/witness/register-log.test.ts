import { beforeEach, describe, expect, test } from 'vitest';
import { formatVkey, parseVkey } from '../../src/protocol/note/vkey.ts';
import type { WatchedLogs, WitnessedLog } from '../../src/witness/ports.ts';
import { registerLog, removeLogKey } from '../../src/witness/register-log.ts';
import { testKey } from '../oracle/note.ts';
import { foreignLog } from './foreign-log.ts';
import { MemoryWitnessState } from './memory-state.ts';
import { cosignedAt } from './signer.ts';

const log = foreignLog('log.example/a');
const { origin } = log;
const [first, second] = [1, 2].map((seed) => parseVkey(testKey(origin, seed).vkey)) as [Key, Key];
type Key = ReturnType<typeof parseVkey>;

class MemoryLogs implements WatchedLogs {
  logs: readonly WitnessedLog[] = [];
  writes = 0;

  read(): readonly WitnessedLog[] {
    return this.logs;
  }

  async write(logs: readonly WitnessedLog[]): Promise<void> {
    this.logs = logs;
    this.writes++;
  }
}

let watched: MemoryLogs;
let state: MemoryWitnessState;
beforeEach(() => {
  watched = new MemoryLogs();
  state = new MemoryWitnessState();
});
const register = (key: Key, name = origin) => registerLog(watched, state, name, key);

describe('a log', () => {
  test('gets an empty entry in the state, and is watched', async () => {
    expect(await register(first)).toEqual({ origin, keys: [first], latest: undefined });
    expect(watched.logs).toEqual([{ origin, keys: [first] }]);
    expect(await state.latest(origin)).toBeUndefined();
  });

  test('that is registered again keeps its state, and takes a further key once', async () => {
    await register(first);
    await state.advance(origin, 0n, cosignedAt(log, 3));
    expect(await register(second)).toMatchObject({ keys: [first, second], latest: { size: 3n } });
    expect(await register(second)).toMatchObject({ keys: [first, second], latest: { size: 3n } });
    expect([watched.logs.length, watched.writes]).toEqual([1, 2]);
  });

  test('whose state is lost is not registered again with an empty one', async () => {
    await register(first);
    state = new MemoryWitnessState();
    await expect(register(second)).rejects.toMatchObject({ code: 'state-missing' });
    expect(watched.logs).toEqual([{ origin, keys: [first] }]);
  });

  test.each(['', 'two\nlines', 'x'.repeat(256), '\ud800'])('with the origin %j is refused', async (name) => {
    await expect(register(first, name)).rejects.toMatchObject({ code: 'origin-invalid' });
    expect(watched.writes).toBe(0);
  });
});

describe('a key', () => {
  test('that is removed leaves the others', async () => {
    await register(first);
    await register(second);
    expect(await removeLogKey(watched, origin, first)).toEqual({ origin, keys: [second] });
    expect(watched.logs).toEqual([{ origin, keys: [second] }]);
  });

  test.each([origin, 'log.example/unknown'])('that the witness does not have for %s is refused', async (name) => {
    await register(first);
    await expect(removeLogKey(watched, name, second)).rejects.toMatchObject({
      code: 'key-wrong',
      message: expect.stringContaining(formatVkey(second)),
    });
    expect(watched.writes).toBe(1);
  });
});
