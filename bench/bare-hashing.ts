import { createSHA256, createSM3 } from 'hash-wasm';

/** A worker that hashes as many bytes as it is sent, from one buffer, and does nothing else. */

const BUFFER = new Uint8Array(4 * 1024 * 1024).map((_, i) => i * 31);

/* oxlint-disable unicorn/require-post-message-target-origin -- a worker has no origin to name */
interface Scope {
  addEventListener(type: 'message', listener: (event: { readonly data: number }) => void): void;
  postMessage(message: string): void;
}
const scope = globalThis as unknown as Scope;

scope.addEventListener('message', ({ data }) => void hash(data));

async function hash(bytes: number): Promise<void> {
  const [sha256, sm3] = await Promise.all([createSHA256(), createSM3()]);
  sha256.init();
  sm3.init();
  for (let at = 0; at < bytes; at += BUFFER.length) {
    sha256.update(BUFFER);
    sm3.update(BUFFER);
  }
  scope.postMessage(sha256.digest() + sm3.digest());
}
