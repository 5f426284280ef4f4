import { defineConfig } from 'vitest/config';
import { FILES_RUN_IN_PART } from './test/extent.ts';
import base from './vitest.config.ts';

/** `npm run test:slow`: the slow tests, and in full the files of which `npm test` runs a part. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/**/*.slow.test.ts', ...FILES_RUN_IN_PART],
    exclude: ['test/faults/**'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { ...base.test?.env, EVL_TESTS: 'all' },
  },
});
