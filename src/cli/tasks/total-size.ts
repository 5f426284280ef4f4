import { stat } from 'node:fs/promises';
import type { PathBytes } from '../../adapters/files/path-bytes.ts';

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
