import { equalBytes, toBase64, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { assert } from '../protocol/encoding/errors.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { isJsonObject } from '../protocol/encoding/json.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { parseNote } from '../protocol/note/note.ts';
import { type RecordHeader, recordEntry, recordRoot } from '../protocol/record/header.ts';
import { type Section, sectionCommitment } from '../protocol/record/section.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import type { RepairStep } from '../text/operator.ts';
import { STORE_FAULTS } from '../text/store.ts';

/**
 * The data that the log exchanges with a store, a chain and witnesses, and the checks that every
 * store makes on it.
 */

/** The state that a commit builds on and replaces: the tree, and the time of the newest record. */
export interface Head {
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The signed note of this committed checkpoint. */
  readonly note: string;
  /** Time of the newest record in Unix milliseconds; 0 before the first. Never falls. */
  readonly lastTimeMs: number;
}

/** A record as the operator stores it, with all sections disclosed. */
export interface LedgerRecord {
  readonly header: RecordHeader;
  readonly sections: readonly Section[];
  /**
   * The properties that the record can be found by besides id and number; stored with the record so
   * that an index is rebuilt without knowledge of kinds.
   */
  readonly lookups: readonly Lookup[];
  /**
   * Lower-case hex SHA-256 of the content that belongs to this record; undefined where only digests
   * were registered.
   */
  readonly content?: string | undefined;
}

export interface Lookup {
  /** `sha256`, `sm3`, `case` …: letters and digits. */
  readonly by: string;
  /** At most 1024 bytes. */
  readonly value: string;
}

/** Ties a request to the record that it created, permanently. */
export interface IdempotencyMark {
  /** SHA-256 of (principal, route, key): 32 bytes. */
  readonly scope: Uint8Array;
  /** SHA-256 of the request, 32 bytes: the same scope with another value is a conflict. */
  readonly request: Uint8Array;
}

export interface CommitItem {
  readonly record: LedgerRecord;
  /** The log entry, 33 bytes. */
  readonly entry: Uint8Array;
  readonly mark?: IdempotencyMark | undefined;
}

export interface Commit {
  /** In log order: item i becomes the record with index previous.size + i. */
  readonly items: readonly CommitItem[];
  /** The head after this commit; size = previous.size + items.length. */
  readonly head: Head;
}

/** A published checkpoint with the cosignatures that it has so far. */
export interface PublishedCheckpoint {
  readonly size: bigint;
  readonly note: string;
}

/**
 * One anchor transaction: `signed` (durable before it is sent), `sent`, `mined`, then `final` or
 * `failed`. `failed` means that the transaction can never take effect: reverted, out of gas, or its
 * nonce used by another one. If the chain drops a final block, its anchor is `sent` again.
 */
export interface AnchorJob {
  /** Counts from 0 without gaps. */
  readonly id: number;
  readonly state: 'signed' | 'sent' | 'mined' | 'final' | 'failed';
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly nonce: number;
  /** 0x-hex of the signed transaction. */
  readonly rawTransaction: string;
  readonly txHash: string;
  readonly createdAtMs: number;
  /** When a node first accepted the current transaction; Unix milliseconds. */
  readonly sentAtMs?: number;
  /**
   * Earlier transactions with the same nonce and call but lower fees, oldest first: any of them may
   * be mined instead.
   */
  readonly replaced?: readonly Pick<SignedTransaction, 'rawTransaction' | 'txHash'>[];
  /** The place where it was mined; kept in the state `final`. */
  readonly inclusion?: AnchorInclusion;
  /** Blocks that contained it and that the chain has dropped, oldest first. */
  readonly formerBlocks?: readonly OrphanedBlock[];
  /** Why it failed: a stable code such as `reverted`. */
  readonly failure?: string;
}

/** A block that the chain has dropped. */
export type OrphanedBlock = Pick<AnchorInclusion, 'blockNumber' | 'blockHash' | 'blockTimeMs'>;

/** The place of an anchor on the chain. Hashes are 0x-hex. */
export interface AnchorInclusion {
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly blockTimeMs: number;
  readonly transactionIndex: number;
  /** Position of the event within the receipt of its transaction. */
  readonly logPosition: number;
  readonly anchorIndex: bigint;
  /**
   * RLP, 0x-hex, of the block's header and of the trie nodes down to the transaction's receipt; set
   * with the state `final` where a node provides them.
   */
  readonly header?: string;
  readonly receiptProof?: readonly string[];
}

export interface ChainBlock {
  readonly number: bigint;
  /** 0x-hex. */
  readonly hash: string;
}

/** The arguments of the contract's `anchor` function. */
export interface AnchorCall {
  readonly oldSize: bigint;
  readonly newSize: bigint;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** A signed transaction; hex with 0x. */
export interface SignedTransaction {
  readonly nonce: number;
  readonly rawTransaction: string;
  readonly txHash: string;
}

/**
 * The state of a transaction on the chain. `unknown`: in no block, and perhaps not in the pool
 * either; `undecided`: the nodes do not agree yet.
 */
export type TransactionState =
  | { readonly state: 'unknown' | 'undecided' | 'reverted' | 'out-of-gas' }
  | { readonly state: 'mined' | 'final'; readonly inclusion: AnchorInclusion };

/**
 * The answer of a witness to a checkpoint; nothing in it is verified yet.
 */
export type CosignerAnswer =
  /** Signature lines, by the account of the witness. */
  | { readonly status: 'cosigned'; readonly lines: string }
  /** The witness has cosigned another size than the one that the request builds on. */
  | { readonly status: 'other-size'; readonly size: bigint }
  /** By its account, the checkpoint is not consistent with what it has cosigned. */
  | { readonly status: 'conflict'; readonly reason: Message }
  /** It does not know this log or this key. */
  | { readonly status: 'refused'; readonly reason: Message }
  /** No usable answer; `retryAfterMs` where the witness asks for a pause of that length. */
  | { readonly status: 'unavailable'; readonly reason: Message; readonly retryAfterMs?: number };

/** What a check of a ledger can find. The codes are API and are listed in PROTOCOL.md. */
export const STORE_PROBLEM_CODES = [
  'journal-damaged',
  'journal-torn-tail',
  'journal-behind',
  'segment-missing',
  'access-missing',
  'access-damaged',
  'access-contradicts',
  'access-record-wrong',
  'access-cut-young',
  'access-cut-unproven',
  'segment-misplaced',
  'segment-foreign',
  'record-damaged',
  'commit-damaged',
  'checkpoint-damaged',
  'directory-damaged',
  'index-unusable',
  'index-damaged',
  'content-missing',
  'content-damaged',
  'key-unreadable',
  'key-file-open',
  'key-malformed',
  'key-wrong',
] as const;

export type StoreProblemCode = (typeof STORE_PROBLEM_CODES)[number];

/** Damage to stored data, with its place as far as it is known. */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  readonly where: {
    readonly file?: string;
    readonly offset?: number;
    /** From `offset` on; 0 where data is missing. */
    readonly lengthBytes?: number;
    readonly seq?: number;
    readonly lastSeq?: number;
    readonly record?: bigint;
    readonly lastRecord?: bigint;
    readonly key?: string;
  };
  readonly message: Message;
  /** The step that repairs the damage. */
  readonly repair?: RepairStep;
}

/**
 * The scrubber's progress, kept across restarts so that frequent restarts do not leave data unread.
 */
export interface ScrubMemory {
  /** When the last complete pass ended; Unix milliseconds. */
  readonly lastPassMs?: number;
  /** The position of the current pass, in a form of the store. */
  readonly position?: string;
}

/*
 * The checks that every store makes on its caller, shared so that all stores refuse the same
 * things. `head-moved` is a regular answer; every other failure is a bug of the caller. Nothing is
 * written in either case.
 */

const ENTRY_BYTES = 33;
const HASH_BYTES = 32;
const MAX_LOOKUP_BYTES = 1024;

/** Throws `head-moved` unless the store's head is the expected one. */
export function requireHead(head: Head, expected: Pick<Head, 'size' | 'root'>): void {
  if (head.size === expected.size && equalBytes(head.root, expected.root)) return;
  throw new LedgerError('head-moved', { size: head.size, expected: expected.size });
}

/**
 * Asserts that the commit continues `head`. Whether the stated root is the root of the tree is for
 * the store to compute.
 */
export function checkCommit(head: Head, { items, head: next }: Commit): void {
  assert(
    next.size === head.size + BigInt(items.length),
    `commit of ${items.length} records leads from ${head.size} to ${next.size}`,
  );
  assert(
    Number.isSafeInteger(next.lastTimeMs) && next.lastTimeMs >= head.lastTimeMs,
    `last time falls from ${head.lastTimeMs} to ${next.lastTimeMs}`,
  );
  checkNoteStates(next.note, next.size, next.root);
  for (const { entry, mark, record } of items) {
    assert(entry.length === ENTRY_BYTES, `entry has ${entry.length} bytes, should have ${ENTRY_BYTES}`);
    assert(mark === undefined || mark.scope.length === HASH_BYTES, 'idempotency scope should have 32 bytes');
    assert(mark === undefined || mark.request.length === HASH_BYTES, 'idempotency request should have 32 bytes');
    for (const lookup of record.lookups) checkLookup(lookup);
  }
}

function checkLookup({ by, value }: Lookup): void {
  assert(/^[0-9A-Za-z]{1,32}$/.test(by), `look-up by ${JSON.stringify(by)} should be 1 to 32 letters and digits`);
  // a string has at most three times as many bytes as UTF-16 units: most need no encoding to know
  const isShort = value.length * 3 <= MAX_LOOKUP_BYTES || utf8Bytes(value).length <= MAX_LOOKUP_BYTES;
  assert(
    isShort && value.isWellFormed(),
    `look-up value should be well-formed text of at most ${MAX_LOOKUP_BYTES} bytes`,
  );
}

/** Asserts that published sizes only grow; `isKnown`: this size has been published before. */
export function checkPublish(
  head: Head,
  last: PublishedCheckpoint | undefined,
  isKnown: boolean,
  next: PublishedCheckpoint,
): void {
  assert(next.size <= head.size, `size ${next.size} is published, the tree has ${head.size}`);
  assert(
    last === undefined || next.size >= last.size || isKnown,
    `size ${next.size} is published for the first time after ${last?.size}`,
  );
  const stated = parseCheckpoint(parseNote(next.note).text).size;
  assert(stated === next.size, `note states size ${stated}, should state ${next.size}`);
}

/**
 * Asserts that ids have no gaps and that an ended job keeps its state, except for a final one whose
 * block the chain has dropped. `before` is the job that `next` replaces.
 */
export function checkAnchor(count: number, before: AnchorJob | undefined, next: AnchorJob): void {
  assert(Number.isSafeInteger(next.id) && next.id >= 0 && next.id <= count, `anchor ${next.id} after ${count} of them`);
  if (before === undefined || !isEnded(before)) return;
  const isReorged = before.state === 'final' && next.state === 'sent' && next.inclusion === undefined;
  assert(isReorged || next.state === before.state, `anchor ${next.id} goes from ${before.state} to ${next.state}`);
}

/** Whether the job is final or failed. */
export function isEnded(job: AnchorJob): boolean {
  return job.state === 'final' || job.state === 'failed';
}

function checkNoteStates(note: string, size: bigint, root: Uint8Array): void {
  const stated = parseCheckpoint(parseNote(note).text);
  assert(
    stated.size === size && equalBytes(stated.root, root),
    `note states another head than the one of size ${size}`,
  );
}

/**
 * The parts of a record that are not what its log entry (33 bytes) commits to; content of its own
 * is named by the digest that was registered.
 */
export function* recordFaults(record: LedgerRecord, entry: Uint8Array, hash: Sha256): Generator<Message> {
  const { header, sections, content } = record;
  if (!equalBytes(recordEntry(recordRoot(hash, header)), entry)) yield STORE_FAULTS.headerEntry;
  const opened = new Set(sections.map(({ name }) => name));
  for (const name of Object.keys(header.sections)) {
    if (!opened.has(name)) yield bilingual(STORE_FAULTS.sectionMissing, { name });
  }
  if (opened.size !== sections.length) yield STORE_FAULTS.sectionTwice;
  for (const section of sections) {
    if (toBase64(sectionCommitment(hash, section)) !== header.sections[section.name]) {
      yield bilingual(STORE_FAULTS.sectionDiffers, { name: section.name });
    }
  }
  const digests = sections.find(({ name }) => name === 'digests')?.value;
  const isOther = isJsonObject(digests) && content !== undefined && content !== digests['sha256'];
  if (isOther) yield STORE_FAULTS.contentOther;
}
