// Hashes the bytes that it receives, stream by stream: the other end of stream-digests.ts.
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { ToHash, Hashed } from './stream-digests.ts';

const streams = new Map<number, { readonly sha256: Hash; readonly sm3: Hash }>();

parentPort!.on('message', ({ stream, bytes, end }: ToHash) => {
  const hashes = streams.get(stream) ?? { sha256: createHash('sha256'), sm3: createHash('sm3') };
  if (end === undefined) streams.set(stream, hashes);
  else streams.delete(stream);
  if (bytes !== undefined) {
    hashes.sha256.update(bytes);
    hashes.sm3.update(bytes);
    answer({ stream, hashedBytes: bytes.length });
  }
  if (end === 'digest') {
    answer({ stream, digests: { sha256: hashes.sha256.digest('hex'), sm3: hashes.sm3.digest('hex') } });
  }
});

function answer(hashed: Hashed): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort!.postMessage(hashed);
}
