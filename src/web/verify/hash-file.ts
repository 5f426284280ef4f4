import type { FileDigests, HashMessage } from './hash-worker.ts';

/** The bundled worker as text: from `file://` a worker can only be made of a blob. */
declare const WORKER_SOURCE: string;

/** Why a file has no digests. */
export type HashProblem = 'cancelled' | 'file-changed' | 'file-unreadable';

let url: string | undefined;

/**
 * Computes the digests of a file in a worker, so that the page stays usable. Never rejects.
 *
 * @param onProgress called with the bytes that were read
 * @param signal ends the worker; the result is `cancelled`
 */
export function hashFile(
  file: File,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<FileDigests | { readonly problem: HashProblem }> {
  const worker = startWorker();
  if (worker === undefined) return Promise.resolve({ problem: 'file-unreadable' });
  return new Promise<FileDigests | { readonly problem: HashProblem }>((resolve) => {
    signal.addEventListener('abort', () => resolve({ problem: 'cancelled' }));
    worker.addEventListener('error', () => resolve({ problem: 'file-unreadable' }));
    worker.addEventListener('message', ({ data }: MessageEvent<HashMessage>) => {
      if ('done' in data) onProgress(data.done);
      else if ('digests' in data) resolve(data.digests);
      else resolve(data);
    });
    if (signal.aborted) resolve({ problem: 'cancelled' });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    else worker.postMessage(file);
  }).finally(() => worker.terminate());
}

/** Undefined where the browser lets no worker start. */
function startWorker(): Worker | undefined {
  try {
    url ??= URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
    return new Worker(trustedUrl(url));
  } catch {
    return undefined;
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(given: string): string },
  ): { createScriptURL(given: string): string };
}

/** The one policy that may name a script, and only our own worker. */
const policy = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('evl-worker', {
  createScriptURL(given) {
    if (given !== url) throw new TypeError('not the worker of this page');
    return given;
  },
});

function trustedUrl(given: string): string {
  return policy?.createScriptURL(given) ?? given;
}
