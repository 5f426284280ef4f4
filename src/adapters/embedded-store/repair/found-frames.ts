import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../../../protocol/encoding/bytes.ts';
import { bilingual } from '../../../text/message.ts';
import { REPAIR_FAULTS } from '../../../text/store.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { frameAt, framesOf, surveySegment } from '../journal/journal-survey.ts';
import type { JournalFrame } from '../journal/read-journal.ts';
import { SegmentReader } from '../journal/segment-reader.ts';
import type { Segment } from '../journal/segments.ts';
import { StoreFault } from '../store-fault.ts';

/** A whole frame in one of the files. */
export interface Found {
  readonly path: string;
  readonly place: FramePlace;
  readonly previousHash: Uint8Array;
}

/** By hash, the places where a frame was found; those in the journal itself come first. */
export type Frames = ReadonlyMap<string, readonly Found[]>;

/**
 * Finds the frames of every file that may hold some, including those that an earlier repair set
 * aside or did not finish.
 */
export async function framesIn(folders: readonly string[]): Promise<Frames> {
  const frames = new Map<string, Found[]>();
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /^[0-9]{8}\.(?:seg|repairing|damaged-)/.test(name));
    const isSegment = (name: string) => name.endsWith('.seg');
    for (const name of [...names.filter(isSegment), ...names.filter((each) => !isSegment(each))]) {
      const path = join(folder, name);
      const segment: Segment = { number: Number(name.slice(0, 8)), path, lengthBytes: (await stat(path)).size };
      for await (const piece of surveySegment(segment)) {
        if (piece.kind !== 'run') continue;
        let { previousHash } = piece;
        for await (const { place } of framesOf(piece)) {
          const key = hashKey(place.hash);
          frames.set(key, [...(frames.get(key) ?? []), { path, place, previousHash }]);
          previousHash = place.hash;
        }
      }
    }
  }
  return frames;
}

/**
 * Reads frames that were found. Each file is opened once, for most are read from one end to the
 * other.
 */
export class FrameReader {
  readonly #readers = new Map<string, SegmentReader>();

  async read({ path, place }: Found): Promise<JournalFrame> {
    const reader = this.#readers.get(path) ?? (await SegmentReader.open(path));
    this.#readers.set(path, reader);
    const frame = frameAt(
      await reader.bytes(place.begin, place.end - place.begin),
      { path, number: place.segment },
      place.begin,
    );
    if (!equalBytes(frame.place.hash, place.hash)) {
      throw new StoreFault(bilingual(REPAIR_FAULTS.changedMeanwhile, { file: path, offset: place.begin }));
    }
    return frame;
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
  }
}

/** A hash as a key of `Frames`. */
export function hashKey(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
