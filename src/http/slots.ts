import type { LedgerError } from '../text/ledger-error.ts';

export interface SlotLimits {
  /** Pieces of work at the same time. */
  readonly atOnce: number;
  /** Further ones that may wait for their turn. */
  readonly waiting: number;
  /** Places among those that only preferred work may wait in. */
  readonly kept?: number;
  readonly refusal: () => LedgerError;
}

/**
 * Work that costs so much that only some is done at once; the rest waits in order, or is refused.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /** Runs `work` in a slot; throws the refusal where all are taken and too many wait. */
  async run<T>(work: () => Promise<T>, { isPreferred = false } = {}): Promise<T> {
    const { atOnce, waiting, kept = 0, refusal } = this.#limits;
    if (this.#taken >= atOnce) {
      if (this.#waiting.length >= waiting - (isPreferred ? 0 : kept)) throw refusal();
      await new Promise<void>((resolve) => this.#waiting.push(resolve)); // the slot is handed over
    } else this.#taken++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken--;
      else next();
    }
  }
}
