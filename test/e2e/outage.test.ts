import { LedgerError } from '../../src/text/ledger-error.ts';
import { expect, test } from 'vitest';
import { BackOff } from '../../src/protocol/back-off.ts';
import { openMemoryLog } from '../log/memory-log.ts';

const HOUR_MS = 3_600_000;
/** As the service waits between two steps while an anchor is on its way, and otherwise. */
const BUSY_MS = 100;
const STEP_MS = 2000;

test('24 hours without a chain: registration continues, one anchor catches up within a minute of its return [E51]', async () => {
  for (let round = 0; round < 10; round++) {
    const memory = await openMemoryLog({ anchorIntervalMs: 60_000 });
    const { log, chain, register, store } = memory;
    const backOff = new BackOff();
    /** One beat of the service's heart; how long it waits then. */
    const beat = async (): Promise<number> => {
      try {
        await log.anchorStep();
        backOff.succeeded();
        return log.isAnchoring ? BUSY_MS : STEP_MS;
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        return backOff.failedMs(Math.random);
      }
    };
    await register('before');
    await log.publishStep();
    await beat();
    await beat();
    expect(chain.anchored.map(({ size }) => size)).toEqual([1n]);

    chain.isDown = true;
    const endMs = memory.nowMs + 24 * HOUR_MS;
    let [hours, attempts] = [0, 0];
    while (memory.nowMs < endMs) {
      if (memory.nowMs >= endMs - (24 - hours) * HOUR_MS) {
        expect(await register(`hour ${hours}`)).toBe(BigInt(++hours));
        await log.publishStep();
      }
      memory.nowMs += Math.ceil(await beat());
      attempts++;
    }
    expect(hours).toBe(24);
    expect(attempts, 'it does not hammer').toBeLessThan(24 * 240);

    chain.isDown = false;
    const backMs = memory.nowMs;
    while ((await store.finalAnchorFrom(25n)) === undefined) memory.nowMs += Math.ceil(await beat());
    expect(memory.nowMs - backMs).toBeLessThan(60_000);
    expect(chain.anchored.map(({ size }) => size)).toEqual([1n, 25n]);
    expect(store.anchorCount()).toBe(2);
  }
});
