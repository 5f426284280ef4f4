import { bilingual } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Anchor } from '../protocol/chain/anchor.ts';
import { equalBytes, fromHex0x } from '../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { isJsonObject } from '../protocol/encoding/json.ts';
import { parseNote } from '../protocol/note/note.ts';
import type { Endorsement } from '../protocol/chain/endorsement.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { WitnessPolicy } from '../protocol/note/witness-policy.ts';
import { recordEntry, recordRoot } from '../protocol/record/header.ts';
import { logIdForSize, currentLogId, type TrustedChain } from '../protocol/trust.ts';
import { cosignersOf } from './cosigned-note.ts';
import type { AnchorJob, Head, LedgerRecord, PublishedCheckpoint } from './model.ts';
import type { AnchorChain, Clock, Endorsements, Store } from './ports.ts';
import { ConfirmedAnchors } from './confirmed-anchors.ts';
import { ProvenAnchors } from './proven-anchors.ts';
import { QuorumAnchors } from './quorum-anchors.ts';
import type { TreeReader } from './tree-reader.ts';

/** The chain, contract and log ids of this log's anchors, which jobs do not repeat. */
export type AnchorPlace = Pick<TrustedChain, 'chainId' | 'genesisHash' | 'contract' | 'logs'>;

export interface ReceiptParts {
  readonly store: Store;
  readonly reader: TreeReader;
  readonly hash: Sha256;
  readonly hasher: TreeHasher;
  readonly place: AnchorPlace;
  /**
   * Whether the key that signed the checkpoint of this size was revoked before this block;
   * undefined: no key is revoked.
   */
  readonly isRevoked?: (size: bigint, blockNumber: bigint) => boolean;
  /** Whether this log has signed a note; undefined: stored notes are not verified again. */
  readonly isSigned?: (note: string) => boolean;
  readonly chain: Pick<AnchorChain, 'header' | 'state'>;
  readonly clock: Clock;
  /** Undefined: receipts embed no endorsements. */
  readonly endorsements?: Endorsements | undefined;
  /** The witness policy whose quorum receipts should show. */
  readonly policy?: WitnessPolicy | undefined;
}

const REMEMBERED_NOTES = 256;

/**
 * Makes receipts for records of the log. Each proof is checked against its root first, and what the
 * store adds to it (notes, anchors) by their own signature and proof.
 */
export class ReceiptWriter {
  readonly #parts: ReceiptParts;
  readonly #quorum: QuorumAnchors | undefined;
  readonly #proven = new ProvenAnchors();
  readonly #confirmed: ConfirmedAnchors;
  /** Notes whose signature was verified. */
  readonly #signed = new Set<string>();

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
    this.#confirmed = new ConfirmedAnchors(parts.chain, parts.clock);
    this.#quorum =
      parts.policy &&
      new QuorumAnchors(
        { finalAnchorFrom: (size) => this.#anchorFrom(size), publishedAt: (size) => parts.store.publishedAt(size) },
        parts.policy,
      );
  }

  /** Reports that the published checkpoint of this size has more cosignatures. */
  republished(size: bigint): void {
    this.#quorum?.gained(size);
  }

  /** A receipt against a committed head, without an anchor: the answer to a registration. */
  async committed(index: bigint, record: LedgerRecord, head: Pick<Head, 'size' | 'root' | 'note'>): Promise<Receipt> {
    const { reader, hash, hasher } = this.#parts;
    const leafHash = hasher.leaf(recordEntry(recordRoot(hash, record.header)));
    const path = await reader.inclusionPath(index, leafHash, head);
    const proof = { index, path, note: parseNote(head.note) };
    return { header: record.header, disclosed: record.sections, proof, anchor: null };
  }

  /**
   * A receipt with the first valid final anchor that covers the record, preferring anchors whose
   * checkpoint has the quorum of witnesses. The first anchor bounds the record's time most tightly,
   * and it keeps the receipt stable but for later cosignatures and endorsements. Without an anchor
   * the receipt is against the published or the committed head.
   */
  async newest(index: bigint, record: LedgerRecord): Promise<Receipt> {
    const { store, chain } = this.#parts;
    const job = await this.anchorFrom(index + 1n);
    if (job === undefined) return this.#unanchored(index, record);
    const published = await store.publishedAt(job.size);
    if (published === undefined) {
      throw new LedgerError('index-damaged', {
        reason: bilingual(STORE_FAULTS.checkpointMissing, { size: job.size }),
      });
    }
    const receipt = await this.#published(index, record, published);
    const anchor = anchorOf(job, this.#parts.place);
    await this.#requireProven(job, anchor, published);
    const notBefore = notBeforeHash(record);
    const notBeforeHeader =
      anchor?.receiptProof === undefined || notBefore === undefined ? undefined : await chain.header(notBefore);
    const endorsements = await this.#endorsements(anchor);
    const more = {
      ...(notBeforeHeader !== undefined && { notBeforeHeader }),
      ...(endorsements.length > 0 && { endorsements }),
    };
    return { ...receipt, anchor: anchor && { ...anchor, ...more } };
  }

  /** The anchor that receipts against trees of this size embed; undefined where there is none. */
  async anchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    return (await this.#quorum?.first(size)) ?? (await this.#anchorFrom(size));
  }

  /**
   * Only anchors under the current log id get endorsements: an endorsement under one log id does
   * not cover anchors under another.
   */
  async #endorsements(anchor: Anchor | null): Promise<readonly Endorsement[]> {
    const { endorsements, place } = this.#parts;
    if (endorsements === undefined || anchor?.logId !== currentLogId(place)) return [];
    return endorsements.covering(anchor.size);
  }

