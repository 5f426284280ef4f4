import type { Deadline } from './deadline.ts';

/** A request body that is streamed. */
export interface Upload {
  /** Undefined where the length is not known before the end. */
  readonly lengthBytes: number | undefined;
  /** Called once for each attempt. */
  readonly chunks: () => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
}

/**
 * One attempt to send an upload. Each chunk that is taken restarts the deadline, so that a slow but
 * moving upload is not cut off; an error of the source is kept apart from errors of the network.
 */
export class UploadAttempt {
  readonly #upload: Upload;
  readonly #deadline: Deadline;
  failure: { readonly cause: unknown } | undefined;
  #source: AsyncIterator<Uint8Array> | undefined;
  #isOver = false;

  constructor(upload: Upload, deadline: Deadline) {
    this.#upload = upload;
    this.#deadline = deadline;
  }

  stream(): ReadableStream<Uint8Array> {
    const chunks = this.#chunks();
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    });
  }

  /**
   * Ends the attempt and closes its source: a client goes on to take the chunks of a request that
   * is answered already, and of one that was aborted.
   */
  end(): void {
    this.#isOver = true;
    void this.#source?.return?.()?.catch(() => {}); // the answer decides
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const chunks = (this.#source = this.#upload.chunks()[Symbol.asyncIterator]());
    try {
      for (;;) {
        const next = await this.#nextChunk(chunks);
        if (next.done === true || this.#isOver) return;
        this.#deadline.restart();
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  async #nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await chunks.next();
    } catch (cause) {
      this.failure = { cause };
      throw cause;
    }
  }
}
