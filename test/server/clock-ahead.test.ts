import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockBound } from '../../src/log/clock-bound.ts';
import { startLedger, type TestLedger } from './ledger-fixture.ts';

/** One record of a clock that is ahead would keep all others out until that time. */

const DAY_MS = 24 * 3_600_000;
let nowMs = Date.now();
let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger({ clock: () => nowMs, hasBoundedClock: true });
});
afterAll(() => ledger.remove());

async function register(name: string): Promise<[number, string | undefined]> {
  const sha256 = createHash('sha256').update(name).digest('hex');
  const body = JSON.stringify({ case: { number: 'c1' }, file: { name, size: name.length }, digests: { sha256 } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${ledger.server.url}/v1/evidence`, { method: 'POST', headers, body });
  return [answer.status, ((await answer.json()) as { code?: string }).code];
}

test('a clock that jumps ahead while the service runs registers nothing, until it is set back', async () => {
  expect(await register('before')).toEqual([201, undefined]);
  nowMs += 2 * DAY_MS;
  expect(await register('ahead')).toEqual([503, 'clock-ahead']);
  expect(await (await fetch(`${ledger.server.url}/readyz`)).json()).toMatchObject({ reason: 'clock-ahead' });
  nowMs -= 2 * DAY_MS;
  expect(await register('afterwards')).toEqual([201, undefined]);
});

test('a ledger that lay still for weeks goes on; one that starts years ahead does not', async () => {
  await ledger.server.stop();
  nowMs += 30 * DAY_MS;
  await ledger.restart();
  expect(await register('a month later')).toEqual([201, undefined]);
  nowMs += 3000 * DAY_MS;
  await ledger.restart();
  expect(await register('years ahead')).toEqual([503, 'clock-ahead']);
});

test('the bound moves with the time that passes', () => {
  let elapsed = 0;
  const latest = clockBound({ startMs: 1000, lastRecordMs: 500, elapsedMs: () => elapsed });
  expect(latest()).toBe(1000 + DAY_MS);
  elapsed = 7 * DAY_MS;
  expect(latest()).toBe(1000 + 8 * DAY_MS);
});
