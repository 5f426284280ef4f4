import { hash as nodeHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import { StoreFault } from '../store-fault.ts';
import { encodeFrame } from './frame.ts';
import { type FramePlace, JOURNAL_BEGIN, type JournalPosition, positionAfter } from './frame-place.ts';
import type { JournalFrame } from './read-journal.ts';
import { segmentName } from './segments.ts';

export const DEFAULT_SEGMENT_BYTES: number = 64 * 1024 * 1024;

/** A frame that is ready to be appended, and the place it will have. */
export interface PreparedFrame {
  readonly bytes: Buffer;
  readonly place: FramePlace;
}

/**
 * The writing end of the ledger of record: frames in `00000000.seg`, `00000001.seg` …, only ever
 * appended to. One write and one `fdatasync` make a frame; a new segment is created and its folder
 * synced before it is used. Nothing here changes a byte that was synced; the one exception,
 * `cutTail`, removes what never was.
 *
 * After `append` has thrown (other than `too-many-files`), what is on disk is unknown: it must not
 * be used again, only read after a restart.
 */
export class Journal {
  readonly #folder: string;
  readonly #segmentBytes: number;
  #handle: FileHandle;
  #next: JournalPosition;

  private constructor(folder: string, segmentBytes: number, handle: FileHandle, next: JournalPosition) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#handle = handle;
    this.#next = next;
  }

  /** Creates the first segment, empty; the folder must exist. */
  static async create(folder: string, segmentBytes: number): Promise<Journal> {
    return new Journal(folder, segmentBytes, await createSegment(folder, 0), JOURNAL_BEGIN);
  }

  /** `next` is where reading ended: nothing may lie behind it. */
  static async open(folder: string, segmentBytes: number, next: JournalPosition): Promise<Journal> {
    const handle = await open(join(folder, segmentName(next.segment)), 'r+');
    return new Journal(folder, segmentBytes, handle, next);
  }

  prepare(payload: Uint8Array): PreparedFrame {
    const { seq, previousHash } = this.#next;
    const bytes = encodeFrame({ seq, previousHash, payload });
    const isFull = this.#next.offset > this.#segmentBytes;
    const segment = isFull ? this.#next.segment + 1 : this.#next.segment;
    const begin = isFull ? 0 : this.#next.offset;
    return {
      bytes,
      place: { seq, segment, begin, end: begin + bytes.length, hash: nodeHash('sha256', bytes, 'buffer') },
    };
  }

  /**
   * Appends a prepared frame; durable when it resolves. After `too-many-files` nothing was written,
   * and it may be called again.
   */
  async append({ bytes, place }: PreparedFrame): Promise<void> {
    if (place.seq !== this.#next.seq) throw new Error(`internal: frame ${place.seq} is not the next one`);
    if (place.segment !== this.#next.segment) {
      const full = this.#handle;
      this.#handle = await createSegment(this.#folder, place.segment);
      await full.close();
    }
    await writeDurably(this.#handle, bytes, place.begin);
    this.#next = positionAfter(place);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * Makes the end of a journal durable that was read to its end, before anything reports what is in
 * it. What a killed process wrote and did not sync is found whole in memory, which proves nothing
 * about the disk: the last frame, or the name of the last segment. Everything before was synced
 * before that was written. The frame is written once more, the same bytes: after a failed sync,
 * Linux takes the pages for clean and another sync skips them.
 */
export async function settleEnd(folder: string, { path, place, bytes }: JournalFrame): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await writeDurably(handle, bytes, place.begin);
  } finally {
    await handle.close();
  }
  await syncFolder(folder);
}

/** Removes a torn tail, durably. */
export async function cutTail(path: string, offset: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(offset);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** One write and one sync: durable when it resolves. */
async function writeDurably(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, offset);
  if (bytesWritten !== bytes.length) {
    const values = { written: bytesWritten, length: bytes.length, offset };
    throw new StoreFault(bilingual(STORE_FAULTS.writtenInPart, values));
  }
  await handle.datasync();
}

/**
 * Creates a segment and makes its name durable. Fails with `too-many-files`, having created
 * nothing, where the process has no file handle left: both handles that are needed are opened
 * first, and the system allocates a handle before it creates the file.
 */
async function createSegment(folder: string, number: number): Promise<FileHandle> {
  // as in syncFolder: Windows has no such call and needs none
  const folderHandle = process.platform === 'win32' ? undefined : await openOrRefuse(folder, 'r');
  try {
    const handle = await openOrRefuse(join(folder, segmentName(number)), 'wx');
    await folderHandle?.sync();
    return handle;
  } finally {
    await folderHandle?.close();
  }
}

async function openOrRefuse(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EMFILE' && code !== 'ENFILE') throw cause;
    throw new LedgerError('too-many-files', { file: path, cause });
  }
}
