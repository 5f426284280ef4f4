import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../../text/error-text.ts';
import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';
import { SegmentReader, UnreadableError } from './segment-reader.ts';

/** One file of the journal: `00000000.seg`, `00000001.seg` …. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  readonly lengthBytes: number;
}

export interface SegmentFiles {
  /** By number; numbers may be missing. */
  readonly segments: readonly Segment[];
  /** Files whose names contain `.seg` and are not those of segments. */
  readonly foreign: readonly string[];
}

const SEGMENT_NAME = /^[0-9]{8}\.seg$/;

export function segmentName(number: number): string {
  return `${number.toString().padStart(8, '0')}.seg`;
}

/** `journal-damaged` at a place in a segment. `path` is a file, or the name of a segment. */
export function damagedAt(path: string, offset: number, seq: number, reason: Message, cause?: unknown): LedgerError {
  const place = bilingual(STORE_FAULTS.atFrame, { file: path, offset, seq, reason });
  return new LedgerError('journal-damaged', { reason: place, cause });
}

/**
 * All segments in order; fails with `journal-damaged` where one is missing or has a wrong name.
 */
export async function listSegments(folder: string): Promise<Segment[]> {
  const damaged = (reason: Message, cause?: unknown) =>
    new LedgerError('journal-damaged', { reason: bilingual(STORE_FAULTS.inFolder, { folder, reason }), cause });
  const names = await segmentLikeNames(folder).catch((cause: unknown) => {
    throw damaged(bilingual(STORE_FAULTS.unreadable, { reason: errorText(cause) }), cause);
  });
  if (names.length === 0) throw damaged(bilingual(STORE_FAULTS.segmentNone, { expected: segmentName(0) }));
  const segments: Segment[] = [];
  for (const [number, name] of names.entries()) {
    const expected = segmentName(number);
    if (name !== expected) throw damaged(bilingual(STORE_FAULTS.segmentOther, { expected, found: name }));
    segments.push(await segmentAt(folder, name));
  }
  return segments;
}

/** The files of the journal folder, whatever is missing; for checks and repairs. */
export async function segmentFiles(folder: string): Promise<SegmentFiles> {
  const names = await segmentLikeNames(folder);
  const segments: Segment[] = [];
  for (const name of names.filter((each) => SEGMENT_NAME.test(each))) segments.push(await segmentAt(folder, name));
  const foreign = names.filter((name) => !SEGMENT_NAME.test(name));
  return { segments, foreign: foreign.map((name) => join(folder, name)) };
}

async function segmentLikeNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes('.seg')).toSorted();
}

async function segmentAt(folder: string, name: string): Promise<Segment> {
  const path = join(folder, name);
  return { number: Number(name.slice(0, 8)), path, lengthBytes: (await stat(path)).size };
}

/**
 * The seq and the previous hash that a segment begins with, unchecked; undefined where they cannot
 * be read.
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

/** Waits until all that any process wrote to a segment is durable. */
export async function syncSegment(path: string): Promise<void> {
  // Windows syncs only a file that was opened for writing
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
