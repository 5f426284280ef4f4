export interface BackOffLimits {
  /** The pause after the first failure. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Growing pauses between attempts: each failure in a row doubles the pause, up to the longest. */
export class BackOff {
  readonly #limits: BackOffLimits;
  #failures = 0;

  constructor(limits: BackOffLimits = { firstMs: 500, longestMs: 30_000 }) {
    this.#limits = limits;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /**
   * The pause after one more failure in milliseconds. With `random`, which returns values from 0 up
   * to 1, it is between a half and the whole of it, so that many programs do not retry at once.
   */
  failedMs(random: () => number = () => 1): number {
    const { firstMs, longestMs } = this.#limits;
    const ceiling = Math.min(firstMs * 2 ** this.#failures, longestMs);
    this.#failures++;
    return ceiling / 2 + (ceiling / 2) * random();
  }
}
