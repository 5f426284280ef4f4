import { positionAfter, type FramePlace, type JournalPosition } from './journal/frame-place.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { STORE_FAULTS } from '../../text/store.ts';
import { faultText } from './store-fault.ts';
import type { Head } from '../../log/model.ts';
import type { TornTail } from '../../operations/ports.ts';
import { equalBytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { applyWhole, parsePlace, type Applied, type IndexState } from './index/apply.ts';
import { unusable, type IndexDatabase } from './index/index-database.ts';
import { cutTail, settleEnd } from './journal/journal.ts';
import { type JournalFrame, readFrameAt, readJournal, type JournalFault } from './journal/read-journal.ts';
import { damagedAt, listSegments, segmentBegin, segmentName, type Segment } from './journal/segments.ts';
import { decodePayload } from './journal/payload.ts';
import { frameKey } from './index/keys.ts';
import type { Row } from './index/rows.ts';
import { requireNoGap, loadState } from './index/state.ts';

export interface RecoverOptions {
  readonly externalSize?: (head: Head) => Promise<bigint>;
  readonly onTornTail?: (tail: TornTail) => void;
}

/**
 * Brings index and journal together. Resolves to the state of the last whole frame, which is
 * durable then, and to the place of the next one.
 */
export async function recover(
  folder: string,
  index: IndexDatabase,
  hash: Sha256,
  hasher: TreeHasher,
  options: RecoverOptions,
): Promise<{ readonly state: IndexState; readonly next: JournalPosition }> {
  const segments = await listSegments(folder);
  let { state, place } = await loadIndexed(index, hash, hasher);
  await requireCovered(segments, index, place);
  await requireBoundaries(segments, index, place);
  let last = await readFrameAt(segments, place);
  let rows: readonly Row[] = [];
  for await (const read of readJournal(segments, positionAfter(place))) {
    if (read.kind === 'fault') {
      await cutIfTorn(read, state, options);
      break;
    }
    await index.write(rows); // another frame follows this one: so it is durable
    ({ rows, state } = applyFrame(hasher, state, read));
    last = read;
    place = read.place;
  }
  await settleEnd(folder, last);
  await index.write(rows);
  const next = positionAfter(place);
  // a new segment was created and not yet written to
  const isInEmptySegment = place.segment < segments.length - 1;
  return { state, next: isInEmptySegment ? { ...next, segment: place.segment + 1, offset: 0 } : next };
}

/**
 * Replays one frame that was read; a whole frame that cannot be applied is damage
 * (`journal-damaged`).
 */
export function applyFrame(hasher: TreeHasher, state: IndexState, { payload, path, place }: JournalFrame): Applied {
  try {
    return applyWhole(hasher, state, decodePayload(payload), place);
  } catch (cause) {
    throw damagedAt(path, place.begin, place.seq, faultText(cause), cause);
  }
}

/**
 * Loads the state; any fault in what it is loaded from is `index-unusable`, for the journal can
 * make the index again.
 */
async function loadIndexed(
  index: IndexDatabase,
  hash: Sha256,
  hasher: TreeHasher,
): Promise<{ readonly state: IndexState; readonly place: FramePlace }> {
  try {
    const state = await loadState(index, hash, hasher);
    await requireNoGap(index, state);
    return { state, place: state.place! };
  } catch (cause) {
    throw unusable(index.folder, faultText(cause), cause);
  }
}

/**
 * Requires that the journal has all frames of which the index has rows: they were acknowledged, and
 * without them they are lost.
 */
async function requireCovered(segments: readonly Segment[], index: IndexDatabase, last: FramePlace): Promise<void> {
  if (hasFrame(segments, last)) return;
  let first = last;
  while (first.seq > 0) {
    const before = await placeOf(index, first.seq - 1);
    if (hasFrame(segments, before)) break;
    first = before;
  }
  const newest = segments.at(-1)!;
  const reason = bilingual(STORE_FAULTS.framesLost, {
    first: first.seq,
    last: last.seq,
    segment: segmentName(first.segment),
    offset: first.begin,
    newest: newest.path,
    length: newest.lengthBytes,
  });
  throw new LedgerError('journal-damaged', { reason });
}

function hasFrame(segments: readonly Segment[], place: FramePlace): boolean {
  const segment = segments[place.segment];
  return segment !== undefined && segment.lengthBytes >= place.end;
}

/**
 * Requires that each segment, up to the frame that the index ends with, begins and ends where it
 * did when the index was written.
 */
async function requireBoundaries(segments: readonly Segment[], index: IndexDatabase, last: FramePlace): Promise<void> {
  for (const segment of segments.slice(1, last.segment + 1)) {
    const begin = await segmentBegin(segment);
    const seq = begin === undefined || begin.seq > BigInt(last.seq) ? 0 : Number(begin.seq);
    const first = seq === 0 ? undefined : await placeOf(index, seq);
    if (begin === undefined || first?.segment !== segment.number || first.begin !== 0) {
      const reason =
        begin === undefined
          ? STORE_FAULTS.segmentBeginNone
          : bilingual(STORE_FAULTS.segmentBegin, { found: begin.seq });
      throw damagedAt(segment.path, 0, seq, reason);
    }
    const before = await placeOf(index, seq - 1);
    const previous = segments[segment.number - 1]!;
    if (previous.lengthBytes !== before.end) {
      const values = { found: previous.lengthBytes, expected: before.end };
      const reason = bilingual(STORE_FAULTS.segmentLength, values);
      throw damagedAt(previous.path, Math.min(previous.lengthBytes, before.end), seq, reason);
    }
    if (!equalBytes(begin.previousHash, before.hash)) {
      throw damagedAt(segment.path, 0, seq, bilingual(STORE_FAULTS.previousHash, { before: seq - 1 }));
    }
  }
}

async function placeOf(index: IndexDatabase, seq: number): Promise<FramePlace> {
  return parsePlace(seq, await index.getOrThrow(frameKey(seq)));
}

/** Cuts a tail that a crash left; a fault of any other kind is `journal-damaged`. */
async function cutIfTorn(fault: JournalFault, state: IndexState, options: RecoverOptions): Promise<void> {
  const { path, offset, seq, reason, lengthBytes } = fault;
  if (!fault.torn) throw damagedAt(path, offset, seq, reason);
  // The index has no row of this frame (it was read up to where the index ends, and beyond). A tree
  // size that is known outside of this ledger may still cover it.
  const externalSize = (await options.externalSize?.(state.head)) ?? 0n;
  if (externalSize > state.head.size) {
    const values = { reason, size: state.head.size, external: externalSize };
    throw damagedAt(path, offset, seq, bilingual(STORE_FAULTS.belowExternal, values));
  }
  await cutTail(path, offset);
  options.onTornTail?.({ file: path, offset, seq, lengthBytes });
}
