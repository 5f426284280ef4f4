interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends many items by few requests. What arrives while a request is under way goes with the next
 * one, so that batches grow with the load.
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

  /** The answer for one item; rejects with the error of the request that it went with. */
  request(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // Items that are requested in the same turn of the event loop go together.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#maxItems);
      try {
        const answers = await this.#send(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(answers[i]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isSending = false;
  }
}
