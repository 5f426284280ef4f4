import { LedgerError } from '../text/ledger-error.ts';
import { requireAgreement, isContradiction, type ExternalCheckPolicy, type ExternalHead } from './external-head.ts';
import type { Cosigner, Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import { type OwnLog, type WitnessedHead, witnessedHead } from './witness-heads.ts';

export interface ExternalCheckParts {
  readonly store: Pick<Store, 'head'>;
  readonly reader: Pick<TreeReader, 'rootAt'>;
  /** Undefined: the log signs without having heard from outside. */
  readonly external: ExternalCheckPolicy | undefined;
  /** Somebody remembers what excludes this log: nothing more may be signed. */
  readonly onContradiction: (reason: LedgerError) => void;
}

/**
 * Compares the log with what is remembered of it outside: one that agrees lets it sign, one that
 * contradicts ends it.
 */
export class ExternalCheck {
  readonly #parts: ExternalCheckParts;
  #hasAgreed = false;
  #isContradicted = false;

  constructor(parts: ExternalCheckParts) {
    this.#parts = parts;
  }

  /** It is required that one outside agree, and none has. */
  get isAwaiting(): boolean {
    return this.#parts.external?.isRequired === true && !this.#hasAgreed;
  }

  /** With what was brought to the start: pinned checkpoints, and what witnesses showed. */
  async compareRemembered(): Promise<void> {
    const { pinned = [], witnessed = [] } = this.#parts.external ?? {};
    for (const head of [...pinned, ...witnessed]) await this.#compareWith(head);
    if (pinned.length > 0 || witnessed.some(({ isCosigned }) => isCosigned)) this.#agreed();
  }

  /**
   * With what a witness shows. What this log has signed is believed, whoever shows it; an agreement
   * must be cosigned.
   */
  async compareWith(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | undefined> {
    const head = await witnessedHead(cosigner, own);
    if (head === undefined) return undefined;
    await this.#compareWith(head);
    if (head.isCosigned) this.#agreed();
    return head;
  }

  /** The contract was compared by the anchorer. */
  chainAgreed(): void {
    if (this.#parts.external?.isChainExternal === true) this.#agreed();
  }

  contradicted(reason: LedgerError): void {
    this.#isContradicted = true;
    this.#parts.onContradiction(reason);
  }

  #agreed(): void {
    if (this.#hasAgreed || this.#isContradicted) return;
    this.#hasAgreed = true;
    this.#parts.external?.onAgreed();
  }

  async #compareWith(head: ExternalHead): Promise<void> {
    try {
      await requireAgreement(this.#parts.store.head(), this.#parts.reader, head);
    } catch (error) {
      if (!(error instanceof LedgerError && isContradiction(error))) throw error;
      this.contradicted(error);
    }
  }
}
