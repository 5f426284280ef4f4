import { assert, integer, property, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { type KeepPolicy, timesToKeep } from '../../src/operations/keep-policy.ts';

const kept = (times: readonly string[], policy: KeepPolicy) =>
  timesToKeep(
    times.map((time) => Date.parse(time)),
    policy,
  ).map((time) => new Date(time).toISOString().slice(0, 13));

test('of each day the newest backup, and no more days than stated', () => {
  const times = ['2026-11-27T01:00Z', '2026-11-28T01:00Z', '2026-11-30T01:00Z', '2026-11-30T23:00Z'];
  expect(kept(times, { daily: 2 })).toEqual(['2026-11-28T01', '2026-11-30T23']);
  expect(kept(times, {})).toEqual(['2026-11-30T23']);
  expect(kept([], { daily: 2 })).toEqual([]);
});

test('weeks begin on Monday, months on the first, both by UTC', () => {
  const times = ['2026-11-29T23:59Z', '2026-11-30T00:00Z', '2026-12-01T00:00Z'];
  expect(kept(times, { weekly: 9 })).toEqual(['2026-11-29T23', '2026-12-01T00']);
  expect(kept(times, { monthly: 9 })).toEqual(['2026-11-30T00', '2026-12-01T00']);
});

test('a clock that was far ahead once costs one place, not all others', () => {
  const times = ['2026-11-28T01:00Z', '2026-11-29T01:00Z', '2026-11-30T01:00Z', '2099-01-01T01:00Z'];
  expect(kept(times, { daily: 3 })).toEqual(['2026-11-29T01', '2026-11-30T01', '2099-01-01T01']);
});

test('whatever the times: a subset with the newest, at most as many as the rules add up to, and stable', () => {
  const times = uniqueArray(integer({ min: 0, max: 4_000_000_000_000 }), { maxLength: 60 });
  const count = integer({ min: 0, max: 12 });
  assert(
    property(times, count, count, count, (all, daily, weekly, monthly) => {
      const policy = { daily, weekly, monthly };
      const result = timesToKeep(all, policy);
      expect(result.every((time) => all.includes(time))).toBe(true);
      expect(result.length).toBeLessThanOrEqual(Math.max(1, daily + weekly + monthly));
      if (all.length > 0) expect(result).toContain(Math.max(...all));
      expect(timesToKeep(result, policy)).toEqual(result);
    }),
  );
});
