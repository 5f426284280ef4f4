import { parseTimestamp } from '../text/time.ts';
import type { RecordState, StateSizes } from '../text/record-states.ts';
import type { ServerContext } from './context.ts';
import { sectionOf } from './records.ts';

/** The records of a listing lie in [from, to). */
export interface IndexRange {
  readonly from: bigint;
  readonly to: bigint;
}

export function intersection(ranges: readonly IndexRange[]): IndexRange {
  return ranges.reduce((all, { from, to }) => ({
    from: from > all.from ? from : all.from,
    to: to < all.to ? to : all.to,
  }));
}

/** The records in a state: a state is a range, since a larger index is never further. */
export function rangeInState(state: RecordState, { final, anchored, published }: StateSizes, size: bigint): IndexRange {
  const inBlock = larger(final, anchored);
  const shown = larger(inBlock, published);
  const ranges = {
    final: { from: 0n, to: final },
    anchored: { from: final, to: inBlock },
    published: { from: inBlock, to: shown },
    registered: { from: shown, to: size },
  };
  return ranges[state];
}

/**
 * The records received in [sinceMs, untilMs), Unix milliseconds, of a tree of `size`. The time of
 * records never falls, so that some thirty of them are read. Throws `index-damaged`.
 */
export async function rangeReceived(
  context: ServerContext,
  { sinceMs, untilMs }: { readonly sinceMs: number | undefined; readonly untilMs: number | undefined },
  size: bigint,
): Promise<IndexRange> {
  const from = sinceMs === undefined ? 0n : await firstReceived(context, sinceMs, size);
  const to = untilMs === undefined ? size : await firstReceived(context, untilMs, size);
  return { from, to };
}

/** The least index of a record received at this time or later; `size` where there is none. */
async function firstReceived({ log }: ServerContext, ms: number, size: bigint): Promise<bigint> {
  let [low, high] = [0n, size];
  while (low < high) {
    const middle = (low + high) / 2n;
    const receivedAt = sectionOf(await log.record(middle), 'time')['receivedAt'];
    if (typeof receivedAt === 'string' && parseTimestamp(receivedAt) < ms) low = middle + 1n;
    else high = middle;
  }
  return low;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
