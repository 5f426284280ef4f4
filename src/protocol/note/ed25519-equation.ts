import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../encoding/bytes.ts';

/**
 * The equation of RFC 8032 section 5.1.7, step 3, in its stronger form: [S]B = R + [k]A, with R in
 * its canonical encoding. noble multiplies both sides by the cofactor 8, which the RFC allows;
 * OpenSSL and Go do not. A signer that adds a point of small order to R or A could make signatures
 * that verify with one library and not with the others, and so show a checkpoint to us that no
 * witness accepts. An R of small order, which noble, Go and OpenSSL accept and other libraries
 * refuse, is refused for the same reason. Requires input that noble has accepted, which excludes
 * invalid points and scalars; throws otherwise.
 */
export function holdsWithoutCofactor(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  if (Point.fromBytes(signature.subarray(0, 32)).isSmallOrder()) return false;
  const [r, s] = [signature.subarray(0, 32), bytesToNumberLE(signature.subarray(32))];
  const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(publicKey).multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}
