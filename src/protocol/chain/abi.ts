import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, fromHex0x, toHex0x, utf8Bytes } from '../encoding/bytes.ts';
import { ProtocolError } from '../encoding/errors.ts';

/*
 * The part of the Solidity ABI that the contract's views and events need: static words of 32 bytes.
 */

export function keccak256(bytes: Uint8Array): Uint8Array {
  return keccak_256(bytes);
}

/** The 0x-hex call data of a function with static arguments, such as `rootAt(bytes32,uint64)`. */
export function encodeCall(signature: string, ...words: readonly Uint8Array[]): string {
  return toHex0x(concatBytes(keccak256(utf8Bytes(signature)).subarray(0, 4), ...words));
}

export function uintWord(value: bigint): Uint8Array {
  return fromHex0x('word', `0x${value.toString(16).padStart(64, '0')}`, 32);
}

export function addressWord(address: string): Uint8Array {
  return concatBytes(new Uint8Array(12), fromHex0x('address', address, 20));
}

/** Splits the data of a call or an event into `count` words; throws `abi-length-wrong`. */
export function decodeWords(what: string, data: string, count: number): Uint8Array[] {
  const bytes = fromHex0x(what, data.toLowerCase());
  if (bytes.length !== count * 32) {
    const message = `${what} has ${bytes.length} bytes, should have ${count * 32}`;
    const facts = { place: what, found: bytes.length, expected: count * 32, unit: 'bytes' } as const;
    throw new ProtocolError('abi-length-wrong', message, facts);
  }
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32));
}

export function wordUint(word: Uint8Array): bigint {
  return BigInt(toHex0x(word));
}

/** Topic 0 of an event. */
export function eventTopic(signature: string): string {
  return toHex0x(keccak256(utf8Bytes(signature)));
}
