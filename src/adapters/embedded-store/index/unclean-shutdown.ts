import { rm, writeFile } from 'node:fs/promises';

/**
 * While a store is open, a file `index.open` lies beside its index. Where a start finds one, the
 * process before it did not close the store; perhaps it was LevelDB that ended it, over damaged
 * bytes: then the tables are compared before they are opened again. It is not synced: a power cut
 * that takes it away took no process down by a damaged table, and the next death leaves it again.
 */
function markOf(indexFolder: string): string {
  return `${indexFolder}.open`;
}

/** False where the last one to open it did not close it, or that cannot be known. */
export async function markOpen(indexFolder: string): Promise<boolean> {
  try {
    await writeFile(markOf(indexFolder), '', { flag: 'wx' });
    return true;
  } catch {
    return false; // it is there, or the disk takes no file: comparing too often does no harm
  }
}

export async function markClosed(indexFolder: string): Promise<void> {
  await rm(markOf(indexFolder), { force: true }).catch(() => {}); // as above
}
