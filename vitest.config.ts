import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm test`. Slow tests (`*.slow.test.ts`) and the fault catalogue have scripts of their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/faults/**', 'test/**/*.slow.test.ts'],
    globalSetup: 'test/global-setup.ts',
    maxWorkers: 2, // much of the time is spent waiting for processes
    // Generous, so that only a failure meets a limit, however busy the machine is.
    expect: { poll: { timeout: 120_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
  },
});
