import { describe, expect, test } from 'vitest';
import { simulate } from './world.ts';

/**
 * Histories of the real log on a simulated store, clock and chain. A failure prints its seed; `SEED=n npx vitest run test/simulation` runs that
 * history alone, `SEEDS=n` as many as wanted.
 */
const { SEED, SEEDS } = process.env;
const FIRST = 1;
const COUNT = Number(SEEDS ?? 4000);
const BLOCK = 500;

describe('the log under faults', () => {
  if (SEED !== undefined) {
    test(`seed ${SEED}`, async () => {
      console.log(await simulate(Number(SEED)));
    });
    return;
  }

  const blocks = Array.from({ length: Math.ceil(COUNT / BLOCK) }, (_, i) => FIRST + i * BLOCK);
  test.each(blocks)('seeds from %i on', { timeout: 600_000 }, async (first) => {
    let records = 0;
    let anchors = 0;
    let starts = 0;
    for (let seed = first; seed < Math.min(first + BLOCK, FIRST + COUNT); seed++) {
      const summary = await simulate(seed);
      records += summary.records;
      anchors += summary.anchors;
      starts += summary.starts;
    }
    // A simulation in which nothing happens would hold everything true.
    expect(records / BLOCK).toBeGreaterThan(5);
    expect(anchors / BLOCK).toBeGreaterThan(1);
    expect(starts / BLOCK).toBeGreaterThan(1.5);
  });

  test('the same seed gives the same history', async () => {
    for (let seed = 1; seed <= 20; seed++) expect(await simulate(seed)).toEqual(await simulate(seed));
  });
});
