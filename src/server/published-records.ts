import type { ServerContext } from './context.ts';

/** The published records by digest, kept in memory: a look-up reads nothing, whatever it finds. */
export class PublishedRecords {
  readonly #parts: Pick<ServerContext, 'log' | 'people'>;
  readonly #records = new Map<string, { readonly index: bigint; readonly sha256: string | undefined }>();
  #byDigest: ReadonlyMap<string | undefined, readonly bigint[]> = new Map();
  #seenEvents = -1;
  #lastLook: Promise<unknown> = Promise.resolve();

  constructor(parts: Pick<ServerContext, 'log' | 'people'>) {
    this.#parts = parts;
  }

  /** Indexes of the published records with this digest, in order. */
  async indexesOf(sha256: string): Promise<readonly bigint[]> {
    const look = this.#lastLook.then(() => this.#follow());
    this.#lastLook = look.catch(() => {}); // its caller gets the error
    await look;
    return this.#byDigest.get(sha256) ?? [];
  }

  /** Reads what was published since the last look-up. */
  async #follow(): Promise<void> {
    const { people, log } = this.#parts;
    const { count } = people.head();
    if (count === this.#seenEvents) return;
    const ids = people.directory.publishedRecords();
    for (const id of ids) {
      if (this.#records.has(id)) continue;
      const index = await log.store.indexOfId(id);
      if (index === undefined) continue; // the directory does not know which records there are
      const sha256 = (await log.record(index)).lookups.find(({ by }) => by === 'sha256')?.value;
      this.#records.set(id, { index, sha256 });
    }
    const found = [...this.#records].filter(([id]) => ids.has(id)).map(([, record]) => record);
    const sorted = found.toSorted((a, b) => (a.index < b.index ? -1 : 1));
    const groups = Map.groupBy(sorted, ({ sha256 }) => sha256);
    this.#byDigest = new Map([...groups].map(([sha256, group]) => [sha256, group.map(({ index }) => index)]));
    this.#seenEvents = count;
  }
}
