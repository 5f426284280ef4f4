import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm test`: what is quick. The long suites have configurations and scripts of their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/faults/**'],
    maxWorkers: 2, // much of the time is spent waiting for processes
    testTimeout: 60_000,
    /** For the programs that tests start. */
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
    hookTimeout: 120_000,
  },
});
