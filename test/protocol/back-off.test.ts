import { expect, test } from 'vitest';
import { BackOff } from '../../src/protocol/back-off.ts';

test('pauses double up to the longest, and begin again after a success', () => {
  const backOff = new BackOff({ firstMs: 200, longestMs: 1000 });
  const pauses = () => Array.from({ length: 5 }, () => backOff.failedMs());
  expect(pauses()).toEqual([200, 400, 800, 1000, 1000]);
  backOff.succeeded();
  expect(backOff.failedMs()).toBe(200);
});

test('a random pause is between a half and the whole, and a very long outage has a finite one', () => {
  const backOff = new BackOff();
  expect([backOff.failedMs(() => 0), backOff.failedMs(() => 0.5)]).toEqual([250, 750]);
  for (let i = 0; i < 5000; i++) backOff.failedMs();
  expect(backOff.failedMs()).toBe(30_000);
});
