/**
 * Gives the long work of many requests its turn, one piece in each turn of the event loop, so that
 * a small request does not wait for large ones.
 */
export class FairQueue {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn; first come, first served. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#give());
    });
  }

  #give(): void {
    this.#waiting[0]!();
    setImmediate(() => {
      this.#waiting.shift();
      if (this.#waiting.length > 0) this.#give();
    });
  }
}
