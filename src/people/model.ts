import { equalBytes, fromBase64, toBase64 } from '../protocol/encoding/bytes.ts';
import { hashOfParts, type Sha256 } from '../protocol/encoding/hash.ts';
import { parseJson } from '../protocol/encoding/json.ts';
import { members, text } from '../protocol/encoding/shape.ts';
import { SALT_BYTES, sectionCommitment } from '../protocol/record/section.ts';
import { errorText } from '../text/error-text.ts';
import { PeopleError } from '../text/people-error.ts';
import type { Message } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';

/**
 * The data that the directory exchanges with a store: entries in a chain of hashes, and the checks
 * that every store makes on them.
 */

export const MAX_EVENT_BYTES = 4096;
export const MAX_PERSONAL_BYTES = 16 * 1024;

/** One event as a store keeps it; the store interprets neither part. */
export interface DirectoryEntry {
  /** JCS of the event without its personal values, at most 4 KiB. */
  readonly event: string;
  /**
   * JCS of `{salt, value}`, at most 16 KiB; undefined where the event has none, or it was erased.
   */
  readonly personal: string | undefined;
}

/** The state of the directory as one hash: what a record of the log can state. */
export interface DirectoryHead {
  /** The number of its entries. */
  readonly count: number;
  /** 32 bytes; zero where there is no entry. */
  readonly hash: Uint8Array;
}

export const EMPTY_DIRECTORY: DirectoryHead = { count: 0, hash: new Uint8Array(32) };

const DIRECTORY_DOMAIN = 'evidence-ledger/directory/v1\0';

/**
 * The head after more entries: SHA-256(domain || 0x00 || hash before || event), one after the
 * other. Personal parts count by the commitments that their events hold.
 */
export function headAfter(hash: Sha256, head: DirectoryHead, entries: readonly DirectoryEntry[]): DirectoryHead {
  let last = head.hash;
  for (const { event } of entries) last = hashOfParts(hash, DIRECTORY_DOMAIN, last, event);
  return { count: head.count + entries.length, hash: last };
}

/** Throws `directory-moved` unless the head is the expected one. */
export function requireDirectoryHead(head: DirectoryHead, expected: DirectoryHead): void {
  if (head.count === expected.count && equalBytes(head.hash, expected.hash)) return;
  throw new PeopleError('directory-moved', { count: head.count, expected: expected.count });
}

/**
 * What is wrong with the personal part of an entry: it should be the one that the event commits to.
 * Undefined where nothing is wrong, or there is no personal part.
 */
export function personalFault(hash: Sha256, { event, personal }: DirectoryEntry): Message | undefined {
  if (personal === undefined) return undefined;
  try {
    const stated = members('event', parseJson('event', event, MAX_EVENT_BYTES))['personal'];
    return stated === personalCommitment(hash, personal) ? undefined : STORE_FAULTS.personalDiffers;
  } catch (error) {
    return errorText(error);
  }
}

/** Base64 of the salted hash of a personal part. Throws a `ProtocolError` where it is none. */
export function personalCommitment(hash: Sha256, personal: string): string {
  const opened = members('personal', parseJson('personal', personal, MAX_PERSONAL_BYTES), ['salt', 'value']);
  const salt = fromBase64('salt', text('salt', opened['salt'], 32), SALT_BYTES);
  return toBase64(sectionCommitment(hash, { name: 'personal', salt, value: opened['value']! }));
}
