const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Exponential back-off with jitter, so that many services do not retry at the same time. */
export class BackOff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** The pause after one more failure in milliseconds; `random` returns values from 0 up to 1. */
  failedMs(random: () => number): number {
    const ceiling = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    return ceiling / 2 + (ceiling / 2) * random();
  }
}
