/**
 * Runs a task for each item, a few at once; results are in the order of the items. A task that
 * throws ends the whole.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of inOrder(items, atOnce, task)) results.push(result);
  return results;
}

/**
 * The same, each result given as soon as it and all before it are there. At most `WINDOW` times
 * `atOnce` wait for one that takes long.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  task: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const slots = new Slots(atOnce);
  const begun: Promise<Result>[] = [];
  for (const item of items) {
    const result = slots.use(async () => task(item));
    result.catch(() => {}); // thrown where it is awaited
    begun.push(result);
    if (begun.length >= WINDOW * atOnce) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}

const WINDOW = 4;

/** Lets a number of tasks run at once; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
