/** Aborts its signal when its time has passed since the last restart, or when `stop` aborts. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #stop: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  /** Nothing once it has ended. */
  restart(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  /** Releases the timer and the listener for good; the signal is not aborted by them any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stop?.removeEventListener('abort', this.#abort);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(this.#abort, this.#timeoutMs);
  }
}
