import { base64, hex, utf8 } from '@scure/base';
import { ProtocolError } from './errors.ts';

/*
 * Bytes and their encodings. Every decoder accepts exactly one spelling: its result encodes to the
 * same text.
 */

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinBytes(parts);
}

/** The same for any number of parts: a call takes only so many arguments. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compares public values, not secrets: it stops at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  if (a.length >= WORTH_WORDS && a.byteOffset % WORD_BYTES === 0 && b.byteOffset % WORD_BYTES === 0) {
    const words = Math.floor(a.length / WORD_BYTES);
    const [left, right] = [a, b].map(({ buffer, byteOffset }) => new Uint32Array(buffer, byteOffset, words));
    for (let i = 0; i < words; i++) if (left![i] !== right![i]) return false;
    at = words * WORD_BYTES;
  }
  for (; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

const WORD_BYTES = 4;
/** The length in bytes from which comparing whole words is faster. */
const WORTH_WORDS = 1024;

/** UTF-8; throws `text-not-wellformed` for lone surrogates. */
export function utf8Bytes(text: string): Uint8Array {
  try {
    return utf8.decode(text);
  } catch (cause) {
    throw new ProtocolError('text-not-wellformed', 'text has a lone surrogate', { cause });
  }
}

/** Throws `text-not-utf8` for invalid UTF-8; a byte order mark is kept as a character. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return utf8.encode(bytes);
  } catch (cause) {
    throw new ProtocolError('text-not-utf8', 'bytes are not valid UTF-8', { cause });
  }
}

export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/**
 * Base64 in the standard alphabet with padding and canonical trailing bits. Throws
 * `base64-invalid`, or `length-wrong` where `lengthBytes` is given and differs.
 */
export function fromBase64(what: string, text: string, lengthBytes?: number): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = base64.decode(text);
  } catch {
    bytes = undefined;
  }
  if (bytes === undefined || base64.encode(bytes) !== text) {
    throw new ProtocolError('base64-invalid', `${what} is not canonical base64`, { place: what });
  }
  checkLength(what, bytes, lengthBytes);
  return bytes;
}

/** Lower-case hex without prefix, as sha256sum prints it. */
export function toHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

/** Throws `hex-invalid`, or `length-wrong` where `lengthBytes` is given and differs. */
export function fromHex(what: string, text: string, lengthBytes?: number): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new ProtocolError('hex-invalid', `${what} is not lower-case hex`, { place: what });
  }
  const bytes = hex.decode(text);
  checkLength(what, bytes, lengthBytes);
  return bytes;
}

/** Lower-case hex with 0x, as EVM values are written. */
export function toHex0x(bytes: Uint8Array): string {
  return `0x${hex.encode(bytes)}`;
}

export function fromHex0x(what: string, text: string, lengthBytes?: number): Uint8Array {
  if (!text.startsWith('0x')) {
    throw new ProtocolError('hex-invalid', `${what} does not begin with 0x`, { place: what, expected: '0x…' });
  }
  return fromHex(what, text.slice(2), lengthBytes);
}

/** 8 bytes, big endian. */
export function uint64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function checkLength(what: string, bytes: Uint8Array, lengthBytes: number | undefined): void {
  if (lengthBytes !== undefined && bytes.length !== lengthBytes) {
    const message = `${what} has ${bytes.length} bytes, should have ${lengthBytes}`;
    const facts = { place: what, found: bytes.length, expected: lengthBytes, unit: 'bytes' } as const;
    throw new ProtocolError('length-wrong', message, facts);
  }
}
