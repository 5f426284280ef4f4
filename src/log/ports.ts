import type { AddCheckpoint } from '../protocol/note/add-checkpoint.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import type { Endorsement } from '../protocol/chain/endorsement.ts';
import type { NoteSignature } from '../protocol/note/note.ts';
import type { RecordHeader } from '../protocol/record/header.ts';
import type { Section } from '../protocol/record/section.ts';

/**
 * What the log needs of the world. Each interface is implemented in src/adapters, and the memory
 * adapters run the same conformance suites as the real ones.
 */

/** The state that a commit builds on and moves: the tree, and the last time that was given out. */
export interface Head {
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The signed note of this committed checkpoint. */
  readonly note: string;
  /** Time of the newest record in Unix milliseconds; 0 before the first. Never falls. */
  readonly lastTimeMs: number;
}

/** A record as the operator keeps it: all of its sections opened. */
export interface LedgerRecord {
  readonly header: RecordHeader;
  readonly sections: readonly Section[];
  /**
   * What it can be found by, besides id and number. Kept with the record so that an index is
   * rebuilt without knowing kinds.
   */
  readonly lookups: readonly Lookup[];
  /**
   * Lower-case hex SHA-256 of the content that this record owns; undefined where only digests were
   * registered.
   */
  readonly content?: string;
}

export interface Lookup {
  /** `sha256`, `sm3`, `case` …: letters and digits. */
  readonly by: string;
  /** At most 1024 bytes. */
  readonly value: string;
}

/** Remembers for ever that this request was carried out, and as which record. */
export interface IdempotencyMark {
  /** SHA-256 of (principal, route, key): 32 bytes. */
  readonly scope: Uint8Array;
  /** SHA-256 of the request: the same scope with another one is a conflict. */
  readonly request: Uint8Array;
}

export interface CommitItem {
  readonly record: LedgerRecord;
  /** The log entry, 33 bytes. */
  readonly entry: Uint8Array;
  readonly mark?: IdempotencyMark;
}

export interface Commit {
  /** In log order: item i becomes the record with index previous.size + i. */
  readonly items: readonly CommitItem[];
  /** The head that this commit makes; size = previous.size + items.length. */
  readonly head: Head;
}

/** A checkpoint that was given to the public, with the cosignatures it had then. */
export interface PublishedCheckpoint {
  readonly size: bigint;
  readonly note: string;
}

/**
 * One anchor transaction on its way: `signed` is durable before it is sent. `final` and `failed`
 * are the end of a way; `failed` says that this transaction can never take effect (reverted, out of
 * gas, or its nonce is used by another). Where the chain breaks its word and takes a final block
 * back, its anchor is `sent` again.
 */
export interface AnchorJob {
  /** Counts from 0 without gaps. */
  readonly id: number;
  readonly state: 'signed' | 'sent' | 'mined' | 'confirmed' | 'final' | 'failed';
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly nonce: number;
  /** 0x-hex of the signed transaction. */
  readonly rawTransaction: string;
  readonly txHash: string;
  readonly createdAtMs: number;
  /** When the node took the present transaction for the first time; Unix milliseconds. */
  readonly sentAtMs?: number;
  /**
   * Transactions with the same nonce and the same call but lower fees, oldest first: any of them
   * may be mined instead.
   */
  readonly replaced?: readonly Pick<SignedTransaction, 'rawTransaction' | 'txHash'>[];
  /** Where it was mined; kept when it becomes final. */
  readonly inclusion?: AnchorInclusion;
  /** Blocks that it was in and that the chain gave up, oldest first. */
  readonly formerBlocks?: readonly OrphanedBlock[];
  /** Why it failed: a stable code. */
  readonly failure?: string;
}

export type OrphanedBlock = Pick<AnchorInclusion, 'blockNumber' | 'blockHash' | 'blockTimeMs'>;

/** Where an anchor stands on the chain. Hashes are 0x-hex. */
export interface AnchorInclusion {
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly blockTimeMs: number;
  readonly transactionIndex: number;
  /** Position of the event within the receipt of its transaction. */
  readonly logPosition: number;
  readonly anchorIndex: bigint;
  /**
   * RLP of the block's header and of the trie nodes to the transaction's receipt; with the final
   * state, where the chain's blocks can be read so far.
   */
  readonly header?: string;
  readonly receiptProof?: readonly string[];
}

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

export interface ChainBlock {
  readonly number: bigint;
  /** 0x-hex. */
  readonly hash: string;
}

export interface AnchorCall {
  readonly oldSize: bigint;
  readonly newSize: bigint;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface SignedTransaction {
  readonly nonce: number;
  readonly rawTransaction: string;
  readonly txHash: string;
}

/**
 * What the chain says of a transaction. `unknown`: not in the chain and perhaps not in the pool
 * either; `undecided`: its nodes do not agree on that yet.
 */
export type TransactionState =
  | { readonly state: 'unknown' | 'undecided' | 'reverted' | 'out-of-gas' }
  | { readonly state: 'mined' | 'confirmed' | 'final'; readonly inclusion: AnchorInclusion };

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

/** What a witness says to a checkpoint; nothing in it is verified yet. */
export type CosignerAnswer =
  /** Signature lines, it is said. */
  | { readonly status: 'cosigned'; readonly lines: string }
  /** It has cosigned another size than the one that the request builds on. */
  | { readonly status: 'other-size'; readonly size: bigint }
  /** By its account the checkpoint is not consistent with what it has cosigned. */
  | { readonly status: 'conflict'; readonly reason: string }
  /** It does not know this log, or not this key. */
  | { readonly status: 'refused'; readonly reason: string }
  /**
   * No answer, or none that says anything: to be asked again, not before this time has passed where
   * it asks for that.
   */
  | { readonly status: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number };

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
