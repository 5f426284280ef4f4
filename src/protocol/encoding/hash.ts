import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8Bytes } from './bytes.ts';

export const HASH_BYTES = 32;

/** Whether the bytes have the length of a hash. */
export function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

/**
 * SHA-256 of one message. Callers may pass a faster implementation (node:crypto, hash-wasm), which
 * must return the same 32 bytes and must not keep the message.
 */
export type Sha256 = (message: Uint8Array) => Uint8Array;

/** The portable implementation. */
export const sha256: Sha256 = (message) => nobleSha256(message);

/** Buffer for messages, overwritten by each call; safe since nothing here is asynchronous. */
const scratch = new Uint8Array(16 * 1024);
/** Per UTF-16 unit. */
const MAX_UTF8_BYTES = 3;

/**
 * The hash of the concatenated parts. A text counts as its UTF-8 bytes; throws
 * `text-not-wellformed` for lone surrogates.
 */
export function hashOfParts(hash: Sha256, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  let at = 0;
  for (const part of parts) {
    const most = typeof part === 'string' ? part.length * MAX_UTF8_BYTES : part.length;
    if (at + most > scratch.length) {
      return hash(concatBytes(...parts.map((each) => (typeof each === 'string' ? utf8Bytes(each) : each))));
    }
    at += typeof part === 'string' ? writeText(part, at) : writeBytes(part, at);
  }
  return hash(scratch.subarray(0, at));
}

function writeText(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeBytes(utf8Bytes(text), at);
    scratch[at + i] = unit;
  }
  return text.length;
}

function writeBytes(bytes: Uint8Array, at: number): number {
  scratch.set(bytes, at);
  return bytes.length;
}
