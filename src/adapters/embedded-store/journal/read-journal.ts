import { hash as nodeHash } from 'node:crypto';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { decodeFrame, type Frame, FRAME_OVERHEAD_BYTES, type FrameFault } from './frame.ts';
import { type FramePlace, JOURNAL_BEGIN, type JournalPosition } from './frame-place.ts';
import { damagedAt, type Segment } from './segments.ts';
import { findFrame, SegmentReader, UnreadableError } from './segment-reader.ts';

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
  readonly reason: Message;
  readonly torn: boolean;
  /** From `offset` to the end of the segment. */
  readonly lengthBytes: number;
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
      const fault = (reason: Message, torn: boolean): JournalFault => {
        const lengthBytes = segment.lengthBytes - offset;
        return { kind: 'fault', path: segment.path, segment: segment.number, offset, seq, reason, torn, lengthBytes };
      };
      // only the newest segment may be empty: a crash after it was created leaves it so
      if (segment.lengthBytes === 0 && (!isLast || segment.number === 0)) {
        yield fault(STORE_FAULTS.segmentEmptyInside, false);
        return;
      }
      while (offset < segment.lengthBytes) {
        let bytes: Buffer;
        let frame: Frame | FrameFault;
        let follower: Awaited<ReturnType<typeof findFrame>>;
        try {
          bytes = await reader.frame(offset, segment.lengthBytes);
          frame = decodeFrame(bytes);
          const isBadEnd = isLast && 'fault' in frame;
          follower = isBadEnd ? await findFrame(reader, offset + 1, segment.lengthBytes, seq) : undefined;
        } catch (error) {
          if (!(error instanceof UnreadableError)) throw error;
          yield fault(error.text, false);
          return;
        }
        if ('fault' in frame) {
          if (!isLast) yield fault(frame.fault, false);
          else if (follower === undefined) yield fault(frame.fault, true);
          else yield fault(bilingual(STORE_FAULTS.frameFollows, { reason: frame.fault, ...follower }), false);
          return;
        }
        const misplaced = orderFault(frame, seq, previousHash);
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

function orderFault(frame: Frame, expected: number, previousHash: Uint8Array): Message | undefined {
  if (frame.seq !== expected) return bilingual(STORE_FAULTS.seqDiffers, { found: frame.seq, expected });
  if (equalBytes(frame.previousHash, previousHash)) return undefined;
  return bilingual(STORE_FAULTS.previousHash, { before: expected - 1 });
}

/** The frame at a known place; fails with `journal-damaged` where it is another one. */
export async function readFrameAt(segments: readonly Segment[], place: FramePlace): Promise<JournalFrame> {
  const segment = segments[place.segment];
  if (segment === undefined) throw new Error(`internal: there is no segment ${place.segment}`);
  const reader = await SegmentReader.open(segment.path);
  try {
    const bytes = await reader.bytes(place.begin, place.end - place.begin).catch((error: unknown) => {
      if (!(error instanceof UnreadableError)) throw error;
      throw damagedAt(segment.path, place.begin, place.seq, error.text, error);
    });
    const frame = decodeFrame(bytes);
    if ('fault' in frame) throw damagedAt(segment.path, place.begin, place.seq, frame.fault);
    if (!equalBytes(nodeHash('sha256', bytes, 'buffer'), place.hash)) {
      throw damagedAt(segment.path, place.begin, place.seq, STORE_FAULTS.frameDiffers);
    }
    return { kind: 'frame', place, path: segment.path, payload: frame.payload, bytes };
  } finally {
    await reader.close();
  }
}
