import { isQuorumMet, type WitnessPolicy } from '../protocol/note/witness-policy.ts';
import { cosignersOf } from './cosigned-note.ts';
import type { AnchorJob } from './model.ts';
import type { Store } from './ports.ts';

/** Sizes in [from, to) without a final anchor that meets the policy. */
interface BarrenRange {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Finds the first final anchor whose published checkpoint meets the witness policy. Ranges searched
 * without success are remembered: new anchors only cover larger sizes, and a published checkpoint
 * only gains cosignatures, which the caller reports by `gained`.
 */
export class QuorumAnchors {
  readonly #store: Pick<Store, 'finalAnchorFrom' | 'publishedAt'>;
  readonly #policy: WitnessPolicy;
  /** Ascending, disjoint. */
  #barren: readonly BarrenRange[] = [];
  /** The number of calls of `gained`: a search that one of them interrupts is not remembered. */
  #gains = 0;

  constructor(store: Pick<Store, 'finalAnchorFrom' | 'publishedAt'>, policy: WitnessPolicy) {
    this.#store = store;
    this.#policy = policy;
  }

  /** The first such anchor of at least this size; undefined where there is none yet. */
  async first(size: bigint): Promise<AnchorJob | undefined> {
    const gains = this.#gains;
    for (let from = this.#beyond(size); ; from = this.#beyond(from)) {
      const job = await this.#store.finalAnchorFrom(from);
      if (job === undefined) return undefined;
      if (await this.#hasQuorum(job.size)) {
        if (gains === this.#gains) this.#remember({ from: size, to: job.size });
        return job;
      }
      if (gains === this.#gains) this.#remember({ from: size, to: job.size + 1n });
      from = job.size + 1n;
    }
  }

  /** Reports that the published checkpoint of this size has more cosignatures. */
  gained(size: bigint): void {
    this.#gains++;
    this.#barren = this.#barren.flatMap((range) => {
      if (size < range.from || size >= range.to) return [range];
      const parts = [
        { from: range.from, to: size },
        { from: size + 1n, to: range.to },
      ];
      return parts.filter(({ from, to }) => from < to);
    });
  }

  async #hasQuorum(size: bigint): Promise<boolean> {
    const published = await this.#store.publishedAt(size);
    if (published === undefined) return false;
    const keys = this.#policy.witnesses.map(({ key }) => key);
    return isQuorumMet(this.#policy.quorum, cosignersOf(published.note, keys));
  }

  #beyond(size: bigint): bigint {
    return this.#barren.find(({ from, to }) => from <= size && size < to)?.to ?? size;
  }

  /** Merges the range with adjacent and overlapping ones. */
  #remember(range: BarrenRange): void {
    if (range.from >= range.to) return;
    const isApart = (other: BarrenRange) => other.to < range.from || other.from > range.to;
    const joined = this.#barren
      .filter((other) => !isApart(other))
      .reduce(
        (all, { from, to }) => ({ from: from < all.from ? from : all.from, to: to > all.to ? to : all.to }),
        range,
      );
    this.#barren = [...this.#barren.filter(isApart), joined].toSorted((a, b) => (a.from < b.from ? -1 : 1));
  }
}
