import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The version of this package. */
export const { version: VERSION } = require('evidence-ledger/package.json') as { readonly version: string };
