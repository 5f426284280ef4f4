const DAY_MS = 24 * 3_600_000;
/** A ledger may lie still for some months; a clock that is years ahead is found all the same. */
const MAX_IDLE_MS = 100 * DAY_MS;

/** What is known of the time without the clock. */
export interface ClockBoundParts {
  /** What the clock showed at the start, in Unix milliseconds. */
  readonly startMs: number;
  /** Time of the newest record at the start; 0: there is none. */
  readonly lastRecordMs: number;
  /** Milliseconds since the start, by a clock that nobody sets. */
  readonly elapsedMs: () => number;
}

/**
 * The latest time that the clock can rightly show, in Unix milliseconds, with a day to spare. Log
 * time never falls, so one record of a clock that is ahead would keep all others out until then.
 * While the service runs the time that passes is known; at its start only the newest record is, and
 * a ledger may have been idle.
 */
export function clockBound({ startMs, lastRecordMs, elapsedMs }: ClockBoundParts): () => number {
  const isPlausible = lastRecordMs === 0 || startMs <= lastRecordMs + MAX_IDLE_MS;
  const knownMs = isPlausible ? Math.max(startMs, lastRecordMs) : lastRecordMs;
  return () => knownMs + elapsedMs() + DAY_MS;
}
