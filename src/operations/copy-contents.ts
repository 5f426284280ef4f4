import { mkdir } from 'node:fs/promises';
import { LedgerError } from '../text/ledger-error.ts';
import type { ContentStore } from './ports.ts';

/**
 * Copies contents into a new folder, hashing each on the way: one that is not what its name says is
 * not copied, and ends the copy with `content-damaged`; a missing one with `content-missing`.
 */
export async function copyContents(
  from: ContentStore,
  contentsIn: (folder: string) => ContentStore,
  to: string,
  digests: ReadonlySet<string>,
  onContent?: (done: number, total: number) => void,
): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  const store = contentsIn(to);
  await store.sweep();
  let done = 0;
  for (const expected of digests) {
    if ((await from.size(expected)) === undefined) {
      throw new LedgerError('content-missing', { content: from.pathOf(expected) });
    }
    await store.put(from.read(expected), () => {});
    onContent?.(++done, digests.size);
  }
}
