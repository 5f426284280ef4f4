import { LedgerError } from '../text/ledger-error.ts';
import {
  requireAgreement,
  isContradiction,
  type ExternalCheckPolicy,
  type ExternalHead,
  type WitnessedHead,
} from './external-head.ts';
import type { Cosigner, Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import { type OwnLog, witnessedHead } from './witness-heads.ts';

export interface ExternalCheckParts {
  readonly store: Pick<Store, 'head'>;
  readonly reader: Pick<TreeReader, 'rootAt'>;
  /** Undefined: the log signs without external confirmation. */
  readonly external: ExternalCheckPolicy | undefined;
  /** An external head contradicts this log: signing must stop. */
  readonly onContradiction: (reason: LedgerError) => void;
}

/**
 * Compares the log with external heads: one that agrees permits signing, one that contradicts stops
 * it for good.
 */
export class ExternalCheck {
  readonly #parts: ExternalCheckParts;
  #hasAgreed = false;
  #isContradicted = false;

  constructor(parts: ExternalCheckParts) {
    this.#parts = parts;
  }

  /** Confirmation by an external head is required, and none has agreed yet. */
  get isAwaiting(): boolean {
    return this.#parts.external?.isRequired === true && !this.#hasAgreed;
  }

  /** Compares with the heads known at the start: pinned checkpoints and heads of witnesses. */
  async compareRemembered(): Promise<void> {
    const { pinned = [], witnessed = [] } = this.#parts.external ?? {};
    for (const head of [...pinned, ...witnessed]) await this.#compareWith(head);
    if (pinned.length > 0 || witnessed.some(({ isCosigned }) => isCosigned)) this.#agreed();
  }

  /**
   * Compares with the head that a witness shows. A head that this log has signed counts as evidence
   * against the log, no matter who shows it; it confirms the log only with the witness's
   * cosignature.
   */
  async compareWith(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | undefined> {
    const head = await witnessedHead(cosigner, own);
    if (head === undefined) return undefined;
    await this.#compareWith(head);
    if (head.isCosigned) this.#agreed();
    return head;
  }

  /** The anchorer has compared the contract's head, and it agrees. */
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
