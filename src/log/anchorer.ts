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
  /** Shortest time between two anchors that were not requested. */
  readonly intervalMs: number;
  /** The contract's head contradicts the log (rolled back, forked): signing must stop. */
  readonly onContradiction: (reason: LedgerError) => void;
  /** The contract's head agrees with the log. */
  readonly onAgreement: () => void;
  /**
   * A transaction can never take effect: it was reverted, or another one has used its nonce. The
   * next step begins a new one.
   */
  readonly onFailed: (job: AnchorJob) => void;
  /**
   * The chain has dropped a block that was final. The job is pending again; `block` is the block
   * that it was in.
   */
  readonly onReorged: (job: AnchorJob, block: OrphanedBlock) => void;
}

type Mined = Extract<TransactionState, { readonly inclusion: unknown }>;

/** A transaction that is not mined within this time gets higher fees. */
const REPLACE_AFTER_MS = 3 * 60_000;
/** Final anchors are compared with the chain at least this often. */
const RECHECK_FINALS_AFTER_MS = 60_000;
/** How many final anchors below the newest one that the chain has are compared as well. */
const RECHECKED_FINALS = 30;
const MAX_ORPHANED_BLOCKS = 100;

/**
 * Anchors published checkpoints on the chain, one transaction at a time. The store is its outbox: a
 * signed transaction is durable before it is sent, so that after any crash the same bytes are sent
 * again and never a second anchor in parallel.
 */
