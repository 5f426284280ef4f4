interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends many items by few requests: what comes while one is under way goes with the next, so that
 * the batches grow with the haste.
 */
export class Batcher<Item, Answer> {
  readonly #send: (items: readonly Item[]) => Promise<readonly Answer[]>;
  readonly #maxItems: number;
  readonly #waiting: Waiting<Item, Answer>[] = [];
  #isSending = false;

  /** `send` gives one answer for each item, in their order. */
  constructor(maxItems: number, send: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#maxItems = maxItems;
    this.#send = send;
  }

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // Those who ask in the same moment go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const some = this.#waiting.splice(0, this.#maxItems);
      try {
        const answers = await this.#send(some.map(({ item }) => item));
        some.forEach(({ resolve }, i) => resolve(answers[i]!));
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    this.#isSending = false;
  }
}
