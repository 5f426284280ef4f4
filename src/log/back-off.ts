const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Exponential back-off with full jitter, so that many services do not come back in step. */
export class BackOff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** How long to wait after one more failure. */
  failedMs(random: () => number): number {
    const ceiling = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    return ceiling / 2 + (ceiling / 2) * random();
  }
}
