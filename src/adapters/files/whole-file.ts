import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replaceFile } from './replace-file.ts';
import { appendToPath, baseName, folderOf, type PathBytes } from './path-bytes.ts';

/**
 * Temporary files of this process that are not in their place yet; removed where the program ends
 * before they are.
 */
const unfinished = new Set<PathBytes>();
process.once('exit', () => {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // It may have been renamed or never created; `add` skips a left-over anyway.
    }
  }
});

/** What a temporary name ends in: `<final name>.<12 hex digits>.tmp`. */
export const TEMPORARY_NAME = /\.[0-9a-f]{12}\.tmp$/;

/** Absolute folders that took a file in this run. */
const writable = new Set<string>();
/** No file system takes fewer bytes for a name; the temporary one is longer by its ending. */
const SAFE_NAME_BYTES = 143 - '.0123456789ab.tmp'.length;

/**
 * Creates the folder of this path, and a file in it that is removed at once: throws what
 * `writeWholeFile` would throw there. It does so once for each folder, and for each long name.
 */
export async function tryToWrite(path: PathBytes): Promise<void> {
  const folder = resolve(folderOf(path).toString('latin1'));
  if (writable.has(folder) && baseName(path).length <= SAFE_NAME_BYTES) return;
  const temporary = temporaryBeside(path);
  unfinished.add(temporary);
  try {
    await (await openNew(temporary)).close();
    unlinkSync(temporary);
    writable.add(folder);
  } finally {
    unfinished.delete(temporary);
  }
}

/**
 * Replaces a whole file durably, as `replaceFile` does, and creates its folder where there is none.
 * Several processes may write the same path: each has a temporary file of its own.
 */
export async function writeWholeFile(path: PathBytes, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  unfinished.add(temporary);
  const replace = () => replaceFile(path, content, { temporary, flags: 'wx', mode: 0o666 });
  try {
    await replace().catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(folderOf(path), { recursive: true });
      await replace();
    });
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never created, or is renamed already; the first error is the one to report.
    }
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
}

/** Creates the file, and its folder where there is none. */
async function openNew(path: PathBytes): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folderOf(path), { recursive: true });
    return open(path, 'wx');
  }
}

function temporaryBeside(path: PathBytes): PathBytes {
  return appendToPath(path, `.${randomBytes(6).toString('hex')}.tmp`);
}
