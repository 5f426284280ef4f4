import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** What `npm test` leaves out: slow tests, and in full the files whose tests it runs in part. */
const VARIES = /\/(extent|clients)\.ts';/;
const inPart = globSync('test/**/*.test.ts', { exclude: ['test/faults/**'] }).filter((file) =>
  VARIES.test(readFileSync(file, 'utf8')),
);

/** `npm run test:slow`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/**/*.slow.test.ts', ...inPart],
    exclude: ['test/faults/**'],
    testTimeout: 600_000,
    env: { ...base.test?.env, EVL_TESTS: 'all' },
  },
});
