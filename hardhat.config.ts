import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// Nothing that is built or tested here is reported to anybody, and nobody is asked whether it may be.
process.env['HARDHAT_DISABLE_TELEMETRY'] = 'true';

// `npm test` asks for few draws.
const isFull = process.env['EVL_TESTS'] !== 'few';

// The compiler is the WebAssembly build from npm: nothing is downloaded when contracts are built.
const solcPath = createRequire(import.meta.url).resolve('solc/soljson.js');

export default defineConfig({
  solidity: {
    version: '0.8.37',
    path: solcPath,
    settings: {
      evmVersion: 'osaka',
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none' },
    },
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ['test/vectors/merkle'] },
      fuzz: { runs: isFull ? 10_000 : 500 },
      // A call that fails inside an invariant test is a finding: its world expects every outcome by name.
      invariant: { runs: isFull ? 32 : 4, depth: 100, failOnRevert: true },
    },
  },
});
