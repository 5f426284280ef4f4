import { nodeSha256 } from '../adapters/node-crypto/node-hashes.ts';
import { toHex } from '../protocol/encoding/bytes.ts';
import { type VerifySignature, verifyEd25519 } from '../protocol/note/vkey.ts';

/** What is known for the key, else what is made for it once. */
export function memoized<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = known.get(key);
  if (there !== undefined) return there;
  const value = make();
  known.set(key, value);
  return value;
}

/** Verifies each distinct signature once. */
export function cachingVerifier(): VerifySignature {
  const known = new Map<string, boolean>();
  return (publicKey, message, signature) => {
    const key = [publicKey, message, signature].map((bytes) => toHex(nodeSha256(bytes))).join(' ');
    return memoized(known, key, () => verifyEd25519(publicKey, message, signature));
  };
}
