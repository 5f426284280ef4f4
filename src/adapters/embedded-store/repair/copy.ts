import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopiedFile } from '../../../operations/ports.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import type { Head } from '../../../log/model.ts';
import { damagedAt, listSegments, segmentName, syncSegment } from '../journal/segments.ts';
import { readJournal } from '../journal/read-journal.ts';
import { decodePayload, type Payload } from '../journal/payload.ts';
import { journalFolder } from '../folders.ts';

export interface CopiedJournal {
  /** Of the last commit in the copy. */
  readonly head: Head;
  readonly segments: readonly CopiedFile[];
}

/**
 * Copies a journal that may be growing meanwhile into an existing empty folder: only whole frames,
 * each checked (crc, seq, hash of the one before), as many as existed when it began. No lock is
 * needed: a segment is complete before the next one is created, what lies before the end of the
 * newest one does not change, and what is half written at its end is left out. `onPayload` gets the
 * payload of each frame in order.
 *
 * A frame can be read before it is durable. The source is synced after reading, so that the copy
 * never holds what a power cut may still take from the ledger.
 */
export async function copyJournal(
  dir: string,
  to: string,
  onPayload: (payload: Payload) => void,
): Promise<CopiedJournal> {
  const segments = await listSegments(journalFolder(dir));
  const done: CopiedFile[] = [];
  let head: Head | undefined;
  let copy: SegmentCopy | undefined;
  try {
    for await (const read of readJournal(segments)) {
      if (read.kind === 'fault') {
        if (read.torn) break;
        throw damagedAt(read.path, read.offset, read.seq, read.reason);
      }
      if (copy?.number !== read.place.segment) {
        if (copy !== undefined) done.push(await copy.finish());
        copy = await SegmentCopy.create(to, read.place.segment);
      }
      await copy.write(read.bytes);
      const payload = decodePayload(read.payload);
      if (payload.kind === 'commit') head = payload.head;
      onPayload(payload);
    }
    if (copy === undefined || head === undefined) {
      const values = { folder: journalFolder(dir), reason: STORE_FAULTS.noCommit };
      throw new LedgerError('journal-damaged', { reason: bilingual(STORE_FAULTS.inFolder, values) });
    }
    done.push(await copy.finish());
  } finally {
    await copy?.close();
  }
  await syncSegment(segments.at(-1)!.path);
  await syncFolder(to);
  return { head, segments: done };
}

class SegmentCopy {
  readonly number: number;
  readonly #handle: FileHandle;
  readonly #sha256 = createHash('sha256');
  #lengthBytes = 0;
  #isOpen = true;

  private constructor(number: number, handle: FileHandle) {
    this.number = number;
    this.#handle = handle;
  }

  static async create(folder: string, number: number): Promise<SegmentCopy> {
    return new SegmentCopy(number, await open(join(folder, segmentName(number)), 'wx', 0o600));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.writeFile(bytes); // writes all bytes, from where the last frame ended
    this.#sha256.update(bytes);
    this.#lengthBytes += bytes.length;
  }

  async finish(): Promise<CopiedFile> {
    await this.#handle.sync();
    await this.close();
    return { name: segmentName(this.number), lengthBytes: this.#lengthBytes, sha256: this.#sha256.digest('hex') };
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#handle.close();
    this.#isOpen = false;
  }
}
