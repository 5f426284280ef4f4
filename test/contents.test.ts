import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ContentStore } from '../src/adapters/contents/content-store.ts';
import { newFolder, removeFolders } from './store/folder.ts';

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
    message: expect.stringMatching(/cannot be read: EISDIR/) as string,
  });
});
