import { hash as nodeHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { decodeFrame, FRAME_OVERHEAD_BYTES } from './frame.ts';
import { type JournalFrame, type Segment, segmentName } from './journal.ts';
import { findFrame, SegmentReader } from './segment-reader.ts';

/**
 * What lies in a journal that is not whole: stretches of frames that follow each other, and what is
 * lost between them.
 */
export type Piece = Run | Loss;

/** Frames that follow each other by seq and hash. */
export interface Run {
  readonly kind: 'run';
  readonly segment: Segment;
  readonly begin: number;
  readonly end: number;
  readonly firstSeq: number;
  /** What the first of them says to follow. */
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
  readonly reason: string;
}

export interface SegmentFiles {
  /** By number; there may be gaps. */
  readonly segments: readonly Segment[];
  /** Files that are called like segments, and wrongly. */
  readonly foreign: readonly string[];
}

/** As `listSegments`, but takes what it finds. */
export async function segmentFiles(folder: string): Promise<SegmentFiles> {
  const names = (await readdir(folder)).filter((name) => name.includes('.seg')).toSorted();
  const isNamed = (name: string) => /^[0-9]{8}\.seg$/.test(name);
  const segments: Segment[] = [];
  for (const name of names.filter(isNamed)) {
    const path = join(folder, name);
    segments.push({ number: Number(name.slice(0, 8)), path, lengthBytes: (await stat(path)).size });
  }
  return { segments, foreign: names.filter((name) => !isNamed(name)).map((name) => join(folder, name)) };
}

/**
 * All pieces from a position on, in the order of their frames, whatever the segments are called.
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

/** What holds no frame stays behind the segment before it. */
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
  return { kind: 'loss', code: 'segment-missing', path, offset: 0, lengthBytes: 0, reason: 'the segment is missing' };
}

function empty({ path }: Segment): Loss {
  const reason = 'the segment is empty';
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
      if (typeof frame === 'string') {
        if (run !== undefined) yield run;
        run = undefined;
        const next = await findFrame(reader, offset + 1, segment.lengthBytes);
        const lengthBytes = (next?.offset ?? segment.lengthBytes) - offset;
        yield { kind: 'loss', code: 'journal-damaged', path: segment.path, offset, lengthBytes, reason: frame };
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

/** The frames of a run, read again. */
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

/** The frame that was found at an offset, from bytes that were read there again. */
export function frameAt(bytes: Buffer, { path, number }: Omit<Segment, 'lengthBytes'>, begin: number): JournalFrame {
  const frame = decodeFrame(bytes);
  if (typeof frame === 'string') throw new Error(`${path} at offset ${begin} has changed: ${frame}`);
  const whole = bytes.subarray(0, frame.payload.length + FRAME_OVERHEAD_BYTES);
  const hash = nodeHash('sha256', whole, 'buffer');
  const place = { seq: frame.seq, segment: number, begin, end: begin + whole.length, hash };
  return { kind: 'frame', place, path, payload: frame.payload, bytes: whole };
}
