import { LedgerError } from '../text/ledger-error.ts';
import {
  requireAgreement,
  isContradiction,
  type ExternalCheckPolicy,
  type ExternalHead,
  type WitnessedHead,
  type WitnessStatement,
} from './external-head.ts';
import type { Message } from '../text/message.ts';
import { UNCONFIRMED } from '../text/log.ts';
import type { Cosigner, Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import { askStatement, type OwnLog, witnessedHead } from './witness-heads.ts';

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
 * it for good. What a witness merely claims at the start holds signing up as long as it does.
 */
export class ExternalCheck {
  readonly #parts: ExternalCheckParts;
  readonly #sizeAtStart: bigint;
  #hasAgreed = false;
  #isContradicted = false;
  /** By the name of the witness: why it cannot remember this log. */
  readonly #disputes = new Map<string, Message>();

  constructor(parts: ExternalCheckParts) {
    this.#parts = parts;
    this.#sizeAtStart = parts.store.head().size;
  }

  /**
   * Why nothing may be signed now: `witness-disagrees`, or `outside-head-missing` where an external
   * head is required and none has agreed yet.
   */
  get obstacle(): LedgerError | undefined {
    for (const [name, reason] of this.#disputes) return new LedgerError('witness-disagrees', { name, reason });
    const isAwaiting = this.#parts.external?.isRequired === true && !this.#hasAgreed;
    return isAwaiting ? new LedgerError('outside-head-missing', { reason: UNCONFIRMED.awaiting }) : undefined;
  }

  /** Compares with what is known at the start: pinned checkpoints, and the memory of witnesses. */
  async compareRemembered(): Promise<void> {
    const { pinned = [], witnessed = [], stated = [] } = this.#parts.external ?? {};
    for (const statement of stated) this.#heed(statement);
    for (const head of [...pinned, ...witnessed]) await this.#compareWith(head);
    if (pinned.length > 0 || witnessed.some(({ isCosigned }) => isCosigned)) this.#agreed();
  }

  /**
   * Compares with the head that a witness shows. A head that this log has signed counts as evidence
   * against the log, no matter who shows it; it confirms the log only with the witness's
   * cosignature.
   */
  async compareWith(cosigner: Cosigner, own: OwnLog): ReturnType<typeof witnessedHead> {
    const head = await witnessedHead(cosigner, own);
    if (typeof head === 'object') await this.#heedHead(head, cosigner);
    return head;
  }

  /**
   * Compares with the head that a witness shows or, where it shows nothing, with what it states of
   * its memory, which is returned.
   */
  async compareMemory(cosigner: Cosigner, own: OwnLog): Promise<WitnessStatement | undefined> {
    if ((await this.compareWith(cosigner, own)) !== 'nothing') return undefined;
    const statement = await askStatement(cosigner, this.#parts.store.head());
    if (statement !== undefined) this.#heed(statement);
    return statement;
  }

  /**
   * A witness claims that it remembers another log than this one. Returns whether that holds
   * signing up: before the first signature after a start it does, since this log may be an older
   * copy; later it is an alarm, and only what this log has signed stops it.
   */
  disputed(name: string, reason: Message): boolean {
    const hasSigned = this.#parts.store.head().size !== this.#sizeAtStart;
    if (!hasSigned) this.#disputes.set(name, reason);
    return !hasSigned;
  }

  /** The anchorer has compared the contract's head, and it agrees. */
  chainAgreed(): void {
    if (this.#parts.external?.isChainExternal === true) this.#agreed();
  }

  contradicted(reason: LedgerError): void {
    this.#isContradicted = true;
    this.#parts.onContradiction(reason);
  }

  async #heedHead(head: WitnessedHead, { name }: Cosigner): Promise<void> {
    await this.#compareWith(head);
    this.#disputes.delete(name);
    if (head.isCosigned) this.#agreed();
  }

  #heed({ name, dispute, isCosigned }: WitnessStatement): void {
    if (dispute !== undefined) {
      this.disputed(name, dispute);
      return;
    }
    this.#disputes.delete(name);
    if (isCosigned) this.#agreed();
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
