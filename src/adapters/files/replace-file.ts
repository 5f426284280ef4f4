import { open, rename } from 'node:fs/promises';
import { syncFolder } from './sync-folder.ts';
import { appendToPath, folderOf, type PathBytes } from './path-bytes.ts';

export interface ReplaceOptions {
  /**
   * In the folder of `path`; `<path>.tmp` where it is left out, which is for one writer at a time.
   */
  readonly temporary?: PathBytes;
  /** `wx` refuses an existing temporary file, `w` overwrites what a crash has left. */
  readonly flags?: 'w' | 'wx';
  /** Permissions of the new file. */
  readonly mode?: number;
  /** What else is done to the temporary file before it takes its place. */
  readonly prepare?: (() => Promise<void>) | undefined;
}

/**
 * Puts a whole file in its place, durable when it resolves: a temporary file next to it, fsync,
 * rename, fsync of the folder. After a crash the place holds the old file or the new one, never a
 * part.
 */
export async function replaceFile(
  path: PathBytes | string,
  content: string | Uint8Array,
  { temporary = appendToPath(Buffer.from(path), '.tmp'), flags = 'w', mode = 0o600, prepare }: ReplaceOptions = {},
): Promise<void> {
  const file = await open(temporary, flags, mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await prepare?.();
  await rename(temporary, path);
  await syncFolder(folderOf(Buffer.from(path)));
}
