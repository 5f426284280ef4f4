import { createSHA256, createSM3 } from 'hash-wasm';

/** A worker: it gets a file, and answers with its progress and its digests. */

/** What the worker sends. */
export type HashMessage =
  | { readonly done: number }
  | { readonly digests: FileDigests }
  | { readonly problem: 'file-changed' | 'file-unreadable' };

/** Lower-case hex, and the size in bytes. */
export interface FileDigests {
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
}

const BUFFER_BYTES = 4 * 1024 * 1024;
const PROGRESS_BYTES = 32 * 1024 * 1024;

/* oxlint-disable unicorn/require-post-message-target-origin -- a worker has no origin to name */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: { readonly data: Blob }) => void): void;
  postMessage(message: HashMessage): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', ({ data }) => void answer(data));

async function answer(file: Blob): Promise<void> {
  scope.postMessage(await digest(file));
}

async function digest(file: Blob): Promise<HashMessage> {
  try {
    const [sha256, sm3] = await Promise.all([createSHA256(), createSM3()]);
    sha256.init();
    sm3.init();
    let [done, reported] = [0, 0];
    for await (const chunk of chunksOf(file)) {
      sha256.update(chunk);
      sm3.update(chunk);
      done += chunk.length;
      if (done - reported < PROGRESS_BYTES) continue;
      reported = done;
      scope.postMessage({ done });
    }
    if (done !== file.size) return { problem: 'file-changed' };
    return { digests: { sha256: sha256.digest(), sm3: sm3.digest(), size: done } };
  } catch {
    return { problem: 'file-unreadable' };
  }
}

/** One buffer goes round, so that memory stays flat whatever the size of the file. */
async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = byobReader(file.stream());
  if (reader === undefined) {
    yield* slicesOf(file);
    return;
  }
  let buffer = new ArrayBuffer(BUFFER_BYTES);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    yield value;
    buffer = value.buffer;
  }
}

/** Undefined where the browser's streams of files take no buffers. */
function byobReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}

async function* slicesOf(file: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += BUFFER_BYTES) {
    yield new Uint8Array(await file.slice(at, at + BUFFER_BYTES).arrayBuffer());
  }
}
