import { describe, expect, test } from 'vitest';
import { report } from '../faults/figures.ts';
import { simulate, type Summary } from './world.ts';
import { draws } from '../extent.ts';

/**
 * Histories of the real log on a simulated store, clock and chain. A failure prints its seed;
 * `SEED=n npx vitest run test/simulation` runs that history alone, `SEEDS=n` the first n, `FROM=m`
 * those from m on.
 */
const { SEED, SEEDS = draws(500, 3000), FROM = '1' } = process.env;
const BLOCK = 500;

async function simulateAll(first: number, count: number): Promise<Summary[]> {
  const summaries: Summary[] = [];
  for (let seed = first; seed < first + count; seed++) summaries.push(await simulate(seed));
  return summaries;
}

test.for(SEED === undefined ? [] : [Number(SEED)])('the history of seed %i', async (seed) => {
  const summary = await simulate(seed);
  console.log(summary);
  expect(summary).toEqual(await simulate(seed));
});

describe('the log under faults', () => {
  const blockCount = SEED === undefined ? Math.ceil(Number(SEEDS) / BLOCK) : 0;
  const blocks = Array.from({ length: blockCount }, (_, i) => Number(FROM) + i * BLOCK);
  test.for(blocks)(
    'keeps its promises in the 500 histories from seed %i on [S4 S13 S20 T37 T38 C45]',
    { timeout: 600_000 },
    async (first, context) => {
      const summaries = await simulateAll(first, BLOCK);
      const sum = (of: (summary: Summary) => number) => summaries.reduce((all, each) => all + of(each), 0);
      const mean = (of: (summary: Summary) => number) => sum(of) / BLOCK;
      // Where nothing happens every invariant holds.
      expect(mean(({ records }) => records)).toBeGreaterThan(5);
      expect(mean(({ acknowledged }) => acknowledged)).toBeGreaterThan(5);
      expect(mean(({ anchors }) => anchors)).toBeGreaterThan(1);
      expect(mean(({ starts }) => starts)).toBeGreaterThan(1.5);
      // three of ten logs have a witness
      expect(mean(({ cosignatures }) => cosignatures)).toBeGreaterThan(1);
      report(context, { seeds: summaries.length, acknowledged: sum(({ acknowledged }) => acknowledged), lost: 0 });
    },
  );

  test('the same seed gives the same history', async () => {
    expect(await simulateAll(1, 20)).toEqual(await simulateAll(1, 20));
  });
});
