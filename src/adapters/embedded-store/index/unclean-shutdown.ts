import { rm, writeFile } from 'node:fs/promises';

/**
 * The mark of an open store: while a store is open, a file `index.open` lies next to its index.
 * Where a start finds one, the process before it did not close the store; perhaps LevelDB ended
 * that process, over damaged bytes: then the tables are compared before they are opened again. The
 * file is not synced: a power cut that takes it away ended no process over a damaged table, and the
 * next such end leaves it again.
 */
function markOf(indexFolder: string): string {
  return `${indexFolder}.open`;
}

/**
 * Sets the mark. Resolves to false where the process before did not close the store, or that cannot
 * be known.
 */
export async function markOpen(indexFolder: string): Promise<boolean> {
  try {
    await writeFile(markOf(indexFolder), '', { flag: 'wx' });
    return true;
  } catch {
    return false; // it exists, or the disk takes no file: comparing too often does no harm
  }
}

export async function markClosed(indexFolder: string): Promise<void> {
  await rm(markOf(indexFolder), { force: true }).catch(() => {}); // as above
}
