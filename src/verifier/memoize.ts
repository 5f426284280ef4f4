import { toHex } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { type VerifySignature, verifyEd25519 } from '../protocol/note/vkey.ts';

/** Enough for the receipts that are judged at about the same time, which share most. */
const MAX_KNOWN = 1024;

/** The value stored for the key; made and stored where there is none. The last 1,024 are known. */
export function memoize<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make();
  values.set(key, value);
  if (values.size > MAX_KNOWN) values.delete(values.keys().next().value!);
  return value;
}

/** Verifies each distinct signature once. */
export function cachingVerifier(sha256: Sha256): VerifySignature {
  const results = new Map<string, boolean>();
  return (publicKey, message, signature) => {
    const key = [publicKey, message, signature].map((bytes) => toHex(sha256(bytes))).join(' ');
    return memoize(results, key, () => verifyEd25519(publicKey, message, signature));
  };
}
