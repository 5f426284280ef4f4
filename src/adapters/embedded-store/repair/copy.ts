import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopiedFile } from '../../../operations/ports.ts';
import { linkFile } from '../../files/link-file.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import type { Head } from '../../../log/model.ts';
import { damagedAt, listSegments, segmentName, syncSegment } from '../journal/segments.ts';
import { readJournal } from '../journal/read-journal.ts';
import { decodePayload, type Payload } from '../journal/payload.ts';
import { journalFolder } from '../folders.ts';
import { EarlierSegment } from './earlier-segment.ts';

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
 * payload of each frame in order. Segments that an earlier copy, in the folder `earlier`, has byte
 * by byte are shared with it.
 *
 * A frame can be read before it is durable. The source is synced after reading, so that the copy
 * never holds what a power cut may still take from the ledger.
 */
export async function copyJournal(
  dir: string,
  { to, earlier }: { readonly to: string; readonly earlier: string | undefined },
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
        copy = await SegmentCopy.create(to, read.place.segment, earlier);
      }
      await copy.write(read.bytes);
      const payload = decodePayload(read.payload);
      if (payload.kind === 'commit') head = payload.head;
      onPayload(payload);
    }
    if (copy === undefined || head === undefined) return noCommitIn(dir);
    done.push(await copy.finish());
  } finally {
    await copy?.close();
  }
  await syncSegment(segments.at(-1)!.path);
  await syncFolder(to);
  return { head, segments: done };
}

/** Reads a journal to which nothing is appended: a torn end is damage (`journal-damaged`) too. */
export async function readWholeJournal(dir: string, onPayload: (payload: Payload) => void): Promise<Head> {
  let head: Head | undefined;
  for await (const read of readJournal(await listSegments(journalFolder(dir)))) {
    if (read.kind === 'fault') throw damagedAt(read.path, read.offset, read.seq, read.reason);
    const payload = decodePayload(read.payload);
    if (payload.kind === 'commit') head = payload.head;
    onPayload(payload);
  }
  return head ?? noCommitIn(dir);
}

function noCommitIn(dir: string): never {
  const values = { folder: journalFolder(dir), reason: STORE_FAULTS.noCommit };
  throw new LedgerError('journal-damaged', { reason: bilingual(STORE_FAULTS.inFolder, values) });
}

/**
 * One segment of a copy. As long as an earlier copy has the same bytes nothing is written; where it
 * has all of them and no more, its file gets a second name.
 */
class SegmentCopy {
  readonly number: number;
  readonly #path: string;
  readonly #sha256 = createHash('sha256');
  #earlier: EarlierSegment | undefined;
  #handle: FileHandle | undefined;
  #lengthBytes = 0;

  private constructor(number: number, path: string, earlier: EarlierSegment | undefined) {
    this.number = number;
    this.#path = path;
    this.#earlier = earlier;
  }

  static async create(folder: string, number: number, earlier: string | undefined): Promise<SegmentCopy> {
    const name = segmentName(number);
    const same = earlier === undefined ? undefined : await EarlierSegment.open(join(earlier, name));
    return new SegmentCopy(number, join(folder, name), same);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#earlier !== undefined && !(await this.#earlier.hasNext(bytes))) await this.#begin();
    if (this.#earlier === undefined) await (await this.#begin()).writeFile(bytes);
    this.#sha256.update(bytes);
    this.#lengthBytes += bytes.length;
  }

  async finish(): Promise<CopiedFile> {
    const isLinked = await this.#link();
    if (!isLinked) await (await this.#begin()).sync();
    await this.close();
    const sha256 = this.#sha256.digest('hex');
    return { name: segmentName(this.number), lengthBytes: this.#lengthBytes, sha256, isLinked };
  }

  async close(): Promise<void> {
    await this.#earlier?.close();
    await this.#handle?.close();
    [this.#earlier, this.#handle] = [undefined, undefined];
  }

  async #link(): Promise<boolean> {
    if (this.#earlier === undefined || !(await this.#earlier.hasEnded())) return false;
    return linkFile(this.#earlier.path, this.#path);
  }

  /** The file of this copy, with what the earlier one has of it. */
  async #begin(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    this.#handle = await open(this.#path, 'wx', 0o600);
    const earlier = this.#earlier;
    this.#earlier = undefined;
    try {
      if (earlier !== undefined) for await (const bytes of earlier.equalBytes()) await this.#handle.writeFile(bytes);
    } finally {
      await earlier?.close();
    }
    return this.#handle;
  }
}
