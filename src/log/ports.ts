import type { Endorsement } from '../protocol/chain/endorsement.ts';
import type { AddCheckpoint } from '../protocol/note/add-checkpoint.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import type { NoteSignature } from '../protocol/note/note.ts';
import type {
  AnchorCall,
  AnchorJob,
  ChainBlock,
  Commit,
  CosignerAnswer,
  Head,
  LedgerRecord,
  Lookup,
  PublishedCheckpoint,
  ScrubMemory,
  SignedTransaction,
  StoreProblem,
  TransactionState,
} from './model.ts';

/**
 * What the log needs from the world. Each interface is implemented in src/adapters, and the memory
 * adapters run the same conformance suites as the real ones.
 */

/**
 * The storage of the ledger. Every write is atomic, ordered, and durable when its promise resolves;
 * after a failed write the store refuses all further writes (fail-stop: the outcome is known only
 * after a restart). Reads see every resolved write. A read throws `index-damaged` where the data is
 * damaged; it never reports data that it cannot read as missing.
 */
export interface Store {
  head(): Head;
  /** Fails with `head-moved`, writing nothing, unless the head still is `expected`. */
  commit(commit: Commit, expected: Pick<Head, 'size' | 'root'>): Promise<void>;

  record(index: bigint): Promise<LedgerRecord | undefined>;
  indexOfId(id: string): Promise<bigint | undefined>;
  indexOfNumber(number: string): Promise<bigint | undefined>;
  /** Ascending indexes >= `from` of the records with this look-up, at most `limit`. */
  indexesOf(lookup: Lookup, from: bigint, limit: number): Promise<bigint[]>;
  /** Descending indexes < `below` of the records with this look-up, at most `limit`. */
  newestIndexesOf(lookup: Lookup, below: bigint, limit: number): Promise<bigint[]>;
  /** The record that a request with this idempotency scope (32 bytes) created. */
  marked(scope: Uint8Array): Promise<{ readonly index: bigint; readonly request: Uint8Array } | undefined>;

  /**
   * The first `width` hashes (32 bytes each) of a tile; undefined where the committed tree has
   * fewer.
   */
  tile(level: number, index: bigint, width: number): Promise<Uint8Array | undefined>;
  /**
   * The first `width` entries of a bundle, in tlog-tiles form; undefined where the committed tree
   * has fewer.
   */
  bundle(index: bigint, width: number): Promise<Uint8Array | undefined>;

  /** Sizes only grow; a size that is published already gets the new note (more cosignatures). */
  publish(checkpoint: PublishedCheckpoint): Promise<void>;
  published(): PublishedCheckpoint | undefined;
  publishedAt(size: bigint): Promise<PublishedCheckpoint | undefined>;

  /** Adds a job with the next free id, or replaces the job with this id. */
  saveAnchor(job: AnchorJob): Promise<void>;
  anchor(id: number): Promise<AnchorJob | undefined>;
  /** The number of jobs, which is the next free id. */
  anchorCount(): number;
  /** Jobs that are neither final nor failed, ascending by id. */
  openAnchors(): readonly AnchorJob[];
  /** The final anchor of the smallest size >= `size`. */
  finalAnchorFrom(size: bigint): Promise<AnchorJob | undefined>;

  close(): Promise<void>;
}

/** Everything that is stored, to be read again in the background while the store is in use. */
export interface ScrubSource {
  /**
   * Reads everything once and reports what is damaged; changes nothing. Begins where an earlier
   * walk had come to, or at the front where `from` is undefined or does not fit the store. Ends
   * early by rejecting with what `onRead` throws.
   */
  walk(from: string | undefined, watch: ScrubWatch): Promise<void>;
  /** Resolves to nothing where no memory was kept, or it cannot be read. */
  recall(): Promise<ScrubMemory>;
  /** Best effort: not synced, and never rejects. */
  remember(memory: ScrubMemory): Promise<void>;
}

export interface ScrubWatch {
  /** Called with the number of bytes that were read; its promise holds the walk up. */
  readonly onRead: (bytes: number) => Promise<void>;
  readonly onProblem: (problem: StoreProblem) => void;
  /** Called when the walk has come further; `position` makes the `from` of a later walk. */
  readonly onPosition: (position: () => string) => void;
}

/** Unix milliseconds. */
export type Clock = () => number;

/** Cryptographically secure random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

/** The id (UUIDv7 of that time, in Unix milliseconds) and the record number of a new record. */
export type NewIdentifiers = (timeMs: number) => { readonly id: string; readonly number: string };

/** Signs with the log key, whose name is the origin. */
export interface LogSigner {
  readonly origin: string;
  sign(text: Uint8Array): NoteSignature;
}

/**
 * The anchoring contract on its chain, under this log's id. Every call may fail with a LedgerError:
 * `chain-unreachable` (try again later), `chain-identity` (another chain or contract than the one
 * pinned at init: do not anchor), `chain-refused` (the node refuses the transaction),
 * `chain-account-empty`, `chain-fee-cap`, `chain-sources-disagree` (nodes contradict each other),
 * `chain-sources-too-few` (fewer nodes are configured than the trust file requires).
 */
export interface AnchorChain {
  /** The newest block that is final by the trust file's rule. */
  finalBlock(): Promise<ChainBlock>;
  /** Whether the chain has this block. */
  hasBlock(block: ChainBlock): Promise<boolean>;
  /** The head that the contract holds for this log now. */
  head(): Promise<{ readonly size: bigint; readonly root: Uint8Array }>;
  /** Signs a transaction without sending it. */
  prepare(call: AnchorCall): Promise<SignedTransaction>;
  /**
   * Signs the same nonce and call with fees high enough to replace the transaction; sends nothing.
   * Undefined where the chain has mined no block since `sinceMs` (Unix milliseconds): higher fees
   * do not help on a chain that stands still. Fails with `chain-fee-cap` where the fees would
   * exceed the operator's limit.
   */
  bumpFees(transaction: SignedTransaction, sinceMs: number): Promise<SignedTransaction | undefined>;
  /** Sends the transaction; one that the node knows already is no error. */
  send(transaction: SignedTransaction): Promise<void>;
  state(transaction: SignedTransaction): Promise<TransactionState>;
  /**
   * Whether the sender has used the nonce in a final block, by this transaction or another one. The
   * sender may be an earlier chain key.
   */
  isNonceUsed(transaction: SignedTransaction): Promise<boolean>;
  /**
   * RLP of the header of the block with this hash (0x-hex); undefined where no node provides it.
   * Never rejects, and resolves within seconds.
   */
  header(hash: string): Promise<Uint8Array | undefined>;
}

/** Final endorsements under this log's id by the endorsers that the operator configures. */
export interface Endorsements {
  /**
   * The first endorsement by each endorser of a tree of this size or a larger one, as far as the
   * chain has been read; unavailable ones are left out. Never rejects, and resolves within seconds.
   */
  covering(size: bigint): Promise<readonly Endorsement[]>;
}

/**
 * One witness by C2SP tlog-witness; its answers are untrusted. No call rejects, and each ends
 * within seconds.
 */
export interface Cosigner {
  /** Its name in the witness policy. */
  readonly name: string;
  readonly key: WitnessKey;
  add(request: AddCheckpoint): Promise<CosignerAnswer>;
  /** The newest note of this log that the witness shows; undefined where it shows none. */
  latest(): Promise<string | undefined>;
}
