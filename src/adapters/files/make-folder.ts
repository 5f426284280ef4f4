import { mkdirSync, statSync } from 'node:fs';
import { folderOf, type PathBytes } from './path-bytes.ts';

/**
 * Creates a folder and its parents where they are missing, or throws what the system says. Step by
 * step: where no folder can be created although its parent is there (in /proc, in a folder that was
 * removed), Node's own recursive call never ends.
 *
 * @param mode of every folder that is created; undefined: what the system's mask leaves
 */
export function makeFolder(path: PathBytes | string, mode?: number): void {
  const bytes = Buffer.from(path);
  try {
    makeOne(bytes, mode);
  } catch (error) {
    const parent = folderOf(bytes);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent.equals(bytes)) throw error;
    makeFolder(parent, mode);
    makeOne(bytes, mode);
  }
}

function makeOne(path: PathBytes, mode: number | undefined): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path).isDirectory();
    if (!isThere) throw error;
  }
}
