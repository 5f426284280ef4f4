import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, toHex } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { CompactRange } from '../protocol/merkle/compact-range.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type RecordDraft, newRecord } from './new-record.ts';
import type { CommitItem, Head, IdempotencyMark, LedgerRecord } from './model.ts';
import type { Clock, LogSigner, NewIdentifiers, RandomBytes, Store } from './ports.ts';
import type { RecordReader } from './record-reader.ts';
import { type Checked, selfChecked } from './self-check.ts';
import { signedHead } from './signed-head.ts';

export interface SequencerParts {
  readonly store: Store;
  readonly signer: LogSigner;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly newIdentifiers: NewIdentifiers;
  /** The value of `notBefore`, or the reason why there is none. */
  readonly notBefore: () => { readonly notBefore: Json; readonly notBeforeMissing?: string };
  readonly hash: Sha256;
  readonly hasher: TreeHasher;
  /** The latest time that the clock can rightly show; undefined: any. */
  readonly latestTimeMs?: (() => number) | undefined;
  readonly records: Pick<RecordReader, 'read'>;
  /** The tree to append to: `TreeReader.rightEdge` of the store's head. */
  readonly tree: CompactRange;
  /** Called once, when the log finds that it must not sign any more. */
  readonly onHalt: (reason: LedgerError) => void;
}

/** A record that is durable in the log. */
export interface RegisteredRecord {
  readonly index: bigint;
  readonly record: LedgerRecord;
  /** The head of the commit with the record; undefined where an earlier request created it. */
  readonly head?: Head;
}

