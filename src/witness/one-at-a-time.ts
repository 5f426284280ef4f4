import { WitnessError } from './ports.ts';

/**
 * Does the work of one name in the order in which it came, one piece at a time; other names do not
 * wait for it.
 */
export class OneAtATime {
  readonly #maxWaiting: number;
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #waiting = new Map<string, number>();

  /** More of one name are refused with `too-many-waiting`. */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Resolves when all work that was asked for so far has ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(name) ?? 0;
    if (waiting >= this.#maxWaiting) throw new WitnessError('too-many-waiting', `${waiting} requests wait already`);
    this.#waiting.set(name, waiting + 1);
    const before = this.#last.get(name);
    const mine = (async () => {
      await before?.catch(() => {}); // told to those who asked for it
      return work();
    })();
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      this.#waiting.set(name, this.#waiting.get(name)! - 1);
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