  /**
   * The first final anchor from this size on that is not invalid by revocation: a checkpoint signed
   * by a key that was revoked before the anchor's block proves nothing.
   */
  async #anchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    const { store, isRevoked } = this.#parts;
    let job = await store.finalAnchorFrom(size);
    while (job?.inclusion !== undefined && isRevoked?.(job.size, job.inclusion.blockNumber) === true) {
      job = await store.finalAnchorFrom(job.size + 1n);
    }
    return job;
  }

  /** Against the published checkpoint if witnesses have cosigned it, else the committed head. */
  #unanchored(index: bigint, record: LedgerRecord): Promise<Receipt> {
    const { store, policy } = this.#parts;
    const published = store.published();
    const keys = policy?.witnesses.map(({ key }) => key) ?? [];
    const isCosigned = published !== undefined && cosignersOf(published.note, keys).size > 0;
    if (!isCosigned || published.size <= index) return this.committed(index, record, store.head());
    return this.#published(index, record, published);
  }

  async #published(index: bigint, record: LedgerRecord, { size, note }: PublishedCheckpoint): Promise<Receipt> {
    const root = await this.#parts.reader.rootAt(size);
    if (!equalBytes(parseCheckpoint(parseNote(note).text).root, root)) {
      throw new LedgerError('index-damaged', {
        reason: bilingual(STORE_FAULTS.checkpointRoot, { size }),
      });
    }
    this.#requireSigned(size, note);
    return this.committed(index, record, { size, root, note });
  }

  #requireSigned(size: bigint, note: string): void {
    if (this.#signed.has(note) || this.#parts.isSigned === undefined) return;
    if (!this.#parts.isSigned(note)) {
      throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.checkpointUnsigned, { size }) });
    }
    this.#signed.add(note);
    if (this.#signed.size > REMEMBERED_NOTES) this.#signed.delete(this.#signed.values().next().value!);
  }

  /** The root of the note was compared with the tree already. */
  async #requireProven(job: AnchorJob, anchor: Anchor | null, { note }: PublishedCheckpoint): Promise<void> {
    const { id, root } = job;
    const isOther = !equalBytes(root, parseCheckpoint(parseNote(note).text).root);
    if (!isOther && (anchor === null || (await this.#isTrue(job, anchor)))) return;
    const fault = isOther ? STORE_FAULTS.anchorRoot : STORE_FAULTS.anchorProof;
    throw new LedgerError('index-damaged', { reason: bilingual(fault, { id }) });
  }

  /** By its proof, or where it has none by the chain. */
  async #isTrue(job: AnchorJob, anchor: Anchor): Promise<boolean> {
    const hasProof = anchor.header !== undefined && anchor.receiptProof !== undefined;
    return hasProof ? this.#proven.isProven(anchor) : this.#confirmed.isConfirmed(job);
  }
}

/** The anchor as receipts state it; null until the job is final. */
function anchorOf(job: AnchorJob, { chainId, genesisHash, contract, logs }: AnchorPlace): Anchor | null {
  const logId = logIdForSize({ logs }, job.size);
  if (job.state !== 'final' || job.inclusion === undefined || logId === undefined) return null;
  const { blockNumber, blockHash, transactionIndex, logPosition, anchorIndex } = job.inclusion;
  const { header, receiptProof } = job.inclusion;
  const { size, root, txHash } = job;
  return {
    chainId,
    genesisHash,
    contract,
    logId,
    size,
    root,
    anchorIndex,
    blockNumber,
    blockHash,
    txHash,
    transactionIndex,
    logPosition,
    ...(header !== undefined && { header: fromHex0x('header', header) }),
    ...(receiptProof !== undefined && { receiptProof: receiptProof.map((node) => fromHex0x('proof node', node)) }),
  };
}

/** The hash of the block that the record states as `notBefore`. */
function notBeforeHash({ sections }: LedgerRecord): string | undefined {
  const time = sections.find(({ name }) => name === 'time')?.value;
  const notBefore = isJsonObject(time) ? time['notBefore'] : undefined;
  const hash = isJsonObject(notBefore) ? notBefore['hash'] : undefined;
  return typeof hash === 'string' ? hash : undefined;
}
