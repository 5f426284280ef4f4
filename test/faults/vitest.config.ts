import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FaultReport } from './fault-report.ts';

/**
 * `npm run faults`: every test that names a case of the catalogue, in full, with the slow ones of
 * this folder.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testNamePattern: /\[[STCEMW]\d/,
    reporters: ['default', new FaultReport()],
    maxWorkers: 2,
    expect: { poll: { timeout: 120_000 } },
    testTimeout: 1_800_000, // a busy machine takes several times as long
    hookTimeout: 180_000,
    env: {
      EVL_TESTS: 'all',
      NODE_COMPILE_CACHE: join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled'),
      KILLS: process.env['KILLS'] ?? '300',
      SEEDS: process.env['SEEDS'] ?? '10000',
      TREES: process.env['TREES'] ?? '250000',
    },
  },
});
