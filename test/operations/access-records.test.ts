import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256 as hash } from '../../src/adapters/node-crypto/node-hashes.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { requireRecordedState } from '../../src/operations/access-records.ts';
import { AccessLog } from '../../src/people/access/access-log.ts';
import type { RecordedStatement } from '../../src/people/access/statement.ts';
import { DirectoryLog } from '../../src/people/directory-log.ts';
import type { DirectoryHead } from '../../src/people/model.ts';
import { LedgerError } from '../../src/text/ledger-error.ts';
import { EMPTY_HEAD } from '../log/memory-log.ts';
import { MemoryStreams } from '../people/access/memory-streams.ts';
import { officeStory, START_MS } from '../people/events.ts';

/** Whether a start takes a directory for the one that the log states. */

const EVENTS = officeStory().events;

async function directoryOf(count: number, random = (length: number) => new Uint8Array(length)) {
  const store = new MemoryStore(EMPTY_HEAD);
  const people = await DirectoryLog.open(store, { hash, random, clock: () => START_MS });
  for (const { at: _, ...event } of EVENTS.slice(0, count)) await people.change(() => event);
  return { store, head: people.head() };
}

/** A whole access log, and a record that states its end and a head of the directory. */
async function stating(directory: DirectoryHead) {
  const streams = new MemoryStreams();
  const newStream = () => uuidV7(START_MS, new Uint8Array(10));
  const log = new AccessLog({ streams, hash, clock: () => START_MS, newStream, origin: 'test.example/log' });
  await log.begin();
  const { stream, count: to, hash: head } = log.head()!;
  const root = new Uint8Array(32);
  const stated: RecordedStatement = { stream, from: 1, to, head, previous: undefined, directory, index: 7n, root };
  return { streams, stated };
}

async function outcome(store: MemoryStore, directory: DirectoryHead): Promise<unknown> {
  const { streams, stated } = await stating(directory);
  return requireRecordedState({ store, streams, hash }, stated).then(
    () => 'starts',
    (error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
      return [error.code, error.text.en];
    },
  );
}

const refused = (what: string) => ['access-log-behind', expect.stringContaining(what)];

describe('a start', () => {
  test('goes on where the directory is as far as the log states, or further', async () => {
    const { store, head } = await directoryOf(EVENTS.length);
    expect(await outcome(store, head)).toBe('starts');
    expect(await outcome(store, (await directoryOf(3)).head)).toBe('starts');
    expect(await outcome(store, (await directoryOf(0)).head)).toBe('starts');
  });

  test.each([0, 3, EVENTS.length - 1])('is refused where only %s entries of more are left', async (count) => {
    const { store } = await directoryOf(count);
    const { head } = await directoryOf(EVENTS.length);
    const stated = `the directory has ${count} entries, and record 7 of the log states ${EVENTS.length}`;
    expect(await outcome(store, head)).toEqual(refused(stated));
  });

  test('is refused where as many entries, or more, are others', async () => {
    const { store } = await directoryOf(EVENTS.length);
    const salts = (length: number) => new Uint8Array(randomBytes(length));
    for (const count of [3, EVENTS.length]) {
      const { head } = await directoryOf(count, salts);
      expect(await outcome(store, head)).toEqual(refused('or other ones'));
    }
  });
});
