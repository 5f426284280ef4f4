import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../../../src/adapters/embedded-store/check/check.ts';
import { decodeFrame, encodeFrame, FIRST_PREVIOUS_HASH } from '../../../src/adapters/embedded-store/journal/frame.ts';
import {
  decodePayload,
  type DirectoryPayload,
  encodePayload,
} from '../../../src/adapters/embedded-store/journal/payload.ts';
import { rebuildIndex } from '../../../src/adapters/embedded-store/repair/rebuild.ts';
import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { EMPTY_DIRECTORY, headAfter } from '../../../src/people/model.ts';
import { sha256 } from '../../../src/protocol/encoding/hash.ts';
import { officeEntries } from '../../people/entries.ts';
import { expectBothLanguages } from './both-languages.ts';
import { newFolder, removeFolders } from './folder.ts';
import { emptyHead, hasher, TestLedger, VKEY } from './ledger.ts';

let dir: string;
const entries = officeEntries();

/** Frames: 0 the empty tree, 1 five entries, 2 a commit, 3 the other entries. */
beforeEach(async () => {
  dir = newFolder();
  const store = await createStore({ dir }, emptyHead());
  await store.appendToDirectory(entries.slice(0, 5), store.directoryHead());
  await store.commit(new TestLedger().next(2), store.head());
  await store.appendToDirectory(entries.slice(5), store.directoryHead());
  await store.close();
});
afterEach(removeFolders);

const journal = () => join(dir, 'journal', '00000000.seg');
const check = () => checkStore({ dir, vkeys: () => [VKEY] });

/**
 * Writes the journal again, with the payloads of directory frames edited and all hashes made to
 * fit.
 */
function rewrite(edit: (payload: DirectoryPayload) => DirectoryPayload): void {
  const bytes = readFileSync(journal());
  const frames: Buffer[] = [];
  let previousHash = FIRST_PREVIOUS_HASH;
  for (let offset = 0; offset < bytes.length;) {
    const frame = decodeFrame(bytes.subarray(offset));
    if ('fault' in frame) throw new Error('no frame');
    offset += frame.payload.length + 48;
    const payload = decodePayload(frame.payload);
    const edited = payload.kind === 'directory' ? edit(payload) : payload;
    const encoded = encodeFrame({ seq: frame.seq, previousHash, payload: encodePayload(edited) });
    frames.push(encoded);
    previousHash = sha256(encoded);
  }
  writeFileSync(journal(), Buffer.concat(frames));
}

async function problemsAfter(edit: (payload: DirectoryPayload) => DirectoryPayload): Promise<string[]> {
  rewrite(edit);
  rmSync(join(dir, 'index'), { recursive: true });
  await rebuildIndex({ dir, hasher });
  const { problems } = await check();
  for (const { message } of problems) expectBothLanguages(message);
  return problems.map(({ code, where }) => `${code} ${where.seq}`);
}

test('a sound directory has no problem, and is the same after its index was made again', async () => {
  expect((await check()).problems).toEqual([]);
  await rebuildIndex({ dir, hasher });
  expect((await check()).problems).toEqual([]);
  const store = await openStore({ dir });
  expect(await store.directoryEntries(0, 1000)).toEqual(entries);
  expect(store.directoryHead()).toEqual(headAfter(sha256, EMPTY_DIRECTORY, entries));
  await store.close();
});

test('a journal that was written again with another event is found', async () => {
  const edit = (payload: DirectoryPayload) => ({
    ...payload,
    entries: payload.entries.map(({ event, personal }) => ({
      event: event.replace('"police"', '"court"'),
      personal,
    })),
  });
  expect(await problemsAfter(edit)).toEqual(['directory-damaged 1']);
});

test('a personal part that its event does not commit to is found', async () => {
  const edit = (payload: DirectoryPayload) => ({
    ...payload,
    entries: payload.entries.map(({ event, personal }) => ({ event, personal: personal?.replace('clerk', 'admin') })),
  });
  expect(await problemsAfter(edit)).toEqual(['directory-damaged 3']);
});

test('entries that do not follow those before them are found, and the store does not open', async () => {
  rewrite((payload) => (payload.first === 0 ? payload : { ...payload, first: 4 }));
  const { problems } = await check();
  expect(problems.map(({ code }) => code)).toContain('journal-damaged');
  await expect(rebuildIndex({ dir, hasher })).rejects.toMatchObject({ code: 'journal-damaged' });
});
