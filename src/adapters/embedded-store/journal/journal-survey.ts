import { hash as nodeHash } from 'node:crypto';
import { join } from 'node:path';
import { bilingual, type Message } from '../../../text/message.ts';
import { REPAIR_FAULTS, STORE_FAULTS } from '../../../text/store.ts';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { decodeFrame, FRAME_OVERHEAD_BYTES } from './frame.ts';
import type { JournalFrame } from './read-journal.ts';
import { type Segment, segmentName } from './segments.ts';
import { StoreFault } from '../store-fault.ts';
import { findFrame, SegmentReader } from './segment-reader.ts';

/**
 * A part of a journal that is not whole: a run of frames that follow each other, or what is lost
 * between two runs.
 */
export type Piece = Run | Loss;

/** Frames that follow each other by seq and hash. */
export interface Run {
  readonly kind: 'run';
  readonly segment: Segment;
  readonly begin: number;
  readonly end: number;
  readonly firstSeq: number;
  /** Of the frame before, as the first of them states it. */
  readonly previousHash: Uint8Array;
  readonly lastSeq: number;
  readonly lastHash: Uint8Array;
}

/** Bytes that are no frame, or a place where bytes should be. */
export interface Loss {
  readonly kind: 'loss';
  readonly code: 'journal-damaged' | 'journal-behind' | 'segment-missing';
  readonly path: string;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly reason: Message;
}

/**
 * All pieces from a position on, in the order of their frames, whatever the names of the segments.
 */
export async function surveyJournal(
  folder: string,
  segments: readonly Segment[],
  from = { segment: 0, offset: 0 },
): Promise<Piece[]> {
  const groups: Piece[][] = [];
  let number = from.segment;
  for (const segment of segments.filter((each) => each.number >= from.segment)) {
    for (; number < segment.number; number++) attach(groups, [missing(folder, number)]);
    const pieces: Piece[] = [];
    for await (const piece of surveySegment(segment, number === from.segment ? from.offset : 0)) pieces.push(piece);
    if (segment.lengthBytes === 0 && segment !== segments.at(-1)) pieces.push(empty(segment));
    if (firstRun(pieces) === undefined) attach(groups, pieces);
    else groups.push(pieces);
    number++;
  }
  if (segments.length === 0) groups.push([missing(folder, 0)]);
  return groups.toSorted((a, b) => (firstRun(a)?.firstSeq ?? -1) - (firstRun(b)?.firstSeq ?? -1)).flat();
}

/** Pieces without a frame keep their place behind the segment before them. */
function attach(groups: Piece[][], pieces: readonly Piece[]): void {
  const last = groups.at(-1);
  if (last === undefined) groups.push([...pieces]);
  else last.push(...pieces);
}

function firstRun(pieces: readonly Piece[]): Run | undefined {
  return pieces.find((piece) => piece.kind === 'run');
}

function missing(folder: string, number: number): Loss {
  const path = join(folder, segmentName(number));
  return {
    kind: 'loss',
    code: 'segment-missing',
    path,
    offset: 0,
    lengthBytes: 0,
    reason: STORE_FAULTS.segmentMissing,
  };
}

function empty({ path }: Segment): Loss {
  const reason = STORE_FAULTS.segmentEmpty;
  return { kind: 'loss', code: 'journal-damaged', path, offset: 0, lengthBytes: 0, reason };
}

/** The pieces of one file, in their order. */
export async function* surveySegment(segment: Segment, from = 0): AsyncGenerator<Piece> {
  const reader = await SegmentReader.open(segment.path, { zeroUnreadable: true });
  try {
    let run: Run | undefined;
    let offset = from;
    while (offset < segment.lengthBytes) {
      const bytes = await reader.frame(offset, segment.lengthBytes);
      const frame = decodeFrame(bytes);
      if ('fault' in frame) {
        if (run !== undefined) yield run;
        run = undefined;
        const next = await findFrame(reader, offset + 1, segment.lengthBytes);
        const lengthBytes = (next?.offset ?? segment.lengthBytes) - offset;
        yield { kind: 'loss', code: 'journal-damaged', path: segment.path, offset, lengthBytes, reason: frame.fault };
        offset += lengthBytes;
        continue;
      }
      const end: number = offset + frame.payload.length + FRAME_OVERHEAD_BYTES;
      const lastHash = nodeHash('sha256', bytes.subarray(0, end - offset), 'buffer');
      if (run !== undefined && frame.seq === run.lastSeq + 1 && equalBytes(frame.previousHash, run.lastHash)) {
        run = { ...run, end, lastSeq: frame.seq, lastHash };
      } else {
        if (run !== undefined) yield run;
        const { seq, previousHash } = frame;
        const begun = { firstSeq: seq, previousHash: Buffer.from(previousHash), lastSeq: seq, lastHash };
        run = { kind: 'run', segment, begin: offset, end, ...begun };
      }
      offset = end;
    }
    if (run !== undefined) yield run;
  } finally {
    await reader.close();
  }
}

/** Reads the frames of a run again. */
export async function* framesOf({ segment, begin, end }: Run): AsyncGenerator<JournalFrame> {
  const reader = await SegmentReader.open(segment.path);
  try {
    for (let offset = begin; offset < end;) {
      const frame = frameAt(await reader.frame(offset, end), segment, offset);
      yield frame;
      offset = frame.place.end;
    }
  } finally {
    await reader.close();
  }
}

/**
 * The frame that a survey found at an offset, from bytes that were read there again. Throws a
 * `StoreFault` where it is no frame any more.
 */
export function frameAt(bytes: Buffer, { path, number }: Omit<Segment, 'lengthBytes'>, begin: number): JournalFrame {
  const frame = decodeFrame(bytes);
  if ('fault' in frame) {
    throw new StoreFault(bilingual(REPAIR_FAULTS.changedMeanwhile, { file: path, offset: begin }));
  }
  const whole = bytes.subarray(0, frame.payload.length + FRAME_OVERHEAD_BYTES);
  const hash = nodeHash('sha256', whole, 'buffer');
  const place = { seq: frame.seq, segment: number, begin, end: begin + whole.length, hash };
  return { kind: 'frame', place, path, payload: frame.payload, bytes: whole };
}
