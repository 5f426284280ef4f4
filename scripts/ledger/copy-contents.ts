import { mkdir } from 'node:fs/promises';
import { ContentStore } from '../../src/adapters/contents/content-store.ts';
import { PortError } from '../../src/log/ports.ts';

/** Copies contents into a new folder, each hashed on the way: one that is not what its name says is not copied, and ends it. */
export async function copyContents(
  from: ContentStore,
  to: string,
  digests: ReadonlySet<string>,
  onContent?: (done: number, total: number) => void,
): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  const store = new ContentStore(to);
  await store.sweep(); // makes the folder for uploads
  let done = 0;
  for (const expected of digests) {
    const opened = await from.open(expected);
    if (opened === undefined) {
      throw new PortError('content-missing', `content ${from.pathOf(expected)} is missing`);
    }
    try {
      const chunks: AsyncIterable<Uint8Array> = opened.file.createReadStream({ autoClose: false });
      await store.put(chunks, ({ sha256 }) => {
        if (sha256 === expected) return;
        throw new PortError('content-damaged', `content ${from.pathOf(expected)} has SHA-256 ${sha256}`);
      });
    } finally {
      await opened.file.close();
    }
    onContent?.(++done, digests.size);
  }
}
