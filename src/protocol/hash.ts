import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export const HASH_BYTES = 32;

/** SHA-256 of one message. Callers may hand in a faster one (node:crypto, hash-wasm); it must give the same 32 bytes. */
export type Sha256 = (message: Uint8Array) => Uint8Array;

/** The portable default. */
export const sha256: Sha256 = (message) => nobleSha256(message);
