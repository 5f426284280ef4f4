const DAY_MS = 24 * 60 * 60 * 1000;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_DAY = 4;

/** How many days, weeks and months keep their newest backup; undefined counts as 0. */
export interface KeepPolicy {
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
}

/**
 * The times of backups, in Unix milliseconds, that a policy keeps: of the last N days, weeks (from
 * Monday) and months in which there is a backup, each by UTC, the newest one; and the newest of
 * all. Periods without a backup do not count, so a clock that was wrong for a while removes nothing
 * more.
 */
export function timesToKeep(timesMs: readonly number[], { daily = 0, weekly = 0, monthly = 0 }: KeepPolicy): number[] {
  const newestFirst = timesMs.toSorted((a, b) => b - a);
  const kept = new Set(newestFirst.slice(0, 1));
  for (const [periodOf, count] of [
    [dayOf, daily],
    [weekOf, weekly],
    [monthOf, monthly],
  ] as const) {
    const periods = new Set<number>();
    for (const time of newestFirst) {
      if (periods.size === count) break;
      if (periods.has(periodOf(time))) continue;
      periods.add(periodOf(time));
      kept.add(time);
    }
  }
  return [...kept].toSorted((a, b) => a - b);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

function weekOf(timeMs: number): number {
  return Math.floor((dayOf(timeMs) - FIRST_MONDAY_DAY) / 7);
}

function monthOf(timeMs: number): number {
  const time = new Date(timeMs);
  return time.getUTCFullYear() * 12 + time.getUTCMonth();
}