export class Anchorer {
  readonly #parts: AnchorerParts;
  /** The size that the newest request asks to anchor. */
  #requestedSize = 0n;
  #lastAnchorMs = Number.NEGATIVE_INFINITY;
  /** The size that the contract is known to hold; 0 before the first comparison. */
  #anchoredSize = 0n;
  #finalBlock: ChainBlock | undefined;
  /** Whether the contract's head has been compared with the log since the start. */
  #isCompared = false;
  /**
   * When the final anchors were last compared with the chain; minus infinity after an event that
   * may have dropped one of their blocks.
   */
  #finalsCheckedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: AnchorerParts) {
    this.#parts = parts;
  }

  /** The newest known final block; undefined before the first answer of the chain. */
  get finalBlock(): ChainBlock | undefined {
    return this.#finalBlock;
  }

  /** Requests an anchor that covers the newest commit as soon as that is published. */
  request(): void {
    this.#requestedSize = this.#parts.store.head().size;
  }

  /** Whether a transaction or a request is pending: `step` should be called again soon. */
  get isBusy(): boolean {
    return this.#requestedSize > this.#anchoredSize || this.#parts.store.openAnchors().length > 0;
  }

  /**
   * One step, to be called repeatedly: advances the open transaction, or begins one when it is due.
   * Throws `LedgerError` where the chain is unreachable or refuses; nothing is lost, and the caller
   * tries again later.
   */
  async step(): Promise<void> {
    try {
      await this.#step();
    } catch (error) {
      // after an outage the chain may have another history
      this.#finalsCheckedMs = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async #step(): Promise<void> {
    const { chain, clock } = this.#parts;
    this.#finalBlock = await chain.finalBlock();
    if (!this.#isCompared) await this.compareWithChain();
    const sinceCheckedMs = clock() - this.#finalsCheckedMs;
    if (sinceCheckedMs >= RECHECK_FINALS_AFTER_MS || sinceCheckedMs < 0) await this.#recheckFinals(this.#finalBlock);
    if (await this.driveOpen()) return;
    if (this.#isDue()) await this.#begin();
  }

  /** Advances the open transaction, if any, and begins none. Returns whether there was one. */
  async driveOpen(): Promise<boolean> {
    const [open] = this.#parts.store.openAnchors();
    if (open !== undefined) await this.#drive(open);
    return open !== undefined;
  }

  /**
   * Compares the final anchors with the chain, the newest first. A chain can drop final blocks:
   * validators roll back, a node is set up again, or the finality rule has too few confirmations.
   * Receipts must not carry anchors in dropped blocks, and transactions signed on top of them never
   * take effect; so such anchors become pending again. The comparison ends at the first anchor that
   * the chain still has; after an outage or a failure, `RECHECKED_FINALS` anchors further down,
   * since newer ones may have been mined again and be final by now. A node that has not reached a
   * block's number is asked again later.
   */
  async #recheckFinals(last: ChainBlock): Promise<void> {
    const { store, chain, clock, onReorged } = this.#parts;
    let confirmed = this.#finalsCheckedMs === Number.NEGATIVE_INFINITY ? 0 : RECHECKED_FINALS;
    for (let id = store.anchorCount() - 1; id >= 0; id--) {
      const job = await store.anchor(id);
      if (job?.state !== 'final' || job.inclusion === undefined) continue;
      const { blockNumber: number, blockHash: hash } = job.inclusion;
      if (number > last.number) return;
      if (await chain.hasBlock({ number, hash })) {
        if (confirmed++ >= RECHECKED_FINALS) break;
        continue;
      }
      const pending = withoutInclusion({ ...job, state: 'sent', sentAtMs: clock() });
      await store.saveAnchor(pending);
      onReorged(pending, orphanedBlock(job.inclusion));
    }
    this.#finalsCheckedMs = clock();
  }

  /**
   * Compares the contract's head with the log, also at start before anything is signed. Returns the
   * size that the contract holds. Throws `log-rolled-back` or `log-forked`.
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
    const isRequested = this.#requestedSize > this.#anchoredSize && published.size >= this.#requestedSize;
    const sinceMs = clock() - this.#lastAnchorMs;
    // A clock that was ahead and has been corrected must not delay the anchor.
    return isRequested || sinceMs >= intervalMs || sinceMs < 0;
  }

  async #begin(): Promise<void> {
    const { store, chain, reader, clock } = this.#parts;
    const published = store.published()!;
    await this.#recheckFinals(this.#finalBlock!);
    if (store.openAnchors().length > 0) return;
    const oldSize = await this.compareWithChain();
    this.#anchoredSize = oldSize;
    if (published.size <= oldSize) return;
    // The signed root: the contract accepts the first root without a proof.
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
   * Gives up the open transactions that are in no block and follows the others: for a log id under
   * which nothing more will be anchored.
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
    // This very transaction may have used it, if it was mined since its state was read.
    if (isNonceUsed) ({ job, found } = await this.#find(open));
    switch (found.state) {
      case 'unknown':
        if (isNonceUsed) return this.#end(job, 'nonce-used');
        return this.#send(job);
      case 'undecided':
        return; // the nodes are a block apart: the next step asks again
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
    if (isMoved) this.#finalsCheckedMs = Number.NEGATIVE_INFINITY;
    const known = isMoved ? withoutInclusion(job) : job;
    await this.#parts.store.saveAnchor({ ...known, state, inclusion });
  }

  /**
   * The state on the chain of the job's current transaction, or of an earlier one that was mined in
   * its place and becomes the current one.
   */
  async #find(job: AnchorJob): Promise<{ job: AnchorJob; found: TransactionState }> {
    const found = await this.#parts.chain.state(job);
    if (found.state !== 'unknown') return { job, found };
    for (const earlier of job.replaced ?? []) {
      const candidate = withTransaction(job, earlier);
      const other = await this.#parts.chain.state(candidate);
      if (other.state !== 'unknown') return { job: candidate, found: other };
    }
    return { job, found };
  }

  /**
   * Sends the current transaction again, since nodes forget pending ones. After `REPLACE_AFTER_MS`
   * it gets higher fees; the replacement is durable before it is sent.
   */
  async #send(open: AnchorJob): Promise<void> {
    const { store, chain, clock } = this.#parts;
    let job = open;
    // If its block was dropped the job is pending again, whether or not the node accepts it.
    if (job.inclusion !== undefined) {
      job = withoutInclusion({ ...job, state: 'sent', sentAtMs: clock() });
      await store.saveAnchor(job);
      this.#finalsCheckedMs = Number.NEGATIVE_INFINITY;
    }
    const sinceMs = job.sentAtMs ?? job.createdAtMs;
    const isStuck = clock() - sinceMs >= REPLACE_AFTER_MS;
    try {
      await chain.send(job);
    } catch (error) {
      // A node may refuse fees that have become too low since they were signed.
      if (!isStuck || !(error instanceof LedgerError && error.code === 'chain-refused')) throw error;
    }
    if (isStuck) {
      const replacement = await chain.bumpFees(job, sinceMs);
      const next = { ...(replacement === undefined ? job : withTransaction(job, replacement)), sentAtMs: clock() };
      await store.saveAnchor(next);
      if (replacement !== undefined) await chain.send(next);
    } else if (job.sentAtMs === undefined) await store.saveAnchor({ ...job, state: 'sent', sentAtMs: clock() });
  }

  async #end(job: AnchorJob, failure: string): Promise<void> {
    const failed: AnchorJob = { ...job, state: 'failed', failure };
    await this.#parts.store.saveAnchor(failed);
    this.#parts.onFailed(failed);
  }
}

/** The job with this transaction as the current one; earlier ones are kept in `replaced`. */
function withTransaction(job: AnchorJob, { rawTransaction, txHash }: Omit<SignedTransaction, 'nonce'>): AnchorJob {
  const others = [...(job.replaced ?? []), { rawTransaction: job.rawTransaction, txHash: job.txHash }];
  return { ...job, rawTransaction, txHash, replaced: others.filter((other) => other.txHash !== txHash) };
}

/** The job without its inclusion; the block is kept in `formerBlocks`. */
function withoutInclusion(job: AnchorJob): AnchorJob {
  const { inclusion, formerBlocks = [], ...rest } = job;
  const former = inclusion === undefined ? formerBlocks : [...formerBlocks, orphanedBlock(inclusion)];
  return { ...rest, ...(former.length > 0 && { formerBlocks: former.slice(-MAX_ORPHANED_BLOCKS) }) };
}

function orphanedBlock({ blockNumber, blockHash, blockTimeMs }: OrphanedBlock): OrphanedBlock {
  return { blockNumber, blockHash, blockTimeMs };
}
