import { LedgerError } from '../../../text/ledger-error.ts';
import { hash as nodeHash } from 'node:crypto';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../files/sync-folder.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import type { FramePlace } from '../index/apply.ts';
import {
  decodeFrame,
  encodeFrame,
  FIRST_PREVIOUS_HASH,
  FRAME_HEADER_BYTES,
  FRAME_OVERHEAD_BYTES,
  type Frame,
} from './frame.ts';
import { findFrame, SegmentReader, UnreadableError } from './segment-reader.ts';

/**
 * The ledger of record: frames in `00000000.seg`, `00000001.seg` …, only ever appended to. One
 * write and one `fdatasync` make a frame; a new segment is created and its folder synced before it
 * is used. Nothing here changes a byte that was synced; the one exception, `cutTail`, removes what
 * never was.
 */

export const DEFAULT_SEGMENT_BYTES: number = 64 * 1024 * 1024;

export interface Segment {
  readonly number: number;
  readonly path: string;
  readonly lengthBytes: number;
}

/** Where the next frame is to be, and what it must follow. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
  readonly seq: number;
  readonly previousHash: Uint8Array;
}

export const JOURNAL_BEGIN: JournalPosition = { segment: 0, offset: 0, seq: 0, previousHash: FIRST_PREVIOUS_HASH };

/** A frame that was read, with its place. */
export interface JournalFrame {
  readonly kind: 'frame';
  readonly place: FramePlace;
  readonly path: string;
  readonly payload: Uint8Array;
  /** The whole frame, of which the payload is a part. */
  readonly bytes: Uint8Array;
}

/**
 * Where the journal cannot be read further. `torn`: what a crash within the last write leaves, and
 * nothing else would.
 */
export interface JournalFault {
  readonly kind: 'fault';
  readonly path: string;
  readonly segment: number;
  readonly offset: number;
  readonly seq: number;
  readonly reason: string;
  readonly torn: boolean;
  /** From `offset` to the end of the segment. */
  readonly lengthBytes: number;
}

export function segmentName(number: number): string {
  return `${number.toString().padStart(8, '0')}.seg`;
}

export function damaged(path: string, offset: number, seq: number, reason: string, cause?: unknown): LedgerError {
  return new LedgerError('journal-damaged', {
    detail: `journal ${path} at offset ${offset}, seq ${seq}: ${reason}`,
    cause,
  });
}

/**
 * All segments in order; fails with `journal-damaged` where one is missing or is not called what it
 * should be.
 */
export async function listSegments(folder: string): Promise<Segment[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.includes('.seg')).toSorted();
  } catch (cause) {
    throw new LedgerError('journal-damaged', { detail: `journal folder ${folder} cannot be read`, cause });
  }
  if (names.length === 0)
    throw new LedgerError('journal-damaged', { detail: `journal folder ${folder} has no segment ${segmentName(0)}` });
  const segments: Segment[] = [];
  for (const [number, name] of names.entries()) {
    if (name !== segmentName(number)) {
      const reason = `segment ${segmentName(number)} is missing, ${name} is in its place`;
      throw new LedgerError('journal-damaged', { detail: `journal folder ${folder}: ${reason}` });
    }
    const path = join(folder, name);
    segments.push({ number, path, lengthBytes: (await stat(path)).size });
  }
  return segments;
}

/**
 * Every frame from a position on, in order, read in pieces and checked: length, crc, seq, and the
 * hash of the frame before. Ends after the last frame, or with one fault.
 */
export async function* readJournal(
  segments: readonly Segment[],
  from: JournalPosition = JOURNAL_BEGIN,
): AsyncGenerator<JournalFrame | JournalFault> {
  let { seq, previousHash } = from;
  for (const segment of segments.slice(from.segment)) {
    const isLast = segment.number === segments.length - 1;
    let offset = segment.number === from.segment ? from.offset : 0;
    const reader = await SegmentReader.open(segment.path);
    try {
      const fault = (reason: string, torn: boolean): JournalFault => {
        const lengthBytes = segment.lengthBytes - offset;
        return { kind: 'fault', path: segment.path, segment: segment.number, offset, seq, reason, torn, lengthBytes };
      };
      // only the newest segment may be empty: a crash after it was created leaves it so
      if (segment.lengthBytes === 0 && (!isLast || segment.number === 0)) {
        yield fault('segment is empty, should begin with a frame', false);
        return;
      }
      while (offset < segment.lengthBytes) {
        let bytes: Buffer;
        let frame: Frame | string;
        let follower: Awaited<ReturnType<typeof findFrame>>;
        try {
          bytes = await reader.frame(offset, segment.lengthBytes);
          frame = decodeFrame(bytes);
          const isBadEnd = isLast && typeof frame === 'string';
          follower = isBadEnd ? await findFrame(reader, offset + 1, segment.lengthBytes, seq) : undefined;
        } catch (error) {
          if (!(error instanceof UnreadableError)) throw error;
          yield fault(error.message, false);
          return;
        }
        if (typeof frame === 'string') {
          if (!isLast) yield fault(frame, false);
          else if (follower === undefined) yield fault(frame, true);
          else yield fault(`${frame}; a whole frame ${follower.seq} follows at offset ${follower.offset}`, false);
          return;
        }
        const misplaced = faultOf(frame, seq, previousHash);
        if (misplaced !== undefined) {
          yield fault(misplaced, false);
          return;
        }
        const whole = bytes.subarray(0, frame.payload.length + FRAME_OVERHEAD_BYTES);
        const end = offset + whole.length;
        const hash = nodeHash('sha256', whole, 'buffer');
        const place: FramePlace = { seq, segment: segment.number, begin: offset, end, hash };
        yield { kind: 'frame', place, path: segment.path, payload: frame.payload, bytes: whole };
        offset = end;
        previousHash = hash;
        seq++;
      }
    } finally {
      await reader.close();
    }
  }
}

