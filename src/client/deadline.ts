/** Aborts its signal when its time has passed since the last restart, or when `stop` aborts. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #stop: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, stop: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#stop = stop;
    this.#timer = this.#start();
    if (stop?.aborted === true) this.#abort();
    stop?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  /** Releases the timer and the listener; the signal is not aborted any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#stop?.removeEventListener('abort', this.#abort);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(this.#abort, this.#timeoutMs);
  }
}
