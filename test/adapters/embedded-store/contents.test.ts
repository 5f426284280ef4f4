import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ContentStore } from '../../../src/adapters/embedded-store/contents/content-store.ts';
import { newFolder, removeFolders } from './folder.ts';

afterAll(removeFolders);

test('a content that cannot be read is a finding with its file, and does not end the check', async () => {
  const contents = new ContentStore(newFolder());
  const sha256 = 'ab'.repeat(32);
  const file = contents.pathOf(sha256);
  expect(await contents.check(sha256)).toMatchObject({ code: 'content-missing', file });
  mkdirSync(dirname(file), { recursive: true });
  mkdirSync(file);
  expect(await contents.check(sha256)).toMatchObject({
    code: 'content-damaged',
    file,
    message: { en: expect.stringMatching(/cannot be read: .*\(EISDIR\)/) as string },
  });
});

test('a content of very many tiny chunks, and one that ends early, leave what they should', async () => {
  const folder = newFolder();
  const contents = new ContentStore(folder);
  await contents.sweep();
  const bytes = Buffer.alloc(300_000, 'x');
  const chunks = (async function* () {
    for (const byte of bytes) yield Uint8Array.of(byte);
  })();
  const stored = await contents.put(chunks, () => {});
  expect(stored).toEqual({ ...digestsOf(bytes), size: bytes.length });
  const cutOff = (async function* () {
    yield bytes;
    throw new Error('the client went away');
  })();
  await expect(contents.put(cutOff, () => {})).rejects.toThrow('went away');
  expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  const again = Array.from({ length: 8 }, async (_, i) => contents.put(one(Buffer.alloc(700_000, i)), () => {}));
  for (const [i, each] of (await Promise.all(again)).entries()) {
    expect(each).toEqual({ ...digestsOf(Buffer.alloc(700_000, i)), size: 700_000 });
  }
});

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function digestsOf(bytes: Uint8Array) {
  const [sha256, sm3] = ['sha256', 'sm3'].map((name) => createHash(name).update(bytes).digest('hex'));
  return { sha256, sm3 };
}
