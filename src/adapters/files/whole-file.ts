import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { chmod, chown, type FileHandle, link, lstat, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';
import { syncFolder } from './sync-folder.ts';
import { baseName, folderOf, joinPath, type PathBytes } from './path-bytes.ts';

/**
 * Temporary files of this process that are not in their place yet; removed where the program ends
 * before they are.
 */
const unfinished = new Set<PathBytes>();
process.once('exit', () => {
  for (const path of unfinished) removeIfThere(path);
});

/** Absolute folders that took a file in this run. */
const writable = new Set<string>();
/** No file system takes fewer bytes for a name. */
const SAFE_NAME_BYTES = 143;
const NEW_FILE_MODE = 0o666;

/**
 * What a temporary file was to become: the empty name where it does not show that. Undefined: the
 * name is not one of a temporary file.
 */
export function stemOfTemporary(name: Uint8Array): PathBytes | undefined {
  const text = Buffer.from(name).toString('latin1');
  if (/^\.evl-[0-9a-f]{12}\.tmp$/.test(text)) return Buffer.alloc(0);
  const earlier = /\.[0-9a-f]{12}\.tmp$/.exec(text); // of versions whose names kept the final one
  return earlier === null ? undefined : Buffer.from(text.slice(0, earlier.index), 'latin1');
}

/**
 * Creates the folder of this path, and a file in it that is removed at once: throws what
 * `writeWholeFile` would throw there. It does so once for each folder.
 */
export async function tryToWrite(path: PathBytes): Promise<void> {
  const folder = resolve(folderOf(path).toString('latin1'));
  if (!writable.has(folder)) {
    await withTemporary(path, async (temporary) => {
      await (await createFile(temporary)).close();
      unlinkSync(temporary);
    });
    writable.add(folder);
  }
  if (baseName(path).length > SAFE_NAME_BYTES) await lstat(path).catch(unlessAbsent);
}

/**
 * Replaces a whole file durably, as `replaceFile` does, and creates its folder where there is none.
 * The new file has the mode and the owner of the one before. Several processes may write the same
 * path: each has a temporary file of its own.
 */
export async function writeWholeFile(path: PathBytes, content: string | Uint8Array): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  await withTemporary(path, async (temporary) => {
    const mode = before === undefined ? NEW_FILE_MODE : 0o600;
    const prepare = before && (() => keepAccess(temporary, before));
    await inFolder(path, () => replaceFile(path, content, { temporary, flags: 'wx', mode, prepare }));
  });
}

/**
 * Creates a whole file durably, and its folder where there is none; never over another one, also
 * where that appears meanwhile: throws `EEXIST`.
 */
export async function createWholeFile(path: PathBytes, content: string | Uint8Array): Promise<void> {
  await withTemporary(path, async (temporary) => {
    const file = await createFile(temporary, NEW_FILE_MODE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await link(temporary, path);
      unlinkSync(temporary);
    } catch (error) {
      if (!hasNoLinks(error)) throw error;
      await (await open(path, 'wx')).close();
      await replaceFile(path, content, { temporary, flags: 'w', mode: NEW_FILE_MODE });
    }
    await syncFolder(folderOf(path));
  });
}

/** Runs the body with a new name next to `path`; nothing is left under it where the body fails. */
async function withTemporary(path: PathBytes, body: (temporary: PathBytes) => Promise<void>): Promise<void> {
  const temporary = joinPath(folderOf(path), Buffer.from(`.evl-${randomBytes(6).toString('hex')}.tmp`));
  unfinished.add(temporary);
  try {
    await body(temporary);
  } catch (error) {
    removeIfThere(temporary); // the first error is the one to report
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
}

function removeIfThere(path: PathBytes): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never created, or is renamed already; `add` passes over a left-over anyway.
  }
}

/** Only root may give files away; for everybody else they are their own already. */
async function keepAccess(path: PathBytes, { mode, uid, gid }: { mode: number; uid: number; gid: number }) {
  await chown(path, uid, gid).catch(() => {});
  await chmod(path, mode & 0o7777);
}

async function createFile(path: PathBytes, mode = 0o600): Promise<FileHandle> {
  return inFolder(path, () => open(path, 'wx', mode));
}

/** Repeats the body once the folder of the path is created, where there was none. */
async function inFolder<Result>(path: PathBytes, body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolder(folderOf(path));
    return body();
  }
}

/** Some file systems of removable media and networks have no hard links. */
function hasNoLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

function unlessAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
