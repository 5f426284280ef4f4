import { LedgerError } from '../text/ledger-error.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { parseNote } from '../protocol/note/note.ts';
import { contractHead, isContradiction, requireAgreement } from './external-head.ts';
import type { AnchorJob, ChainBlock, OrphanedBlock, SignedTransaction, TransactionState } from './model.ts';
import type { AnchorChain, Clock, Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';

export interface AnchorerParts {
  readonly store: Store;
  readonly chain: AnchorChain;
  readonly reader: TreeReader;
  readonly clock: Clock;
  /** At least this long between two anchors that nobody asked for. */
  readonly intervalMs: number;
  /** The chain contradicts the log (rolled back, forked): nothing more may be signed. */
  readonly onContradiction: (reason: LedgerError) => void;
  /** The chain was asked and agrees with the log. */
  readonly onAgreement: () => void;
  /**
   * A transaction can never take effect: reverted, or its nonce is used by somebody else. Another
   * one follows.
   */
  readonly onFailed: (job: AnchorJob) => void;
  /**
   * The chain took back a block that it had called final; the job is pending again, and `block` is
   * where it was.
   */
  readonly onReorged: (job: AnchorJob, block: OrphanedBlock) => void;
}

type Mined = Extract<TransactionState, { readonly inclusion: unknown }>;

/** A transaction that is not mined in this time gets higher fees. */
const REPLACE_AFTER_MS = 3 * 60_000;
/** Finality is looked after at least so often. */
const SEE_FINALS_AFTER_MS = 60_000;
const FINALS_BEHIND = 30;
const MAX_ORPHANED_BLOCKS = 100;

/**
 * Brings published checkpoints onto the chain, one transaction at a time. The store is its outbox:
 * a signed transaction is durable before it is sent, so that whatever happens the same bytes are
 * sent again and never a second anchor beside them.
 */
export class Anchorer {
  readonly #parts: AnchorerParts;
  /** The size that somebody wants to see anchored. */
  #wantedSize = 0n;
  #lastAnchorMs = Number.NEGATIVE_INFINITY;
  /** What the contract is known to hold; 0 before it was asked. */
  #anchoredSize = 0n;
  #finalBlock: ChainBlock | undefined;
  /** Whether the contract's head was compared with the log since the start. */
  #isCompared = false;
  /**
   * When the final anchors were last seen on the chain; long ago where something happened that
   * could have taken one back.
   */
  #finalsSeenMs = Number.NEGATIVE_INFINITY;

  constructor(parts: AnchorerParts) {
    this.#parts = parts;
  }

  /** The newest final block known; undefined before the chain answered for the first time. */
  get finalBlock(): ChainBlock | undefined {
    return this.#finalBlock;
  }

  /** Asks for an anchor that covers the newest commit, as soon as that is published. */
  request(): void {
    this.#wantedSize = this.#parts.store.head().size;
  }

  /**
   * Whether a transaction is under way or an anchor was asked for: then `step` is worth calling
   * soon.
   */
  get isBusy(): boolean {
    return this.#wantedSize > this.#anchoredSize || this.#parts.store.openAnchors().length > 0;
  }

  /**
   * One step forward, callable again and again: drives the open transaction, else begins one where
   * it is due. Throws LedgerError where the chain cannot be asked or refuses; nothing is lost then,
   * and the caller comes back later.
   */
  async step(): Promise<void> {
    try {
      await this.#step();
    } catch (error) {
      this.#finalsSeenMs = Number.NEGATIVE_INFINITY; // who was away may come back as another
      throw error;
    }
  }

  async #step(): Promise<void> {
    const { chain, clock } = this.#parts;
    this.#finalBlock = await chain.finalBlock();
    if (!this.#isCompared) await this.compareWithChain();
    const sinceSeenMs = clock() - this.#finalsSeenMs;
    if (sinceSeenMs >= SEE_FINALS_AFTER_MS || sinceSeenMs < 0) await this.#seeFinals(this.#finalBlock);
    if (await this.driveOpen()) return;
    if (this.#isDue()) await this.#begin();
  }

  /** Drives the open transaction, if there is one, and begins none. */
  async driveOpen(): Promise<boolean> {
    const [open] = this.#parts.store.openAnchors();
    if (open !== undefined) await this.#drive(open);
    return open !== undefined;
  }

  /**
   * Chains break their word about what is final: validators roll back, a node is set up anew, a
   * rule of too few confirmations was chosen. Receipts must not carry the anchors that went with
   * it, and what is signed on top of them never takes effect: so they are pending again, from the
   * newest back to the first that stands; where something happened, also some behind that one,
   * which may have been mined again and be final by now. A node that has not come that far cannot
   * say, and is asked again.
   */
  async #seeFinals(last: ChainBlock): Promise<void> {
    const { store, chain, clock, onReorged } = this.#parts;
    let looked = this.#finalsSeenMs === Number.NEGATIVE_INFINITY ? 0 : FINALS_BEHIND;
    for (let id = store.anchorCount() - 1; id >= 0; id--) {
      const job = await store.anchor(id);
      if (job?.state !== 'final' || job.inclusion === undefined) continue;
      const { blockNumber: number, blockHash: hash } = job.inclusion;
      if (number > last.number) return;
      if (await chain.hasBlock({ number, hash })) {
        if (looked++ >= FINALS_BEHIND) break;
        continue;
      }
      const again = withoutInclusion({ ...job, state: 'sent', sentAtMs: clock() });
      await store.saveAnchor(again);
      onReorged(again, orphanedBlock(job.inclusion));
    }
    this.#finalsSeenMs = clock();
  }

  /**
   * Compares the contract's head with the log; also at start, before anything is signed. Returns
   * the size that it holds.
   */
  async compareWithChain(): Promise<bigint> {
    const { store, chain, reader, onContradiction, onAgreement } = this.#parts;
    const anchored = await chain.head();
    const head = store.head();
    try {
      await requireAgreement(head, reader, contractHead(anchored));
    } catch (error) {
      if (error instanceof LedgerError && isContradiction(error)) onContradiction(error);
      throw error;
    }
    this.#isCompared = true;
    onAgreement();
    return anchored.size;
  }

  #isDue(): boolean {
    const { store, clock, intervalMs } = this.#parts;
    const published = store.published();
    if (published === undefined || published.size <= this.#anchoredSize) return false;
    const isWanted = this.#wantedSize > this.#anchoredSize && published.size >= this.#wantedSize;
    const sinceMs = clock() - this.#lastAnchorMs;
    // A clock that was ahead and was put right shall not be waited for.
    return isWanted || sinceMs >= intervalMs || sinceMs < 0;
  }

  async #begin(): Promise<void> {
    const { store, chain, reader, clock } = this.#parts;
    const published = store.published()!;
    await this.#seeFinals(this.#finalBlock!);
    if (store.openAnchors().length > 0) return;
    const oldSize = await this.compareWithChain();
    this.#anchoredSize = oldSize;
    if (published.size <= oldSize) return;
    // the root that was signed: the contract takes the first one that it is given without a proof
    const { root } = parseCheckpoint(parseNote(published.note).text);
    const proof = oldSize === 0n ? [] : await reader.consistencyProof(oldSize, published.size);
    const transaction = await chain.prepare({ oldSize, newSize: published.size, newRoot: root, proof });
    const job: AnchorJob = {
      id: store.anchorCount(),
      state: 'signed',
      size: published.size,
      root,
      createdAtMs: clock(),
      ...transaction,
    };
    // A crash before this is durable leaves nothing; after it, the next start sends these bytes.
    await store.saveAnchor(job);
    this.#lastAnchorMs = clock();
    await this.#drive(job);
  }

  /**
   * Gives up what is under way and in no block; what is in one is followed. For a log id under
   * which nothing is to come any more.
   */
  async abandonOpen(): Promise<void> {
    for (const open of this.#parts.store.openAnchors()) {
      const { job, found } = await this.#find(open);
      if ('inclusion' in found) await this.#save(job, found);
      else await this.#end(job, 'abandoned');
    }
  }

  async #drive(open: AnchorJob): Promise<void> {
    const { chain } = this.#parts;
    let { job, found } = await this.#find(open);
    const isNonceUsed = found.state === 'unknown' && (await chain.isNonceUsed(job));
    // What used it may be this very transaction, mined since its state was asked for.
    if (isNonceUsed) ({ job, found } = await this.#find(open));
    switch (found.state) {
      case 'unknown':
        if (isNonceUsed) return this.#end(job, 'nonce-used');
        return this.#send(job);
      case 'undecided':
        return; // they are a block apart, and asked again
      case 'reverted':
      case 'out-of-gas':
        return this.#end(job, found.state);
      case 'mined':
      case 'final':
        await this.#save(job, found);
        if (found.state === 'final') this.#anchoredSize = job.size;
    }
  }

  async #save(job: AnchorJob, { state, inclusion }: Mined): Promise<void> {
    if (state === job.state && inclusion.blockHash === job.inclusion?.blockHash) return;
    const isMoved = job.inclusion !== undefined && job.inclusion.blockHash !== inclusion.blockHash;
    if (isMoved) this.#finalsSeenMs = Number.NEGATIVE_INFINITY;
    const known = isMoved ? withoutInclusion(job) : job;
    await this.#parts.store.saveAnchor({ ...known, state, inclusion });
  }

  /**
   * What the chain says of the job's transactions: of the present one, or of an earlier one that
   * was mined in its place and is the present one then.
   */
  async #find(job: AnchorJob): Promise<{ job: AnchorJob; found: TransactionState }> {
    const found = await this.#parts.chain.state(job);
    if (found.state !== 'unknown') return { job, found };
    for (const earlier of job.replaced ?? []) {
      const instead = withTransaction(job, earlier);
      const other = await this.#parts.chain.state(instead);
      if (other.state !== 'unknown') return { job: instead, found: other };
    }
    return { job, found };
  }

  /**
   * Sends again what is on its way: nodes forget. After some time with higher fees, which is
   * durable before it is sent.
   */
  async #send(open: AnchorJob): Promise<void> {
    const { store, chain, clock } = this.#parts;
    let job = open;
    // Where its block went away it is pending again, whether or not the node takes it once more.
    if (job.inclusion !== undefined) {
      job = withoutInclusion({ ...job, state: 'sent', sentAtMs: clock() });
      await store.saveAnchor(job);
      this.#finalsSeenMs = Number.NEGATIVE_INFINITY;
    }
    const sinceMs = job.sentAtMs ?? job.createdAtMs;
    const isStuck = clock() - sinceMs >= REPLACE_AFTER_MS;
    try {
      await chain.send(job);
    } catch (error) {
      // A node may refuse fees that the chain has risen above since they were signed.
      if (!isStuck || !(error instanceof LedgerError && error.code === 'chain-refused')) throw error;
    }
    if (isStuck) {
      const bumpFees = await chain.bumpFees(job, sinceMs);
      const next = { ...(bumpFees === undefined ? job : withTransaction(job, bumpFees)), sentAtMs: clock() };
      await store.saveAnchor(next);
      if (bumpFees !== undefined) await chain.send(next);
    } else if (job.sentAtMs === undefined) await store.saveAnchor({ ...job, state: 'sent', sentAtMs: clock() });
  }

  async #end(job: AnchorJob, failure: string): Promise<void> {
    const failed: AnchorJob = { ...job, state: 'failed', failure };
    await this.#parts.store.saveAnchor(failed);
    this.#parts.onFailed(failed);
  }
}

/** The same job with this transaction as the present one, and those that were before kept. */
function withTransaction(job: AnchorJob, { rawTransaction, txHash }: Omit<SignedTransaction, 'nonce'>): AnchorJob {
  const others = [...(job.replaced ?? []), { rawTransaction: job.rawTransaction, txHash: job.txHash }];
  return { ...job, rawTransaction, txHash, replaced: others.filter((other) => other.txHash !== txHash) };
}

/** The same job out of its block, which is remembered. */
function withoutInclusion(job: AnchorJob): AnchorJob {
  const { inclusion, formerBlocks = [], ...rest } = job;
  const former = inclusion === undefined ? formerBlocks : [...formerBlocks, orphanedBlock(inclusion)];
  return { ...rest, ...(former.length > 0 && { formerBlocks: former.slice(-MAX_ORPHANED_BLOCKS) }) };
}

function orphanedBlock({ blockNumber, blockHash, blockTimeMs }: OrphanedBlock): OrphanedBlock {
  return { blockNumber, blockHash, blockTimeMs };
}
