import { mkdir } from 'node:fs/promises';
import { LedgerError } from '../text/ledger-error.ts';
import type { ContentStore } from './ports.ts';

interface CopyContentsOptions {
  readonly onContent?: ((done: number, total: number) => void) | undefined;
  /** The contents of an earlier copy, whose files are shared where they have the right size. */
  readonly earlier?: ContentStore | undefined;
}

/**
 * Copies contents into a new folder, hashing each on the way: one that is not what its name says is
 * not copied, and ends the copy with `content-damaged`; a missing one with `content-missing`.
 * Resolves to the number of files that are shared with the earlier copy.
 */
export async function copyContents(
  from: ContentStore,
  contentsIn: (folder: string) => ContentStore,
  to: string,
  digests: ReadonlySet<string>,
  { onContent, earlier }: CopyContentsOptions = {},
): Promise<number> {
  await mkdir(to, { mode: 0o700 });
  const store = contentsIn(to);
  await store.sweep();
  let [done, shared] = [0, 0];
  for (const sha256 of digests) {
    const size = await from.size(sha256);
    if (size === undefined) throw new LedgerError('content-missing', { content: from.pathOf(sha256) });
    if (earlier !== undefined && (await store.adopt(earlier.pathOf(sha256), { sha256, size }))) shared++;
    else await store.put(from.read(sha256), () => {});
    onContent?.(++done, digests.size);
  }
  await store.syncAdopted();
  return shared;
}
