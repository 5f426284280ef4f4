import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm test`. Slow tests (`*.slow.test.ts`) and the fault catalogue have scripts of their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/faults/**', 'test/**/*.slow.test.ts'],
    globalSetup: 'test/global-setup.ts',
    maxWorkers: 2, // much of the time is spent waiting for processes
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
  },
});
