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
 * The ledger's memory. Every write is atomic, ordered, and durable when its promise resolves; after
 * a write has failed the store refuses all further writes (fail-stop: the outcome is known only
 * after a restart). Reads see every resolved write. A read throws when what it finds is damaged; it
 * never answers "not there" for want of being able to read.
 */
export interface Store {
  head(): Head;
  /**
   * Fails with code `head-moved`, writing nothing, unless the head is still `expected` (size and
   * root).
   */
  commit(commit: Commit, expected: Pick<Head, 'size' | 'root'>): Promise<void>;

  record(index: bigint): Promise<LedgerRecord | undefined>;
  indexOfId(id: string): Promise<bigint | undefined>;
  indexOfNumber(number: string): Promise<bigint | undefined>;
  /** Ascending indexes >= `from` of the records with this look-up, at most `limit`. */
  indexesOf(lookup: Lookup, from: bigint, limit: number): Promise<bigint[]>;
  /** The record that an idempotency scope was used for. */
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

  /** Sizes only grow; a size that is published already is replaced (more cosignatures). */
  publish(checkpoint: PublishedCheckpoint): Promise<void>;
  published(): PublishedCheckpoint | undefined;
  publishedAt(size: bigint): Promise<PublishedCheckpoint | undefined>;

  /** Adds job `id` (the next free one) or replaces its state. */
  saveAnchor(job: AnchorJob): Promise<void>;
  anchor(id: number): Promise<AnchorJob | undefined>;
  /** How many jobs there are: the next free id. */
  anchorCount(): number;
  /** Jobs that are neither final nor failed, by id. */
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

export type RandomBytes = (length: number) => Uint8Array;

/** A new record's id (UUIDv7 of that time) and deposit number. */
export type NewIdentifiers = (timeMs: number) => { readonly id: string; readonly number: string };

/** The log key. Its name is the origin. */
export interface LogSigner {
  readonly origin: string;
  sign(text: Uint8Array): NoteSignature;
}

/**
 * The anchoring contract on its chain, under this log's id. Every call may fail with a LedgerError:
 * `chain-unreachable` (try again later), `chain-identity` (another chain or contract than the one
 * pinned at init: do not anchor), `chain-refused` (the node refuses the transaction),
 * `chain-account-empty`, `chain-fee-cap`, `chain-sources-disagree` (nodes contradict each other),
 * `chain-sources-too-few` (fewer are named than the trust file demands).
 */
export interface AnchorChain {
  /** The newest block that is final by the trust file's rule. */
  finalBlock(): Promise<ChainBlock>;
  /** Whether this is the chain's block of that number. */
  hasBlock(block: ChainBlock): Promise<boolean>;
  /** What the contract holds for this log now. */
  head(): Promise<{ readonly size: bigint; readonly root: Uint8Array }>;
  /** Signs, sends nothing. */
  prepare(call: AnchorCall): Promise<SignedTransaction>;
  /**
   * The same nonce and call with fees that nodes take in place of the present ones; sends nothing.
   * Undefined where no block has left it out since then: a chain that stands still is not moved by
   * fees. Fails with `chain-fee-cap` where they would be higher than the operator allows.
   */
  bumpFees(transaction: SignedTransaction, sinceMs: number): Promise<SignedTransaction | undefined>;
  /** Sends; a transaction that the node knows already is no error. */
  send(transaction: SignedTransaction): Promise<void>;
  state(transaction: SignedTransaction): Promise<TransactionState>;
  /**
   * Whether its sender has used its nonce in a final block, for this transaction or for another.
   * The sender may be an earlier chain key.
   */
  isNonceUsed(transaction: SignedTransaction): Promise<boolean>;
  /**
   * RLP of the header of the block with this hash; undefined where the node has none that fits, or
   * is silent. Never rejects, and soon resolves.
   */
  header(hash: string): Promise<Uint8Array | undefined>;
}

/** Final endorsements under this log's id, by those whom the operator names. */
export interface Endorsements {
  /**
   * Of each of them the first endorsement of a tree of this size or a larger one, as far as the
   * chain has been read. What cannot be had now is left out; never rejects, and soon resolves.
   */
  covering(size: bigint): Promise<readonly Endorsement[]>;
}

/**
 * One witness, a stranger: C2SP tlog-witness. No call rejects, and each ends within some seconds.
 */
export interface Cosigner {
  /** In the policy. */
  readonly name: string;
  readonly key: WitnessKey;
  add(request: AddCheckpoint): Promise<CosignerAnswer>;
  /** The newest note of this log that it shows; undefined where it shows none. */
  latest(): Promise<string | undefined>;
}
