import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import type { Hashes } from '../verifier/ports.ts';

/** The hashes of Node's OpenSSL, several times as fast as the portable ones. */
export const HASHES: Hashes = { sha256: nodeSha256, tree: nodeTreeHasher };
