import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { formatEntry, parseEntry } from '../../src/people/entry.ts';
import { EMPTY_DIRECTORY, headAfter, personalFault } from '../../src/people/model.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { idOf, officeStory } from './events.ts';

const story = officeStory();
const { events } = story;
const salt = () => randomBytes(16);
const entries = events.map((event) => formatEntry(sha256, event, salt()));

test('an entry is read as the event that it was made from', () => {
  expect(entries.map((entry) => parseEntry(entry))).toEqual(events);
});

test('an event holds ids, and no name', () => {
  const open = entries.map(({ event }) => event).join('\n');
  for (const name of ['supervisor"', 'clerk', 'lawyer', '刑初'])
    expect(open.replaceAll(/"roles":\[[^\]]*\]/g, '')).not.toContain(name);
  expect(open).toContain(idOf('clerk'));
});

test('the same event twice has two commitments, for its salts differ', () => {
  const [first, second] = [formatEntry(sha256, events[0]!, salt()), formatEntry(sha256, events[0]!, salt())];
  expect(first.event).not.toBe(second.event);
});

test('an entry whose personal part was erased keeps its place in the chain', () => {
  const erased = entries.map(({ event }) => ({ event, personal: undefined }));
  expect(headAfter(sha256, EMPTY_DIRECTORY, erased)).toEqual(headAfter(sha256, EMPTY_DIRECTORY, entries));
  expect(parseEntry(erased[0]!)).toEqual({ ...events[0], personal: undefined });
});

test('the head of some entries continues to that of all', () => {
  const half = headAfter(sha256, EMPTY_DIRECTORY, entries.slice(0, 5));
  expect(headAfter(sha256, half, entries.slice(5))).toEqual(headAfter(sha256, EMPTY_DIRECTORY, entries));
  expect(headAfter(sha256, EMPTY_DIRECTORY, entries.toReversed()).hash).not.toEqual(
    headAfter(sha256, EMPTY_DIRECTORY, entries).hash,
  );
});

const entry = entries[0]!;
test.each<[string, { readonly event: string; readonly personal: string | undefined }]>([
  ['an unknown event', { ...entry, event: entry.event.replace('organisation-added', 'organisation-eaten') }],
  ['an unknown member', { ...entry, event: entry.event.replace('{', '{"more":1,') }],
  ['an unknown kind', { ...entry, event: entry.event.replace('"procuratorate"', '"guild"') }],
  ['an id of another form', { ...entry, event: entry.event.replace(idOf('procuratorate'), 'P-1') }],
  ['a time of no calendar', { ...entry, event: entry.event.replace('2026-03-01', '2026-02-30') }],
  ['no time', { ...entry, event: entry.event.replace(/"at":"[^"]*",/, '') }],
  ['no JSON', { ...entry, event: '{' }],
])('refuses %s', (_, changed) => {
  expect(() => parseEntry(changed)).toThrow(/./);
});

test('a personal part that is not that of its event is a fault', () => {
  expect(personalFault(sha256, entry)).toBeUndefined();
  expect(personalFault(sha256, { ...entry, personal: undefined })).toBeUndefined();
  expect(personalFault(sha256, { ...entry, personal: entries[1]!.personal })).toBeDefined();
  expect(personalFault(sha256, { ...entry, personal: 'no JSON' })).toBeDefined();
});

test('an event that is too long is no entry', () => {
  expect(() => formatEntry(sha256, { ...events[0]!, by: 'h'.repeat(5000) }, salt())).toThrow(/5\d{3} bytes/);
});
