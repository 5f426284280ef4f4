import type { IndexDatabase } from './index-database.ts';
import type { Row } from './rows.ts';

const BATCH_ROWS = 10_000;

/** Collects rows into large batches, and writes one while the next is being made. */
export class BatchWriter {
  readonly #index: IndexDatabase;
  #rows: Row[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(index: IndexDatabase) {
    this.#index = index;
  }

  /** Resolves to whether it began to write a batch. */
  async add(rows: readonly Row[]): Promise<boolean> {
    for (const row of rows) this.#rows.push(row);
    if (this.#rows.length < BATCH_ROWS) return false;
    await this.#begin();
    return true;
  }

  async flush(): Promise<void> {
    await this.#begin();
    await this.#writing;
  }

  async #begin(): Promise<void> {
    await this.#writing;
    const rows = this.#rows;
    this.#rows = [];
    this.#writing = this.#index.write(rows);
    this.#writing.catch(() => {}); // awaited, and thrown, with the next batch
  }
}
