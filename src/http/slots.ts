import { LedgerError } from '../text/ledger-error.ts';

/** Long answers that are worked on at once; further ones are refused, not queued. */
export class Slots {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` in a slot; throws `too-many-listings` where all are taken. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#limit) throw new LedgerError('too-many-listings');
    this.#taken++;
    try {
      return await work();
    } finally {
      this.#taken--;
    }
  }
}
