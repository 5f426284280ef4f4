import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

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
});
