import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isFull } from './extent.ts';

/** The contract's own tests in Solidity, `npm run test:contracts`: few draws here, all in full. */

const root = join(import.meta.dirname, '..');
const hardhat = join(dirname(createRequire(import.meta.url).resolve('hardhat/package.json')), 'dist', 'src', 'cli.js');

test('the contract passes its tests in Solidity', { timeout: 600_000 }, async () => {
  const env = { ...process.env, EVL_TESTS: isFull ? 'all' : 'few' };
  const { stdout } = await promisify(execFile)(process.execPath, [hardhat, 'test', 'solidity'], { cwd: root, env });
  expect(stdout).toMatch(/[1-9][0-9]* passing/);
  expect(stdout).not.toMatch(/failing|skipped/);
});
