/**
 * How much a test does. `npm test` runs few draws of the randomized and exhaustive tests, and the
 * chain tests on one client; with `EVL_TESTS=all`, as in `npm run test:slow` and `npm run faults`,
 * they run in full.
 */
export const isFull = process.env['EVL_TESTS'] === 'all';

/**
 * The test files that depend on it, which `npm run test:slow` therefore runs again. Compared with
 * the imports of all test files in test/architecture.test.ts.
 */
export const FILES_RUN_IN_PART: readonly string[] = [
  'test/adapters/ethereum/anchoring.test.ts',
  'test/adapters/ethereum/block-headers.test.ts',
  'test/adapters/ethereum/endorsement.test.ts',
  'test/adapters/ethereum/several-nodes.test.ts',
  'test/adapters/ethereum/watched-chain.test.ts',
  'test/attacks/differential.test.ts',
  'test/protocol/offline-anchor.test.ts',
  'test/simulation/simulation.test.ts',
  'test/solidity.test.ts',
];

/** The number of draws: `few` in `npm test`, else all. */
export function draws(few: number, all: number): number {
  return isFull ? all : few;
}
