import {
  type Head,
  type LedgerRecord,
  type PublishedCheckpoint,
  recordFaults,
  type StoreProblemCode,
} from '../../../log/model.ts';
import { type DirectoryHead, headAfter, personalFault } from '../../../people/model.ts';
import { equalBytes, toBase64, toHex } from '../../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../../protocol/encoding/hash.ts';
import type { KeysOfSize } from '../../../protocol/trust.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS, STORE_FAULTS } from '../../../text/store.ts';
import { decodeBody } from '../journal/body.ts';
import type { CommitPayload, DirectoryPayload, JournaledRecord } from '../journal/payload.ts';
import type { JournalFrame } from '../journal/read-journal.ts';
import { faultText } from '../store-fault.ts';
import { noteFault } from './note-check.ts';
import { type Problems, REPAIR } from './problems.ts';
import { receivedAtOf } from './record-check.ts';

export interface FrameCheckOptions {
  /** The keys that may sign the notes of this log, by tree size. */
  readonly vkeys: KeysOfSize;
  /**
   * Called for each record that owns content (hex SHA-256): content is stored elsewhere and the
   * caller checks it.
   */
  readonly onContent?: (record: bigint, sha256: string) => void;
}

/** Computes again what the frames of a journal state, one frame after the other. */
export class FrameCheck {
  readonly #options: FrameCheckOptions;
  readonly #hash: Sha256;
  readonly #problems: Problems;
  /** Root by size, of the commits since the last publication and of the published ones. */
  readonly #roots = new Map<bigint, Uint8Array>();
  readonly #publishedSizes = new Set<bigint>();
  #lastReceivedAtMs = 0;

  constructor(options: FrameCheckOptions, hash: Sha256, problems: Problems) {
    this.#options = options;
    this.#hash = hash;
    this.#problems = problems;
  }

  /** Checks a commit: its records, its time, and its head against the root of the tree. */
  commit(frame: JournalFrame, { firstIndex, items, head }: CommitPayload, beforeMs: number, root: Uint8Array): void {
    items.forEach((item, i) => this.#record(frame, firstIndex + BigInt(i), item, head));
    if (head.lastTimeMs < beforeMs) {
      const values = { before: beforeMs, found: head.lastTimeMs };
      this.report('commit-damaged', frame, bilingual(CHECK_FAULTS.timeFalls, values));
    }
    if (!equalBytes(root, head.root)) {
      const values = { size: head.size, found: toBase64(head.root), expected: toBase64(root) };
      this.report('commit-damaged', frame, bilingual(CHECK_FAULTS.rootDiffers, values));
    }
    const reason = noteFault(head.note, head.size, root, this.#options.vkeys);
    if (reason !== undefined) {
      this.report('commit-damaged', frame, bilingual(CHECK_FAULTS.note, { size: head.size, reason }));
    }
    this.#roots.set(head.size, root);
  }

  #record(frame: JournalFrame, index: bigint, item: JournaledRecord, head: Head): void {
    let record: LedgerRecord;
    try {
      record = decodeBody(item.body);
    } catch (error) {
      this.report('record-damaged', frame, faultText(error), index);
      return;
    }
    for (const reason of recordFaults(record, item.entry, this.#hash)) {
      this.report('record-damaged', frame, reason, index);
    }
    if (record.content !== undefined) this.#options.onContent?.(index, record.content);
    const receivedAtMs = receivedAtOf(record);
    if (receivedAtMs === undefined) return;
    if (receivedAtMs < this.#lastReceivedAtMs || receivedAtMs > head.lastTimeMs) {
      const values = { found: receivedAtMs, from: this.#lastReceivedAtMs, to: head.lastTimeMs };
      this.report('record-damaged', frame, bilingual(STORE_FAULTS.receivedAt, values), index);
    }
    this.#lastReceivedAtMs = Math.max(this.#lastReceivedAtMs, receivedAtMs);
  }

  /**
   * Checks a published note. Where all commits before it are known, its size must be one of theirs.
   */
  checkpoint(frame: JournalFrame, { size, note }: PublishedCheckpoint, areCommitsKnown: boolean): void {
    const root = this.#roots.get(size);
    const isUnknown = root === undefined && areCommitsKnown;
    const reason = isUnknown ? CHECK_FAULTS.noteSizeUnknown : noteFault(note, size, root, this.#options.vkeys);
    if (reason !== undefined) {
      this.report('checkpoint-damaged', frame, bilingual(CHECK_FAULTS.publishedNote, { size, reason }));
    }
    if (root !== undefined) this.#publishedSizes.add(size);
    for (const known of this.#roots.keys()) {
      if (known < size && !this.#publishedSizes.has(known)) this.#roots.delete(known);
    }
  }

  /**
   * Checks entries of the directory: their chain from the head `before` them, where that is known,
   * and their personal parts.
   */
  directory(frame: JournalFrame, { first, entries, head }: DirectoryPayload, before?: DirectoryHead): void {
    const { hash } = before === undefined ? head : headAfter(this.#hash, before, entries);
    if (!equalBytes(hash, head.hash)) {
      const values = { count: head.count, found: toHex(head.hash), expected: toHex(hash) };
      this.report('directory-damaged', frame, bilingual(STORE_FAULTS.directoryHash, values));
    }
    for (const [i, entry] of entries.entries()) {
      const reason = personalFault(this.#hash, entry);
      if (reason === undefined) continue;
      this.report('directory-damaged', frame, bilingual(STORE_FAULTS.directoryEntry, { seq: first + i, reason }));
    }
  }

  /** Reports what is wrong with a frame, or with one of its records. */
  report(code: StoreProblemCode, { path, place }: JournalFrame, message: Message, record?: bigint): void {
    const where = { file: path, offset: place.begin, seq: place.seq, ...(record === undefined ? {} : { record }) };
    this.#problems.add({
      code,
      where,
      message: record === undefined ? message : bilingual(STORE_FAULTS.record, { record, reason: message }),
      repair: REPAIR,
    });
  }
}
