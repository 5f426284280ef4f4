import { link, lstat } from 'node:fs/promises';
import { isAbsent } from './file-errors.ts';

/** Other disks, file systems without hard links, too many links, files of other users. */
const NO_LINK = ['EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/**
 * Gives a regular file a second name, `to`; resolves to false where there is no such file or it can
 * have none, and then nothing has happened. The name is durable once its folder has been synced.
 */
export async function linkFile(from: string, to: string): Promise<boolean> {
  try {
    if (!(await lstat(from)).isFile()) return false;
    await link(from, to);
    return true;
  } catch (error) {
    if (isAbsent(error) || NO_LINK.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
