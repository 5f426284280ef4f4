import { describe, expect, test } from 'vitest';
import { simulate, type Summary } from './world.ts';

/**
 * Histories of the real log on a simulated store, clock and chain. A failure prints its seed; `SEED=n npx vitest run test/simulation` runs that
 * history alone, `SEEDS=n` the first n.
 */
const { SEED, SEEDS = '3000' } = process.env;
const BLOCK = 500;

async function simulateAll(first: number, count: number): Promise<Summary[]> {
  const summaries: Summary[] = [];
  for (let seed = first; seed < first + count; seed++) summaries.push(await simulate(seed));
  return summaries;
}

describe.skipIf(SEED === undefined)('one history', () => {
  test(`of seed ${SEED}`, async () => {
    const summary = await simulate(Number(SEED));
    console.log(summary);
    expect(summary).toEqual(await simulate(Number(SEED)));
  });
});

describe.skipIf(SEED !== undefined)('the log under faults', () => {
  const blocks = Array.from({ length: Math.ceil(Number(SEEDS) / BLOCK) }, (_, i) => 1 + i * BLOCK);

  test.each(blocks)('keeps its promises in the 500 histories from seed %i on', { timeout: 600_000 }, async (first) => {
    const summaries = await simulateAll(first, BLOCK);
    const mean = (of: (summary: Summary) => number) => summaries.reduce((sum, each) => sum + of(each), 0) / BLOCK;
    // Where nothing happens every promise is kept.
    expect(mean(({ records }) => records)).toBeGreaterThan(5);
    expect(mean(({ acknowledged }) => acknowledged)).toBeGreaterThan(5);
    expect(mean(({ anchors }) => anchors)).toBeGreaterThan(1);
    expect(mean(({ starts }) => starts)).toBeGreaterThan(1.5);
  });

  test('the same seed gives the same history', async () => {
    expect(await simulateAll(1, 20)).toEqual(await simulateAll(1, 20));
  });
});
