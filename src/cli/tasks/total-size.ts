import { stat } from 'node:fs/promises';
import type { PathBytes } from '../../adapters/files/path-bytes.ts';
import type { WorkProgress } from '../shell/work-progress.ts';

/**
 * The bytes of all files together, for progress only: a file that cannot be read counts nothing.
 * Undefined once `signal` is aborted.
 */
export async function totalSize(
  files: readonly { readonly path: PathBytes }[],
  signal?: AbortSignal,
): Promise<number | undefined> {
  let bytes = 0;
  for (const { path } of files) {
    bytes += await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    if (signal?.aborted === true) return undefined;
  }
  return bytes;
}

/** Adds the total of files to a progress once it is known; `passes` are made over their bytes. */
export async function learnTotal(
  progress: WorkProgress,
  files: readonly { readonly path: PathBytes }[],
  signal: AbortSignal,
  passes = 1,
): Promise<void> {
  const bytes = await totalSize(files, signal);
  if (bytes !== undefined) progress.totalBytes = passes * bytes;
}
