import { LedgerError } from '../text/ledger-error.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { WitnessPolicy } from '../protocol/note/witness-policy.ts';
import { anchoredRange } from './anchored-range.ts';
import { Anchorer } from './anchorer.ts';
import type { RecordDraft } from './new-record.ts';
import type { ExternalCheckPolicy } from './external-head.ts';
import { ExternalCheck } from './external-check.ts';
import type { AnchorJob, ChainBlock, IdempotencyMark, LedgerRecord, OrphanedBlock } from './model.ts';
import type { AnchorChain, Cosigner, Endorsements, Store } from './ports.ts';
import { newestFinalAnchor } from './newest-anchor.ts';
import { Publisher } from './publisher.ts';
import { RecordReader } from './record-reader.ts';
import { type AnchorPlace, type ReceiptParts, ReceiptWriter } from './receipts.ts';
import { type RegisteredRecord, Sequencer, type SequencerParts } from './sequencer.ts';
import { TreeReader } from './tree-reader.ts';
import { WitnessSession, type WitnessEvent, type WitnessHealth } from './witness-session.ts';
import type { OwnLog } from './witness-heads.ts';

/** The witnesses that cosign the log's checkpoints. */
export interface WitnessParts extends Pick<OwnLog, 'keys'> {
  readonly policy: WitnessPolicy;
  /** In the order of the policy. */
  readonly cosigners: readonly Cosigner[];
  /** Resolves after that many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly onEvent: (event: WitnessEvent) => void;
}

export interface LogParts extends Omit<SequencerParts, 'notBefore' | 'tree' | 'records'> {
  readonly chain: AnchorChain;
  readonly place: AnchorPlace;
  /** Undefined: receipts embed none. */
  readonly endorsements?: Endorsements | undefined;
  readonly isRevoked?: Exclude<ReceiptParts['isRevoked'], undefined>;
  /** Whether this log has signed a note; undefined: stored notes are not verified again. */
  readonly isSigned?: Exclude<ReceiptParts['isSigned'], undefined>;
  readonly anchorIntervalMs: number;
  /** Called for each anchor transaction that can never take effect. */
  readonly onAnchorFailed?: (job: AnchorJob) => void;
  /** The chain has dropped a block that was final; the anchor in it is pending again. */
  readonly onAnchorReorged?: (job: AnchorJob, block: OrphanedBlock) => void;
  /** Undefined: the log signs without external confirmation. */
  readonly external?: ExternalCheckPolicy;
  /** Undefined: no witnesses. */
  readonly witnesses?: WitnessParts | undefined;
}

/**
 * The operator's log: sequencer, publisher and anchorer over one store. It has no timers; its owner
 * calls `publishStep` and `anchorStep`.
 */
export class Log {
  readonly store: Store;
  readonly reader: TreeReader;
  readonly #records: RecordReader;
  readonly #sequencer: Sequencer;
  readonly #publisher: Publisher;
  readonly #anchorer: Anchorer;
  readonly #receipts: ReceiptWriter;
  readonly #sessions: readonly WitnessSession[];
  readonly #external: ExternalCheck;

