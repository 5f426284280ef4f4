/**
 * How much a test does. `npm test` runs few draws of the randomized and exhaustive tests, and the
 * chain tests on one client; with `EVL_TESTS=all`, as in `npm run test:slow` and `npm run faults`,
 * they run in full. A file that imports this one, or the chain clients, runs in both.
 */
export const isFull = process.env['EVL_TESTS'] === 'all';

/** The number of draws: `few` in `npm test`, else all. */
export function draws(few: number, all: number): number {
  return isFull ? all : few;
}
