/**
 * Pauses after failed attempts to sign in, by account, device or address: a stranger who
 * tries many accounts slows down the own address, and one account that is tried from many addresses
 * is slowed for strangers alone.
 */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;
/** Keys that are remembered; of more, the ones that failed longest ago are forgotten. */
const MAX_KEYS = 20_000;

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

export class BackOff {
  readonly #failures = new Map<string, Failures>();
  readonly #clock: () => number;
  readonly #freeFailures: number;

  /** `clock`: milliseconds that never fall. The failures up to `freeFailures` cost no pause. */
  constructor(clock: () => number, freeFailures: number) {
    this.#clock = clock;
    this.#freeFailures = freeFailures;
  }

  /** Milliseconds until the next attempt is looked at; 0: now. */
  waitMs(key: string): number {
    const failures = this.#failures.get(key);
    if (failures === undefined) return 0;
    return Math.max(0, failures.lastMs + pauseMs(failures.count - this.#freeFailures) - this.#clock());
  }

  /**
   * Counts an attempt as failed; called before its outcome is known, so that many at once count.
   */
  begin(key: string): void {
    const nowMs = this.#clock();
    const before = this.#failures.get(key);
    const isForgotten = before === undefined || nowMs - before.lastMs > FORGOTTEN_AFTER_MS;
    this.#failures.delete(key); // the map is in the order of the last failures
    this.#failures.set(key, { count: isForgotten ? 1 : before.count + 1, lastMs: nowMs });
    if (this.#failures.size > MAX_KEYS) this.#failures.delete(this.#failures.keys().next().value!);
  }

  succeed(key: string): void {
    this.#failures.delete(key);
  }
}

function pauseMs(beyondFree: number): number {
  return beyondFree < 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** beyondFree, LONGEST_PAUSE_MS);
}
