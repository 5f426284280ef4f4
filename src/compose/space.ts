import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../log/disk-reserve.ts';
import type { DataPaths } from '../operations/ports.ts';

/** The space of the disk that a data folder is on. */
export async function spaceOf({ dir }: DataPaths): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
