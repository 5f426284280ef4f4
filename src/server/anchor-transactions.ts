import type { FairQueue } from '../http/fair-queue.ts';
import type { AnchorJob } from '../log/model.ts';
import type { Store } from '../log/ports.ts';

const JOBS_A_TURN = 100;
/** The newest jobs may still get another transaction, also after a reorganisation. */
const CHANGEABLE_JOBS = 100;

/**
 * Finds anchor jobs by the hash of a transaction. The index has no rows for hashes: the first
 * look-up of a process reads all jobs, and keeps six bytes of each hash for the later ones.
 */
export class AnchorTransactions {
  readonly #store: Pick<Store, 'anchor' | 'anchorCount'>;
  readonly #fairQueue: FairQueue;
  /** Ids of jobs by the beginning of the hash. */
  readonly #ids = new Map<number, number>();
  /** The jobs below this id were read. */
  #readTo = 0;

  constructor(store: Pick<Store, 'anchor' | 'anchorCount'>, fairQueue: FairQueue) {
    this.#store = store;
    this.#fairQueue = fairQueue;
  }

  /**
   * The job that has this transaction (0x-hex, lower case), or had it before one with a higher fee
   * replaced it. Throws `index-damaged`, and the reason of `gone` once that is aborted.
   */
  async find(txHash: string, gone: AbortSignal): Promise<AnchorJob | undefined> {
    const known = this.#ids.get(beginningOf(txHash));
    const job = known === undefined ? undefined : await this.#store.anchor(known);
    if (job !== undefined && hashesOf(job).includes(txHash)) return job;
    const settled = Math.max(0, this.#store.anchorCount() - CHANGEABLE_JOBS);
    const newest = await this.#read(settled, settled + CHANGEABLE_JOBS);
    let found = newest.find((each) => hashesOf(each).includes(txHash));
    while (found === undefined && this.#readTo < settled) {
      const to = Math.min(settled, this.#readTo + JOBS_A_TURN);
      const jobs = await this.#read(this.#readTo, to);
      for (const each of jobs) for (const hash of hashesOf(each)) this.#ids.set(beginningOf(hash), each.id);
      this.#readTo = Math.max(this.#readTo, to);
      found = jobs.find((each) => hashesOf(each).includes(txHash));
      await this.#fairQueue.next();
      gone.throwIfAborted();
    }
    return found;
  }

  async #read(from: number, to: number): Promise<AnchorJob[]> {
    const ids = Array.from({ length: to - from }, (_, i) => from + i);
    const jobs = await Promise.all(ids.map((id) => this.#store.anchor(id)));
    return jobs.filter((job) => job !== undefined);
  }
}

function hashesOf({ txHash, replaced = [] }: AnchorJob): string[] {
  return [txHash, ...replaced.map((each) => each.txHash)];
}

function beginningOf(txHash: string): number {
  return Number.parseInt(txHash.slice(2, 14), 16);
}
