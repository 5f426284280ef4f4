import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { syncFolder } from '../../src/adapters/sync-folder.ts';
import { appendToPath, folderOf, type PathBytes } from './path-bytes.ts';

/** Temporary files of this process that are not in their place yet; removed where the program ends before they are. */
const unfinished = new Set<PathBytes>();
process.once('exit', () => {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // It may have been renamed or never made; a left-over is skipped by `add` anyway.
    }
  }
});

/** What a temporary name ends in: `<final name>.<12 hex digits>.tmp`. */
export const TEMPORARY_NAME = /\.[0-9a-f]{12}\.tmp$/;

/** Makes the folder of this path and a file in it that goes at once: throws what `writeWholeFile` would throw there. */
export async function tryToWrite(path: PathBytes): Promise<void> {
  const temporary = temporaryBeside(path);
  unfinished.add(temporary);
  try {
    await mkdir(folderOf(path), { recursive: true });
    await (await open(temporary, 'wx')).close();
    unlinkSync(temporary);
  } finally {
    unfinished.delete(temporary);
  }
}

/**
 * Puts a whole file in its place: temporary file beside it, fsync, rename, fsync of the folder. After a crash the place holds the old file or the
 * new one, never a part.
 */
export async function writeWholeFile(path: PathBytes, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  unfinished.add(temporary);
  try {
    await mkdir(folderOf(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    unfinished.delete(temporary);
    await syncFolder(folderOf(path));
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never made, or is renamed already; the first error is the one to tell.
    }
    unfinished.delete(temporary);
    throw error;
  }
}

function temporaryBeside(path: PathBytes): PathBytes {
  return appendToPath(path, `.${randomBytes(6).toString('hex')}.tmp`);
}
