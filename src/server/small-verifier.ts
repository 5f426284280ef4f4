import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { toHex } from '../protocol/encoding/bytes.ts';
import { LedgerError } from '../text/ledger-error.ts';

/** The verifier of one file that this service hands out. */
export interface SmallVerifier {
  readonly content: Buffer;
  readonly digest: Uint8Array;
  /** `digest` in lower-case hex. */
  readonly sha256: string;
}

const FILE = join(
  dirname(createRequire(import.meta.url).resolve('evidence-ledger/package.json')),
  'dist',
  'evl-verify.mjs',
);

export function hasSmallVerifier(): boolean {
  return existsSync(FILE);
}

/**
 * Reads the file that scripts/bundle.ts has made. Throws `not-found` where it was not made; it is
 * part of the packed program.
 */
export function readSmallVerifier(hash: Sha256): SmallVerifier {
  try {
    const content = readFileSync(FILE);
    const digest = hash(content);
    return { content, digest, sha256: toHex(digest) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new LedgerError('verifier/not-found', { cause: error });
  }
}
