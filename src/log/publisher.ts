import type { Store } from './ports.ts';

/** Gives the newest committed checkpoint to the public, journaled first. Only what was published is anchored. */
export class Publisher {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Called at most once a second. Does nothing where the newest checkpoint is published already. */
  async publishNewest(): Promise<void> {
    const { size, note } = this.#store.head();
    const published = this.#store.published();
    // A crash before the store's frame is durable leaves the older checkpoint published; after it, the new one.
    if (published === undefined || published.size < size) await this.#store.publish({ size, note });
  }
}
