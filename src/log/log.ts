import type { Json } from '../protocol/json.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { Anchorer } from './anchorer.ts';
import type { Draft } from './new-record.ts';
import { demandAgreement, isContradiction, type OutsideDemand } from './outside-head.ts';
import {
  type AnchorChain,
  type AnchorJob,
  type FormerBlock,
  type ChainBlock,
  type Endorsements,
  type IdempotencyMark,
  type LedgerRecord,
  PortError,
  type Store,
} from './ports.ts';
import { Publisher } from './publisher.ts';
import { type AnchorPlace, type ReceiptParts, ReceiptWriter } from './receipts.ts';
import { type Registered, Sequencer, type SequencerParts } from './sequencer.ts';
import { TreeReader } from './tree-reader.ts';

export interface LogParts extends Omit<SequencerParts, 'notBefore' | 'tree'> {
  readonly chain: AnchorChain;
  readonly place: AnchorPlace;
  /** Undefined: receipts embed none. */
  readonly endorsements?: Endorsements;
  readonly isRevoked?: Exclude<ReceiptParts['isRevoked'], undefined>;
  readonly anchorIntervalMs: number;
  /** Told of each anchor transaction that can never take effect. */
  readonly onAnchorFailed?: (job: AnchorJob) => void;
  /** The chain took back a block that was final; the anchor in it is pending again. */
  readonly onAnchorTakenBack?: (job: AnchorJob, block: FormerBlock) => void;
  /** Undefined: the log signs without having heard from outside. */
  readonly outside?: OutsideDemand;
}

/** The operator's log: sequencer, publisher and anchorer over one store. It has no timers; whoever holds it calls the two steps. */
export class Log {
  readonly store: Store;
  readonly reader: TreeReader;
  readonly #sequencer: Sequencer;
  readonly #publisher: Publisher;
  readonly #anchorer: Anchorer;
  readonly #receipts: ReceiptWriter;
  readonly #outside: OutsideDemand | undefined;
  #hasAgreed = false;

  /** Re-reads the right edge and hashes it to the committed root before anything can be signed. */
  static async open(parts: LogParts): Promise<Log> {
    const reader = new TreeReader(parts.store, parts.hasher);
    const tree = await reader.rightEdge(parts.store.head());
    const newestAnchor = await parts.store.anchor(parts.store.anchorCount() - 1);
    const knownBlock = newestAnchor?.state === 'final' ? newestAnchor.inclusion : undefined;
    const block = knownBlock && { number: knownBlock.blockNumber, hash: knownBlock.blockHash };
    const log = new Log(parts, reader, tree, block);
    await log.#comparePins();
    return log;
  }

  private constructor(
    parts: LogParts,
    reader: TreeReader,
    tree: SequencerParts['tree'],
    knownBlock: ChainBlock | undefined,
  ) {
    this.store = parts.store;
    this.reader = reader;
    this.#outside = parts.outside;
    this.#receipts = new ReceiptWriter({ ...parts, reader });
    this.#publisher = new Publisher(parts.store);
    this.#anchorer = new Anchorer({
      ...parts,
      reader,
      intervalMs: parts.anchorIntervalMs,
      onContradiction: (reason) => this.halt(reason),
      onFailed: (job) => parts.onAnchorFailed?.(job),
      onTakenBack: (job, block) => parts.onAnchorTakenBack?.(job, block),
      onAgreement: () => {
        if (this.#outside?.isChainOutside === true) this.#agreed();
      },
    });
    this.#sequencer = new Sequencer({
      ...parts,
      tree,
      notBefore: () => notBeforeOf(parts.place, this.#anchorer.finalBlock ?? knownBlock),
    });
  }

  register(draft: Draft): Promise<Registered> {
    if (this.isAwaitingOutside && this.halted === undefined) {
      return Promise.reject(new PortError('outside-head-missing', 'nobody outside has confirmed the head of this log'));
    }
    return this.#sequencer.register(draft);
  }

  /** Nothing is signed yet: it is required that the contract or a pinned checkpoint agree first. */
  get isAwaitingOutside(): boolean {
    return this.#outside?.isRequired === true && !this.#hasAgreed;
  }

  /** What this request was answered with before; rejects with `idempotency-conflict` where the key was used for another request. */
  replayed(mark: IdempotencyMark): Promise<Registered | undefined> {
    return this.#sequencer.replayed(mark);
  }

  /** The receipt that answers a registration: against the commit that holds it, or the newest one for a replayed request. */
  receiptOf({ index, record, head }: Registered): Promise<Receipt> {
    return head === undefined ? this.newestReceipt(index, record) : this.#receipts.committed(index, record, head);
  }

  newestReceipt(index: bigint, record: LedgerRecord): Promise<Receipt> {
    return this.#receipts.newest(index, record);
  }

  /** Records under the newest final anchor. */
  async anchoredSize(): Promise<bigint> {
    for (let id = this.store.anchorCount() - 1; id >= 0; id--) {
      const job = await this.store.anchor(id);
      if (job?.state === 'final') return job.size;
    }
    return 0n;
  }

  /** To be called about once a second. */
  publishStep(): Promise<void> {
    return this.#publisher.publishNewest();
  }

  /** To be called every few seconds, and soon again while `isAnchoring`. */
  async anchorStep(): Promise<void> {
    // what must not be signed must not be anchored either; a pinned checkpoint may have said so, of which the chain knows nothing
    if (this.halted !== undefined) throw this.halted;
    if (this.isAwaitingOutside) await this.compareWithChain();
    if (!this.isAwaitingOutside) await this.#anchorer.step();
  }

  requestAnchor(): void {
    this.#anchorer.request();
  }

  get isAnchoring(): boolean {
    return this.#anchorer.isBusy && !this.isAwaitingOutside && this.halted === undefined;
  }

  /** At start: compares with what the contract holds. Halts the log where they contradict; throws where the chain cannot be asked. */
  async compareWithChain(): Promise<void> {
    await this.#anchorer.compareWithChain();
  }

  /** Registrations that wait for the next commit. */
  get waiting(): number {
    return this.#sequencer.waiting;
  }

  get isClockBehind(): boolean {
    return this.#sequencer.isClockBehind;
  }

  get halted(): PortError | undefined {
    return this.#sequencer.halted;
  }

  halt(reason: PortError): void {
    this.#sequencer.halt(reason);
  }

  drained(): Promise<void> {
    return this.#sequencer.drained();
  }

  async #comparePins(): Promise<void> {
    const pins = this.#outside?.pinned ?? [];
    for (const pin of pins) {
      try {
        await demandAgreement(this.store.head(), this.reader, pin);
      } catch (error) {
        if (!(error instanceof PortError && isContradiction(error))) throw error;
        this.halt(error);
      }
    }
    if (pins.length > 0) this.#agreed();
  }

  #agreed(): void {
    if (this.#hasAgreed || this.halted !== undefined) return;
    this.#hasAgreed = true;
    this.#outside?.onAgreed();
  }
}

function notBeforeOf(
  place: AnchorPlace,
  block: ChainBlock | undefined,
): { notBefore: Json; notBeforeMissing?: string } {
  if (block === undefined) return { notBefore: null, notBeforeMissing: 'chain-unreachable' };
  return {
    notBefore: { chainId: place.chainId.toString(), number: block.number.toString(), hash: block.hash },
  };
}
