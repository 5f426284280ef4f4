import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessStreams } from '../people/ports.ts';
import type { BackupFile } from './backup-manifest.ts';
import type { StagingFolders } from './ports.ts';

/**
 * Copies the streams of an access log that may be growing into the new folder `to`, durably; no
 * folder where there are none. A stream may end with a part of an entry, as after a crash.
 */
export async function copyAccess(
  streams: AccessStreams,
  to: string,
  { sync }: Pick<StagingFolders, 'sync'>,
): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  for (const stream of await streams.list()) {
    if (files.length === 0) await mkdir(to, { mode: 0o700 });
    const name = `${stream}.log`;
    const copy = await open(join(to, name), 'wx', 0o600);
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const bytes of streams.read(stream)) {
        await copy.writeFile(bytes);
        hash.update(bytes);
        size += bytes.length;
      }
      await copy.sync();
    } finally {
      await copy.close();
    }
    files.push({ path: `access/${name}`, size, sha256: hash.digest('hex') });
  }
  if (files.length > 0) await sync(to);
  return files;
}
