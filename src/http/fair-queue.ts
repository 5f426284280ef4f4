/**
 * Lets the long work of many requests take turns: one piece each time around the event loop, so
 * that who asks for little does not wait for those who ask for much.
 */
export class FairQueue {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is this one's turn; first come, first served. */
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
