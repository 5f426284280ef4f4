import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { BACKUP_FAULTS } from '../text/backup.ts';
import { bilingual, type Message } from '../text/message.ts';
import type { BackupFile } from './backup-manifest.ts';

/**
 * Compares a file of a backup with the manifest, and copies it to the new file `to` on the way,
 * durably; without `to` it is only compared. Resolves to what is wrong; the copy is then of no use.
 */
export async function copyCompared(
  from: string,
  to: string | undefined,
  { size, sha256 }: BackupFile,
): Promise<Message | undefined> {
  const copy = to === undefined ? undefined : await open(to, 'wx', 0o600);
  try {
    const stats = await stat(from);
    // A named pipe would be waited for; a folder is refused by the system.
    if (!stats.isFile() && !stats.isDirectory()) return bilingual(BACKUP_FAULTS.missing, { file: from });
    const hash = createHash('sha256');
    let length = 0;
    const chunks: AsyncIterable<Uint8Array> = createReadStream(from);
    for await (const chunk of chunks) {
      hash.update(chunk);
      length += chunk.length;
      await copy?.writeFile(chunk);
    }
    const found = hash.digest('hex');
    if (length !== size) return bilingual(BACKUP_FAULTS.otherLength, { file: from, found: length, expected: size });
    if (found !== sha256) return bilingual(BACKUP_FAULTS.otherDigest, { file: from, found, expected: sha256 });
    await copy?.sync();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return bilingual(BACKUP_FAULTS.missing, { file: from });
  } finally {
    await copy?.close();
  }
}
