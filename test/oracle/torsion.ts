import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';

const { Point } = ed25519;
const sha512 = (...parts: readonly Uint8Array[]) => createHash('sha512').update(Buffer.concat(parts)).digest();
const number = (littleEndian: Uint8Array) => BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`);
const littleEndian = (value: bigint) =>
  Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed());

/** A point of order 8: adding it to a point changes the point, but not its multiple by 8. */
const ORDER_8 = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', true);

/**
 * A signature (RFC 8032 section 5.1.6) by the key whose seed is one byte, 32 times, with a point of
 * small order added to R or to the key. It satisfies the equation multiplied by 8, and not the one
 * without the cofactor (with such keys: for most messages).
 */
export function torsionSignature(
  seedByte: number,
  message: Uint8Array,
  to: 'R' | 'key',
): { publicKey: Buffer; signature: Buffer } {
  const hashed = sha512(Buffer.alloc(32, seedByte));
  const scalar = hashed.subarray(0, 32);
  scalar[0]! &= 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  const a = number(scalar) % Point.Fn.ORDER;
  const r = number(sha512(hashed.subarray(32), message)) % Point.Fn.ORDER;
  const [A, R] = [Point.BASE.multiply(a), Point.BASE.multiply(r)];
  const publicKey = Buffer.from((to === 'key' ? A.add(ORDER_8) : A).toBytes());
  const pointR = (to === 'R' ? R.add(ORDER_8) : R).toBytes();
  const k = number(sha512(pointR, publicKey, message));
  return { publicKey, signature: Buffer.concat([pointR, littleEndian((r + k * a) % Point.Fn.ORDER)]) };
}
