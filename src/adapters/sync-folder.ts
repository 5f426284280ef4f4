import type { PathLike } from 'node:fs';
import { open } from 'node:fs/promises';

/** Makes the names in a folder durable: what was created, renamed or removed in it. Windows has no such call and needs none. */
export async function syncFolder(path: PathLike): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
