import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// No telemetry, and no prompt that asks for it.
process.env['HARDHAT_DISABLE_TELEMETRY'] = 'true';

// `npm test` asks for few draws.
const isFull = process.env['EVL_TESTS'] !== 'few';

// The compiler is the WebAssembly build from npm, so building contracts downloads nothing.
const solcPath = createRequire(import.meta.url).resolve('solc/soljson.js');

export default defineConfig({
  solidity: {
    version: '0.8.37',
    path: solcPath,
    settings: {
      evmVersion: 'london',
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none' },
    },
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ['test/vectors/merkle'] },
      fuzz: { runs: isFull ? 10_000 : 500 },
      // A failing call inside an invariant test is a finding: the world expects each error by name.
      invariant: { runs: isFull ? 32 : 4, depth: 100, failOnRevert: true },
    },
  },
});
