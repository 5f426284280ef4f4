import { demandAgreement, isContradiction, type OutsideDemand, type OutsideHead } from './outside-head.ts';
import { type Cosigner, PortError, type Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import { type OwnLog, type WitnessedHead, witnessedHead } from './witnessed-head.ts';

export interface OutsideWatchParts {
  readonly store: Pick<Store, 'head'>;
  readonly reader: Pick<TreeReader, 'rootAt'>;
  /** Undefined: the log signs without having heard from outside. */
  readonly outside: OutsideDemand | undefined;
  /** Somebody remembers what excludes this log: nothing more may be signed. */
  readonly onContradiction: (reason: PortError) => void;
}

/** Compares the log with what is remembered of it outside: one that agrees lets it sign, one that contradicts ends it. */
export class OutsideWatch {
  readonly #parts: OutsideWatchParts;
  #hasAgreed = false;
  #isContradicted = false;

  constructor(parts: OutsideWatchParts) {
    this.#parts = parts;
  }

  /** It is required that one outside agree, and none has. */
  get isAwaiting(): boolean {
    return this.#parts.outside?.isRequired === true && !this.#hasAgreed;
  }

  /** With what was brought to the start: pinned checkpoints, and what witnesses showed. */
  async compareRemembered(): Promise<void> {
    const { pinned = [], witnessed = [] } = this.#parts.outside ?? {};
    for (const head of [...pinned, ...witnessed]) await this.#compareWith(head);
    if (pinned.length > 0 || witnessed.some(({ isCosigned }) => isCosigned)) this.#agreed();
  }

  /** With what a witness shows. What this log has signed is believed, whoever shows it; an agreement must be cosigned. */
  async confront(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | undefined> {
    const head = await witnessedHead(cosigner, own);
    if (head === undefined) return undefined;
    await this.#compareWith(head);
    if (head.isCosigned) this.#agreed();
    return head;
  }

  /** The contract was compared by the anchorer. */
  chainAgreed(): void {
    if (this.#parts.outside?.isChainOutside === true) this.#agreed();
  }

  contradicted(reason: PortError): void {
    this.#isContradicted = true;
    this.#parts.onContradiction(reason);
  }

  #agreed(): void {
    if (this.#hasAgreed || this.#isContradicted) return;
    this.#hasAgreed = true;
    this.#parts.outside?.onAgreed();
  }

  async #compareWith(head: OutsideHead): Promise<void> {
    try {
      await demandAgreement(this.#parts.store.head(), this.#parts.reader, head);
    } catch (error) {
      if (!(error instanceof PortError && isContradiction(error))) throw error;
      this.contradicted(error);
    }
  }
}
