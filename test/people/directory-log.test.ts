import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { DirectoryLog } from '../../src/people/directory-log.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { EMPTY_HEAD } from '../log/memory-log.ts';
import { idOf, officeStory, START_MS } from './events.ts';

const events = officeStory().events.map((event) => {
  const { at: _, ...rest } = event;
  return rest;
});
let nowMs = START_MS;
const tools = { hash: sha256, random: (length: number) => new Uint8Array(randomBytes(length)), clock: () => nowMs };

async function filled(count = events.length) {
  const store = new MemoryStore(EMPTY_HEAD);
  const log = await DirectoryLog.open(store, tools);
  for (const event of events.slice(0, count)) await log.change(() => event);
  return { store, log };
}

test('what was changed is there again when the directory is opened', async () => {
  const { store, log } = await filled();
  const again = await DirectoryLog.open(store, tools);
  expect(again.directory.persons()).toEqual(log.directory.persons());
  expect(again.directory.cases()).toEqual(log.directory.cases());
  expect([again.head(), again.head().count]).toEqual([log.head(), events.length]);
});

test('changes are decided one after the other, each on the state after the one before', async () => {
  const { log } = await filled();
  const seen: number[] = [];
  const rename = (name: string) =>
    log.change((directory) => {
      seen.push(directory.organisations().filter((organisation) => organisation.name === 'renamed').length);
      return { event: 'organisation-renamed', by: 'host', organisation: idOf(name), personal: { name: 'renamed' } };
    });
  const outcomes = await Promise.allSettled([rename('court'), rename('police'), rename('audit')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(seen).toEqual([0, 1, 1]);
});

test('what is refused, and what could not be read again, is not written', async () => {
  const { store, log } = await filled();
  const before = store.directoryHead();
  const long = { event: 'organisation-renamed', by: 'host', organisation: idOf('court') } as const;
  for (const name of ['police', '', 'two\nlines', ' spaces ', 'x'.repeat(3000)]) {
    await expect(log.change(() => ({ ...long, personal: { name } }))).rejects.toThrow(/./);
  }
  await expect(
    log.change(() => {
      throw new Error('undecided');
    }),
  ).rejects.toThrow('undecided');
  expect(store.directoryHead()).toEqual(before);
  await log.change(() => ({ ...long, personal: { name: '人民法院' } }));
  expect(log.directory.organisation(idOf('court'))?.name).toBe('人民法院');
});

test('a change that the store does not take is not in force', async () => {
  const { store, log } = await filled();
  store.appendToDirectory = () => Promise.reject(new Error('disk'));
  const change = log.change(() => ({ event: 'person-left', by: 'host', person: idOf('clerk') }));
  await expect(change).rejects.toThrow('disk');
  expect(log.directory.person(idOf('clerk'))?.hasLeft).toBe(false);
});

test('times never fall, whatever the clock shows', async () => {
  const { log } = await filled(2);
  nowMs -= 60_000;
  const { at } = await log.change(() => events[2]!);
  nowMs += 60_000;
  expect(at).toBe(new Date(START_MS).toISOString());
});

test('entries that were changed, left out or reordered are damage', async () => {
  const { store } = await filled();
  const entries = await store.directoryEntries(0, 1000);
  const changes: ((i: number) => unknown)[] = [
    (i) => (i === 2 ? { ...entries[2], event: entries[2]!.event.replace('"court"', '"police"') } : entries[i]),
    (i) => (i === 3 ? { ...entries[3], personal: '{}' } : entries[i]),
    (i) => entries[i < 6 ? i : i + 1 === entries.length ? 6 : i + 1],
    (i) => entries[i === 0 ? 1 : i === 1 ? 0 : i],
  ];
  for (const change of changes) {
    store.directoryEntries = async (from) => entries.map((_, i) => change(i) as never).slice(from);
    await expect(DirectoryLog.open(store, tools)).rejects.toMatchObject({ code: 'directory-damaged' });
  }
});
