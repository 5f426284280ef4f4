import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeSince, digestFile, sendableChunks } from '../../../src/adapters/files/file-digest.ts';
import { collect } from '../../cli/collect.ts';

/** Files that change, or only seem to, while they are read. */

let folder: string;
let file: string;
const path = () => Buffer.from(file);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evl-digest-'));
  file = join(folder, 'file');
  writeFileSync(file, Buffer.alloc(3_000_000, 1));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Digests the file, and does something once while it is read. */
function digestWhile(body: () => void) {
  let isDone = false;
  return digestFile(path(), () => {
    if (!isDone) body();
    isDone = true;
  });
}

/** Another file in its place, with the same size and time of modification. */
function replaceBy(change: (bytes: Buffer) => void): void {
  const { atime, mtime } = statSync(file);
  utimesSync(file, atime, mtime);
  const other = join(folder, 'other');
  copyFileSync(file, other);
  const bytes = readFileSync(other);
  change(bytes);
  writeFileSync(other, bytes);
  utimesSync(other, atime, mtime);
  renameSync(other, file);
}

const sha256 = () => createHash('sha256').update(readFileSync(file)).digest('hex');
const changed = (what: string) => ({ code: 'file-changed', message: expect.stringContaining(what) as unknown });

test('what is written to it meanwhile is said', async () => {
  await expect(digestWhile(() => appendFileSync(file, 'x'))).rejects.toMatchObject(changed('to 3000001 bytes'));
  await expect(digestWhile(() => utimesSync(file, 1, 1))).rejects.toMatchObject(changed('time of modification'));
  await expect(digestWhile(() => rmSync(file))).rejects.toMatchObject(changed('not there any more'));
});

test('a file whose change time or inode alone differs is read twice, and sent', async () => {
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  for (const seemsToChange of [() => chmodSync(file, 0o640), () => replaceBy(() => {})]) {
    const { stamp, ...digest } = await digestWhile(seemsToChange);
    expect(digest).toMatchObject({ sha256: sha256(), size: 3_000_000 });
    replaceBy(() => {});
    expect(await changeSince(path(), stamp)).toBeUndefined();
    expect(Buffer.concat(await collect(sendableChunks(path(), stamp)))).toEqual(readFileSync(file));
    utimesSync(file, 2, 2);
    await expect(collect(sendableChunks(path(), stamp))).rejects.toMatchObject(changed('time of modification'));
    utimesSync(file, 1_700_000_000, 1_700_000_000);
  }
});

test('other bytes under the same size and time are found by the second reading', async () => {
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  const other = digestWhile(() => replaceBy((bytes) => (bytes[2_999_999] = 2)));
  await expect(other).rejects.toMatchObject(changed('two readings gave different bytes'));
});
