import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LoopDeadline, loopNowMs } from '../../src/http/loop-clock.ts';

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('time in which the event loop stands still does not count', async () => {
  const [loopMs, wallMs] = [loopNowMs(), performance.now()];
  for (let i = 0; i < 5; i++) {
    block(300);
    await sleep(1);
  }
  const [loopPassedMs, wallPassedMs] = [loopNowMs() - loopMs, performance.now() - wallMs];
  expect(wallPassedMs).toBeGreaterThan(1500);
  expect(loopPassedMs).toBeLessThan(wallPassedMs / 2);
});

test('the clock never goes back', async () => {
  let lastMs = loopNowMs();
  for (let i = 0; i < 200; i++) {
    if (i % 40 === 0) block(80);
    await sleep(1);
    const nowMs = loopNowMs();
    expect(nowMs).toBeGreaterThanOrEqual(lastMs);
    lastMs = nowMs;
  }
});

test('a busy loop extends a limit, but not forever', () => {
  const deadline = new LoopDeadline(100);
  block(400);
  expect(deadline.leftMs).toBeGreaterThan(0);
  block(300);
  expect(deadline.leftMs).toBe(0);
});
