import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Lower-case hex. */
export interface Digests {
  readonly sha256: string;
  readonly sm3: string;
}

/** A message to the thread. */
export interface ToHash {
  readonly stream: number;
  readonly bytes?: Uint8Array;
  /** The stream has ended: its digests are requested, or not needed. */
  readonly end?: 'digest' | 'drop';
}

/** A message from the thread. */
export interface Hashed {
  readonly stream: number;
  readonly hashedBytes?: number;
  readonly digests?: Digests;
}

const program = fileURLToPath(new URL(`./hashing-thread${extname(import.meta.url)}`, import.meta.url));
/** Limit for bytes that were taken and are not hashed yet, of all streams together. */
const MAX_UNHASHED_BYTES = 8 * 1024 * 1024;

/**
 * SHA-256 and SM3 of many streams, on a separate thread: a GiB takes seconds, in which no request
 * would be answered. The thread starts with the first stream, and does not keep a process alive
 * that has none.
 */
export class StreamDigests {
  #thread: Worker | undefined;
  #lastStream = 0;
  #unhashedBytes = 0;
  readonly #streams = new Map<number, PromiseWithResolvers<Digests>>();
  #waiting: (() => void)[] = [];

  begin(): DigestedStream {
    this.#thread ??= this.#start();
    this.#thread.ref();
    const stream = ++this.#lastStream;
    const result = Promise.withResolvers<Digests>();
    result.promise.catch(() => {}); // the caller of `digests` gets the error
    this.#streams.set(stream, result);
    return {
      take: (bytes) => this.#take(stream, bytes),
      digests: () => {
        this.#send({ stream, end: 'digest' });
        return result.promise;
      },
      drop: () => {
        if (!this.#streams.has(stream)) return;
        this.#send({ stream, end: 'drop' });
        this.#forget(stream);
      },
    };
  }

  /** Streams under way. */
  get count(): number {
    return this.#streams.size;
  }

  async #take(stream: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#streams.has(stream)) return; // it has failed, and `digests` rejects
    this.#unhashedBytes += bytes.length;
    this.#send({ stream, bytes }, [bytes.buffer]);
    if (this.#unhashedBytes > MAX_UNHASHED_BYTES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #send(message: ToHash, handedOver: ArrayBuffer[] = []): void {
    if (this.#streams.has(message.stream)) this.#thread?.postMessage(message, handedOver);
  }

  #start(): Worker {
    const thread = new Worker(program);
    thread.on('message', (hashed: Hashed) => {
      if (thread === this.#thread) this.#receive(hashed);
    });
    thread.once('error', (cause) => this.#fail(thread, cause));
    thread.once('exit', (code) => this.#fail(thread, new Error(`the hashing thread ended with ${code}`)));
    return thread;
  }

  #receive({ stream, hashedBytes, digests }: Hashed): void {
    if (hashedBytes !== undefined) {
      this.#unhashedBytes -= hashedBytes;
      if (this.#unhashedBytes <= MAX_UNHASHED_BYTES) this.#resume();
    }
    if (digests !== undefined) {
      this.#streams.get(stream)?.resolve(digests);
      this.#forget(stream);
    }
  }

  #forget(stream: number): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#thread?.unref();
  }

  /** The thread has ended: all of its streams fail, and the next one starts another. */
  #fail(thread: Worker, cause: unknown): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    this.#unhashedBytes = 0;
    for (const { reject } of this.#streams.values()) reject(cause);
    this.#streams.clear();
    this.#resume();
  }

  #resume(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

/**
 * One stream that is being hashed. It ends with `digests` or with `drop`; after either, `drop` does
 * nothing.
 */
export interface DigestedStream {
  /**
   * Resolves when more bytes may come. The bytes and their buffer are handed over: the caller
   * cannot use them afterwards.
   */
  readonly take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly digests: () => Promise<Digests>;
  readonly drop: () => void;
}
