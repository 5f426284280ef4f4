import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { startHeartbeat, stopWithin } from '../../src/http/heartbeat.ts';

const LONG_MS = 60_000;

test('heartbeats are stopped after the beats that are under way', async () => {
  let ended = 0;
  const beat = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended += 1;
    return LONG_MS;
  };
  await stopWithin(LONG_MS, startHeartbeat(beat), startHeartbeat(beat));
  expect(ended).toBe(2);
});

test('a beat that does not end is not waited for longer than the timeout', async () => {
  const startMs = performance.now();
  await stopWithin(
    100,
    startHeartbeat(() => new Promise(() => {})),
  );
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(90);
});
