import { LedgerError } from '../text/ledger-error.ts';

/**
 * Runs the tasks of one name in the order of the calls, one at a time, and those of different names
 * in parallel.
 */
export class OneAtATime {
  readonly #maxWaiting: number;
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #waiting = new Map<string, number>();

  /** `maxWaiting` counts the running task too. */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Throws `too-many-waiting` where too many tasks of this name are waiting. */
  async run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(name) ?? 0;
    if (waiting >= this.#maxWaiting) throw new LedgerError('too-many-waiting', { waiting });
    this.#waiting.set(name, waiting + 1);
    const before = this.#last.get(name);
    const result = (async () => {
      await before?.catch(() => {}); // reported to its own caller
      return task();
    })();
    this.#last.set(name, result);
    try {
      return await result;
    } finally {
      this.#waiting.set(name, this.#waiting.get(name)! - 1);
      if (this.#last.get(name) === result) this.#last.delete(name);
    }
  }
}