function faultOf(frame: Frame, seq: number, previousHash: Uint8Array): string | undefined {
  if (frame.seq !== seq) return `frame has seq ${frame.seq}, should have ${seq}`;
  if (!equalBytes(frame.previousHash, previousHash))
    return `frame does not follow frame ${seq - 1}: another previous hash`;
  return undefined;
}

/** The frame that begins at a known place, if it is still the same one. */
export async function readFrameAt(segments: readonly Segment[], place: FramePlace): Promise<JournalFrame> {
  const segment = segments[place.segment];
  if (segment === undefined) throw new Error(`internal: segment ${place.segment} is not there`);
  const reader = await SegmentReader.open(segment.path);
  try {
    const bytes = await reader.bytes(place.begin, place.end - place.begin).catch((error: unknown) => {
      if (!(error instanceof UnreadableError)) throw error;
      throw damaged(segment.path, place.begin, place.seq, error.message, error);
    });
    const frame = decodeFrame(bytes);
    if (typeof frame === 'string') throw damaged(segment.path, place.begin, place.seq, frame);
    if (!equalBytes(nodeHash('sha256', bytes, 'buffer'), place.hash)) {
      throw damaged(segment.path, place.begin, place.seq, 'frame is another one than the index was made from');
    }
    return { kind: 'frame', place, path: segment.path, payload: frame.payload, bytes };
  } finally {
    await reader.close();
  }
}

/**
 * The seq and previous hash that a segment begins with, unchecked; undefined where they are not
 * there to be read.
 */
export async function segmentBegin(
  segment: Segment,
): Promise<{ readonly seq: bigint; readonly previousHash: Buffer } | undefined> {
  const reader = await SegmentReader.open(segment.path);
  try {
    const header = await reader.bytes(0, FRAME_HEADER_BYTES);
    if (header.length < FRAME_HEADER_BYTES) return undefined;
    return { seq: header.readBigUInt64BE(4), previousHash: header.subarray(12) };
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  } finally {
    await reader.close();
  }
}

/** Waits until all that was written to a segment is durable, whoever wrote it. */
export async function syncSegment(path: string): Promise<void> {
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r'); // Windows syncs only what may be written
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes the end of a journal durable that was read to its end; to be done before anybody is told
 * what is in it. What a process wrote and did not live to sync is found whole in memory, which says
 * nothing of the disk: the last frame, or the name of the last segment. Everything before was
 * synced before that was written. The frame is written once more, the same bytes: after a sync that
 * failed, Linux takes the pages for clean and another sync skips them.
 */
export async function settleEnd(folder: string, { path, place, bytes }: JournalFrame): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await writeWhole(handle, bytes, place.begin);
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

/** A frame that is ready to be appended, and the place it will have. */
export interface PreparedFrame {
  readonly bytes: Buffer;
  readonly place: FramePlace;
}

/**
 * The writing end. After `append` has thrown (other than `too-many-files`), what is on disk is
 * unknown: it must not be used again, only read anew after a restart.
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

  /** The first segment, empty; the folder must exist. */
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
   * Durable when it resolves. After `too-many-files` nothing was written, and it may be called
   * again.
   */
  async append({ bytes, place }: PreparedFrame): Promise<void> {
    if (place.seq !== this.#next.seq) throw new Error(`internal: frame ${place.seq} is not the next one`);
    if (place.segment !== this.#next.segment) {
      const full = this.#handle;
      this.#handle = await createSegment(this.#folder, place.segment);
      await full.close();
    }
    await writeWhole(this.#handle, bytes, place.begin);
    this.#next = { segment: place.segment, offset: place.end, seq: place.seq + 1, previousHash: place.hash };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** One write and one sync: durable when it resolves. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, offset);
  if (bytesWritten !== bytes.length) {
    throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written at offset ${offset}`);
  }
  await handle.datasync();
}

/**
 * Fails with `too-many-files`, having made nothing, where the process has no file handle left: both
 * handles that are needed are opened first, and the system hands out a handle before it creates the
 * file.
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
    throw new LedgerError('too-many-files', {
      detail: `${path} cannot be opened: no file handle is left (${code})`,
      cause,
    });
  }
}