  /** Reads the right edge and hashes it to the committed root before anything can be signed. */
  static async open(parts: LogParts): Promise<Log> {
    const reader = new TreeReader(parts.store, parts.hasher);
    const tree = await reader.rightEdge(parts.store.head());
    const newestAnchor = await parts.store.anchor(parts.store.anchorCount() - 1);
    const knownBlock = newestAnchor?.state === 'final' ? newestAnchor.inclusion : undefined;
    const block = knownBlock && { number: knownBlock.blockNumber, hash: knownBlock.blockHash };
    const log = new Log(parts, reader, tree, block);
    await log.#external.compareRemembered();
    for (const session of log.#sessions) session.heed(parts.external?.stated ?? []);
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
    this.#records = new RecordReader({ ...parts, reader });
    this.#external = new ExternalCheck({
      store: parts.store,
      reader,
      external: parts.external,
      onContradiction: (reason) => this.halt(reason),
    });
    const { witnesses } = parts;
    this.#receipts = new ReceiptWriter({ ...parts, reader, policy: witnesses?.policy });
    this.#sessions = witnesses === undefined ? [] : this.#sessionsWith(witnesses, parts);
    this.#publisher = new Publisher({
      store: parts.store,
      sessions: this.#sessions,
      sleep: (ms) => witnesses?.sleep(ms) ?? Promise.resolve(),
      onRepublished: (size) => this.#receipts.republished(size),
    });
    this.#anchorer = new Anchorer({
      ...parts,
      reader,
      intervalMs: parts.anchorIntervalMs,
      onContradiction: (reason) => this.#external.contradicted(reason),
      onFailed: (job) => parts.onAnchorFailed?.(job),
      onReorged: (job, block) => parts.onAnchorReorged?.(job, block),
      onAgreement: () => this.#external.chainAgreed(),
    });
    this.#sequencer = new Sequencer({
      ...parts,
      tree,
      records: this.#records,
      notBefore: () => notBeforeOf(parts.place, this.#anchorer.finalBlock ?? knownBlock),
    });
  }

  /** Resolves once the record is durable; see `Sequencer.register` for the errors. */
  register(draft: RecordDraft): Promise<RegisteredRecord> {
    const obstacle = this.halted === undefined ? this.obstacle : undefined;
    if (obstacle !== undefined) return Promise.reject(obstacle);
    return this.#sequencer.register(draft);
  }

  /**
   * Why signing waits: the contract, a pinned checkpoint or a witness must confirm the log first
   * (`outside-head-missing`), or a witness remembers another one (`witness-disagrees`).
   */
  get obstacle(): LedgerError | undefined {
    return this.#external.obstacle;
  }

  get isAwaitingExternalCheck(): boolean {
    return this.obstacle !== undefined;
  }

  /**
   * The record that this request was answered with before, if any; rejects with
   * `idempotency-conflict` where the key was used for another request.
   */
  replayed(mark: IdempotencyMark): Promise<RegisteredRecord | undefined> {
    return this.#sequencer.replayed(mark);
  }

  /**
   * The record with this index, compared with its commitments; throws `index-damaged` where it is
   * missing or another.
   */
  record(index: bigint): Promise<LedgerRecord> {
    return this.#records.read(index);
  }

  /**
   * The receipt that answers a registration: against the commit that holds the record, or the
   * newest receipt for a replayed request.
   */
  receiptOf({ index, record, head }: RegisteredRecord): Promise<Receipt> {
    return head === undefined ? this.newestReceipt(index, record) : this.#receipts.committed(index, record, head);
  }

  /** The receipt with the strongest proof that there is now. */
  newestReceipt(index: bigint, record: LedgerRecord): Promise<Receipt> {
    return this.#receipts.newest(index, record);
  }

  /** The records that an anchor stands for; see `anchoredRange`. */
  anchoredRange(job: AnchorJob): Promise<{ readonly from: bigint; readonly to: bigint } | undefined> {
    const { store, reader } = this;
    return anchoredRange({ store, reader, anchorFrom: (size) => this.#receipts.anchorFrom(size) }, job);
  }

  /** The size under the newest final anchor; 0 where there is none. */
  async anchoredSize(): Promise<bigint> {
    return (await newestFinalAnchor(this.store))?.size ?? 0n;
  }

  /** Block time of the newest final anchor in Unix milliseconds; undefined: there is none. */
  async anchoredAtMs(): Promise<number | undefined> {
    return (await newestFinalAnchor(this.store))?.blockTimeMs;
  }

  /** To be called about once a second, one call at a time. */
  async publishStep(): Promise<void> {
    if (this.isAwaitingExternalCheck && this.halted === undefined) await this.#compareWitnessMemory();
    // a log that must not be signed must not be cosigned either
    await this.#publisher.step(this.halted === undefined && !this.isAwaitingExternalCheck);
  }

  /** The state of each witness, in the order of the policy. */
  get witnesses(): readonly WitnessHealth[] {
    return this.#sessions.map(({ health }) => health);
  }

  /** To be called every few seconds, and more often while `isAnchoring`. */
  async anchorStep(): Promise<void> {
    // A log that must not be signed must not be anchored either; the contradiction may come from a
    // pinned checkpoint, which the chain knows nothing of.
    if (this.halted !== undefined) throw this.halted;
    if (this.isAwaitingExternalCheck) await this.compareWithChain();
    if (!this.isAwaitingExternalCheck) await this.#anchorer.step();
  }

  requestAnchor(): void {
    this.#anchorer.request();
  }

  get isAnchoring(): boolean {
    return this.#anchorer.isBusy && !this.isAwaitingExternalCheck && this.halted === undefined;
  }

  /**
   * Compares the log with the contract's head at the start. Halts the log where they contradict;
   * throws where the chain is unreachable.
   */
  async compareWithChain(): Promise<void> {
    await this.#anchorer.compareWithChain();
  }

  /** How many registrations wait for the next commit. */
  get waiting(): number {
    return this.#sequencer.waiting;
  }

  get isClockAhead(): boolean {
    return this.#sequencer.isClockAhead;
  }

  get isClockBehind(): boolean {
    return this.#sequencer.isClockBehind;
  }

  get halted(): LedgerError | undefined {
    return this.#sequencer.halted;
  }

  halt(reason: LedgerError): void {
    this.#sequencer.halt(reason);
  }

  drained(): Promise<void> {
    return this.#sequencer.drained();
  }

  #sessionsWith({ cosigners, keys, onEvent }: WitnessParts, { signer, clock, random }: LogParts) {
    const own = { origin: signer.origin, keys };
    return cosigners.map(
      (cosigner) =>
        new WitnessSession({
          cosigner,
          reader: this.reader,
          clock,
          random: () => fractionOf(random(4)),
          compareWith: () => this.#external.compareWith(cosigner, own),
          compareMemory: () => this.#external.compareMemory(cosigner, own),
          onDispute: (reason) => this.#external.disputed(cosigner.name, reason),
          onEvent,
        }),
    );
  }

  async #compareWitnessMemory(): Promise<void> {
    await Promise.all(this.#sessions.filter(({ isFree }) => isFree).map((session) => session.compareMemory()));
  }
}

/** From 0 up to 1, out of four random bytes. */
function fractionOf({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getUint32(0) / 2 ** 32;
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