interface Waiting {
  readonly draft: RecordDraft;
  readonly resolve: (registered: RegisteredRecord) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_ITEMS_PER_COMMIT = 1024;
const MAX_WAITING = 8192;
const MAX_CLOCK_BEHIND_MS = 5000;

/**
 * Appends registrations to the log in batches: those that arrive during one commit go into the next
 * one. Nothing is returned to a caller before the store has made it durable.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  #tree: CompactRange;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #halted: LedgerError | undefined;
  /** Pending registrations with an idempotency key, by scope. */
  readonly #pending = new Map<string, { readonly request: Uint8Array; readonly result: Promise<RegisteredRecord> }>();

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.#tree = parts.tree;
  }

  /**
   * Resolves once the record is durable. Rejects with `queue-full`, `clock-behind`, `clock-ahead`,
   * `self-check-failed` (nothing was written), `idempotency-conflict`, or the halt reason. A mark
   * that was used before for the same request resolves to the record of that time.
   */
  register(draft: RecordDraft): Promise<RegisteredRecord> {
    return draft.mark === undefined ? this.#enqueue(draft) : this.#registerOnce(draft, draft.mark);
  }

  /** Refuses all registrations from now on; a commit in progress still finishes. */
  halt(reason: LedgerError): void {
    if (this.#halted === undefined) {
      this.#halted = reason;
      this.#parts.onHalt(reason);
    }
    const waiting = this.#queue;
    this.#queue = [];
    for (const { reject } of waiting) reject(reason);
  }

  get halted(): LedgerError | undefined {
    return this.#halted;
  }

  /**
   * Whether the clock is more than 5 s behind the time of the newest record; nothing is registered
   * until it has caught up.
   */
  get isClockBehind(): boolean {
    return isBehind(this.#parts.clock(), this.#parts.store.head());
  }

  /** Resolves when every accepted registration has its answer. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #registerOnce(draft: RecordDraft, mark: IdempotencyMark): Promise<RegisteredRecord> {
    const scope = toHex(mark.scope);
    for (let first = this.#pending.get(scope); first !== undefined; first = this.#pending.get(scope)) {
      if (equalBytes(first.request, mark.request)) {
        const { index, record } = await first.result;
        return { index, record };
      }
      // Whether this is a conflict depends on the other request: if that one is refused, this one
      // may use the key.
      await first.result.catch(() => {});
    }
    const result = this.replayed(mark).then((replayed) => replayed ?? this.#enqueue(draft));
    this.#pending.set(scope, { request: mark.request, result });
    try {
      return await result;
    } finally {
      this.#pending.delete(scope);
    }
  }

  /**
   * The record that this mark was used for, if any; rejects with `idempotency-conflict` where it
   * was used for another request.
   */
  async replayed(mark: IdempotencyMark): Promise<RegisteredRecord | undefined> {
    const { store, records } = this.#parts;
    const marked = await store.marked(mark.scope);
    if (marked === undefined) return undefined;
    requireSameRequest(marked.request, mark);
    return { index: marked.index, record: await records.read(marked.index) };
  }

  /** How many registrations wait for the next commit. */
  get waiting(): number {
    return this.#queue.length;
  }

  #enqueue(draft: RecordDraft): Promise<RegisteredRecord> {
    if (this.#halted !== undefined) return Promise.reject(this.#halted);
    if (this.#queue.length >= MAX_WAITING) {
      return Promise.reject(new LedgerError('queue-full', { waiting: MAX_WAITING }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // what arrives in this turn of the event loop goes into the first batch
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_ITEMS_PER_COMMIT);
      try {
        await this.#commit(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
        // Memory that has proved faulty must not be signed again: a restart reads everything from
        // the store.
        if (error instanceof LedgerError && error.code === 'self-check-failed') this.halt(error);
      }
    }
    // In the same turn as the last check of the queue: a later registration starts the next run.
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const { store } = this.#parts;
    const previous = store.head();
    // Up to the store's commit everything is in memory: a crash leaves the old state, and no
    // registration was answered.
    const timeMs = this.#nextTimeMs(previous);
    const items = batch.map(({ draft }) => this.#newItem(draft, timeMs));
    const { tree, root } = this.#extend(previous, items);
    const head = signedHead(this.#parts.signer, tree.size, root, timeMs);
    // The store's commit point: the journal frame becomes durable as a whole or not at all; the
    // index follows, now or at the next start.
    await store.commit({ items, head }, previous);
    // A crash from here on leaves the records in the log and the clients without an answer: a
    // retry with the same idempotency key gets it.
    this.#tree = tree;
    batch.forEach(({ resolve }, i) => {
      resolve({ index: previous.size + BigInt(i), record: items[i]!.record, head });
    });
  }

  /** Whether the clock shows a time that cannot be; nothing is registered while it does. */
  get isClockAhead(): boolean {
    return this.#aheadMs(this.#parts.clock()) > 0;
  }

  #aheadMs(nowMs: number): number {
    return nowMs - (this.#parts.latestTimeMs?.() ?? Infinity);
  }

  /**
   * Never falls. Throws `clock-behind` where the clock is too far behind the newest record,
   * `clock-ahead` where it is further ahead than it can be.
   */
  #nextTimeMs(previous: Head): number {
    const now = this.#parts.clock();
    if (this.#aheadMs(now) > 0) throw new LedgerError('clock-ahead', { now: new Date(now).toISOString() });
    if (isBehind(now, previous)) {
      throw new LedgerError('clock-behind', { behindMs: previous.lastTimeMs - now });
    }
    return Math.max(now, previous.lastTimeMs);
  }

  #newItem(draft: RecordDraft, timeMs: number): CommitItem {
    const { signer, newIdentifiers, notBefore, random, hash } = this.#parts;
    const time = { receivedAt: new Date(timeMs).toISOString(), ...notBefore() };
    return newRecord(draft, { origin: signer.origin, ...newIdentifiers(timeMs), time }, random, hash);
  }

  #extend(previous: Head, items: readonly CommitItem[]): Checked {
    const { hash, hasher } = this.#parts;
    return selfChecked({ hash, hasher, tree: this.#tree, previous, items });
  }
}

function isBehind(nowMs: number, { lastTimeMs }: Head): boolean {
  return nowMs < lastTimeMs - MAX_CLOCK_BEHIND_MS;
}

function requireSameRequest(request: Uint8Array, mark: IdempotencyMark): void {
  if (!equalBytes(request, mark.request)) {
    throw new LedgerError('idempotency-conflict');
  }
}
