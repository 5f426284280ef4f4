import type { Json } from '../protocol/json.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { Anchorer } from './anchorer.ts';
import type { Draft } from './new-record.ts';
import {
  type AnchorChain,
  type ChainBlock,
  type IdempotencyMark,
  type LedgerRecord,
  PortError,
  type Store,
} from './ports.ts';
import { Publisher } from './publisher.ts';
import { type AnchorPlace, ReceiptWriter } from './receipts.ts';
import { type Registered, Sequencer, type SequencerParts } from './sequencer.ts';
import { TreeReader } from './tree-reader.ts';

export interface LogParts extends Omit<SequencerParts, 'notBefore' | 'tree'> {
  readonly chain: AnchorChain;
  readonly place: AnchorPlace;
  readonly anchorIntervalMs: number;
}

/** The operator's log: sequencer, publisher and anchorer over one store. It has no timers; whoever holds it calls the two steps. */
export class Log {
  readonly store: Store;
  readonly reader: TreeReader;
  readonly #sequencer: Sequencer;
  readonly #publisher: Publisher;
  readonly #anchorer: Anchorer;
  readonly #receipts: ReceiptWriter;

  /** Re-reads the right edge and hashes it to the committed root before anything can be signed. */
  static async open(parts: LogParts): Promise<Log> {
    const reader = new TreeReader(parts.store, parts.hasher);
    const tree = await reader.rightEdge(parts.store.head());
    const newestAnchor = await parts.store.anchor(parts.store.anchorCount() - 1);
    const knownBlock = newestAnchor?.state === 'final' ? newestAnchor.inclusion : undefined;
    return new Log(parts, reader, tree, knownBlock && { number: knownBlock.blockNumber, hash: knownBlock.blockHash });
  }

  private constructor(
    parts: LogParts,
    reader: TreeReader,
    tree: SequencerParts['tree'],
    knownBlock: ChainBlock | undefined,
  ) {
    this.store = parts.store;
    this.reader = reader;
    this.#receipts = new ReceiptWriter({ ...parts, reader });
    this.#publisher = new Publisher(parts.store);
    this.#anchorer = new Anchorer({
      ...parts,
      reader,
      intervalMs: parts.anchorIntervalMs,
      onContradiction: (reason) => this.#sequencer.halt(reason),
    });
    this.#sequencer = new Sequencer({
      ...parts,
      tree,
      notBefore: () => notBeforeOf(parts.place, this.#anchorer.finalBlock ?? knownBlock),
    });
  }

  register(draft: Draft): Promise<Registered> {
    return this.#sequencer.register(draft);
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

  /** To be called about once a second. */
  publishStep(): Promise<void> {
    return this.#publisher.publishNewest();
  }

  /** To be called every few seconds, and soon again while `isAnchoring`. */
  anchorStep(): Promise<void> {
    return this.#anchorer.step();
  }

  requestAnchor(): void {
    this.#anchorer.request();
  }

  get isAnchoring(): boolean {
    return this.#anchorer.isBusy;
  }

  /** At start: compares with what the contract holds. Halts the log where they contradict; throws where the chain cannot be asked. */
  async compareWithChain(): Promise<void> {
    await this.#anchorer.compareWithChain();
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
