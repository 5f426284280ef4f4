import { LedgerError } from '../text/ledger-error.ts';
import { mkdir } from 'node:fs/promises';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';

/**
 * Copies contents into a new folder, each hashed on the way: one that is not what its name says is
 * not copied, and ends it.
 */
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
    if ((await from.size(expected)) === undefined) {
      throw new LedgerError('content-missing', { content: from.pathOf(expected) });
    }
    await store.put(from.read(expected), () => {});
    onContent?.(++done, digests.size);
  }
}
