import { FIRST_PREVIOUS_HASH } from './frame.ts';

/** Where a frame lies in the journal, and the hash of its bytes. */
export interface FramePlace {
  readonly seq: number;
  readonly segment: number;
  /** Offsets within the segment: bytes [begin, end). */
  readonly begin: number;
  readonly end: number;
  /** SHA-256 of all bytes of the frame. */
  readonly hash: Uint8Array;
}

/** Where the next frame goes, and which frame it must follow. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
  readonly seq: number;
  readonly previousHash: Uint8Array;
}

export const JOURNAL_BEGIN: JournalPosition = { segment: 0, offset: 0, seq: 0, previousHash: FIRST_PREVIOUS_HASH };

/** The position right behind a frame, in the same segment. */
export function positionAfter({ segment, end, seq, hash }: FramePlace): JournalPosition {
  return { segment, offset: end, seq: seq + 1, previousHash: hash };
}
