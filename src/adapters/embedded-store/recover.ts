import { LedgerError } from '../../text/ledger-error.ts';
import type { TornTail } from '../../operations/ports.ts';
import { equalBytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { applyWhole, parsePlace, type Applied, type FramePlace, type IndexState } from './index/apply.ts';
import { unusable, type IndexDatabase } from './index/index-database.ts';
import {
  cutTail,
  damaged,
  listSegments,
  readFrameAt,
  readJournal,
  segmentBegin,
  segmentName,
  settleEnd,
  type JournalFault,
  type JournalFrame,
  type JournalPosition,
  type Segment,
} from './journal/journal.ts';
import { decodePayload } from './journal/payload.ts';
import { frameKey, type Row } from './index/rows.ts';
import { requireNoGap, loadState } from './index/state.ts';

export interface RecoverOptions {
  readonly externalSize?: bigint;
  readonly onTornTail?: (tail: TornTail) => void;
}

/**
 * Brings index and journal together: the state of the last whole frame, which is durable then, and
 * where the next one goes.
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
    await index.write(rows); // a frame follows this one: so it is durable
    ({ rows, state } = applyFrame(hasher, state, read));
    last = read;
    place = read.place;
  }
  await settleEnd(folder, last);
  await index.write(rows);
  const next = positionAfter(place);
  // a new segment that was created and not yet written to
  const isInEmptySegment = place.segment < segments.length - 1;
  return { state, next: isInEmptySegment ? { ...next, segment: place.segment + 1, offset: 0 } : next };
}

/** Replays one frame that was read; a whole frame that cannot be applied is damage. */
export function applyFrame(hasher: TreeHasher, state: IndexState, { payload, path, place }: JournalFrame): Applied {
  try {
    return applyWhole(hasher, state, decodePayload(payload), place);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw damaged(path, place.begin, place.seq, reason, cause);
  }
}

export function positionAfter({ segment, end, seq, hash }: FramePlace): JournalPosition {
  return { segment, offset: end, seq: seq + 1, previousHash: hash };
}

/** Whatever is wrong in what the state is loaded from, the journal can make the index again. */
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
    throw unusable(index.folder, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * The index must not know frames that the journal does not have: they were acknowledged, and are
 * lost.
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
  throw new LedgerError('journal-damaged', {
    detail:
      `journal has lost frames seq ${first.seq}..${last.seq}, which the index has: the first should lie in ${segmentName(first.segment)} ` +
      `at offset ${first.begin}, the newest segment ${newest.path} has ${newest.lengthBytes} bytes`,
  });
}

function hasFrame(segments: readonly Segment[], place: FramePlace): boolean {
  const segment = segments[place.segment];
  return segment !== undefined && segment.lengthBytes >= place.end;
}

/**
 * Up to the frame that the index ends with, each segment begins and ends where the index saw it
 * begin and end.
 */
async function requireBoundaries(segments: readonly Segment[], index: IndexDatabase, last: FramePlace): Promise<void> {
  for (const segment of segments.slice(1, last.segment + 1)) {
    const begin = await segmentBegin(segment);
    const seq = begin === undefined || begin.seq > BigInt(last.seq) ? 0 : Number(begin.seq);
    const first = seq === 0 ? undefined : await placeOf(index, seq);
    if (begin === undefined || first?.segment !== segment.number || first.begin !== 0) {
      throw damaged(segment.path, 0, seq, `segment begins with frame ${begin?.seq}, which does not belong there`);
    }
    const before = await placeOf(index, seq - 1);
    const previous = segments[segment.number - 1]!;
    if (previous.lengthBytes !== before.end) {
      const reason = `segment has ${previous.lengthBytes} bytes, should have ${before.end}`;
      throw damaged(previous.path, Math.min(previous.lengthBytes, before.end), seq, reason);
    }
    if (!equalBytes(begin.previousHash, before.hash)) {
      throw damaged(segment.path, 0, seq, `frame does not follow frame ${seq - 1}: another previous hash`);
    }
  }
}

async function placeOf(index: IndexDatabase, seq: number): Promise<FramePlace> {
  return parsePlace(seq, await index.getOrThrow(frameKey(seq)));
}

async function cutIfTorn(fault: JournalFault, state: IndexState, options: RecoverOptions): Promise<void> {
  const { path, offset, seq, reason, lengthBytes } = fault;
  if (!fault.torn) throw damaged(path, offset, seq, reason);
  // The index does not know this frame (it was read up to where the index ends, and beyond). Does
  // the world outside?
  const { externalSize = 0n } = options;
  if (externalSize > state.head.size) {
    throw damaged(
      path,
      offset,
      seq,
      `${reason}; the tree before it has ${state.head.size} records, ${externalSize} were seen outside`,
    );
  }
  await cutTail(path, offset);
  options.onTornTail?.({ file: path, offset, seq, lengthBytes });
}
