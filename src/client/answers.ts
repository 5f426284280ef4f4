import { fromHex } from '../protocol/encoding/bytes.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { text, wrong } from '../protocol/encoding/shape.ts';
import { unreadable } from './service-errors.ts';

/** Parses an answer; a shape that is wrong is a `ServiceProblem` `answer-unreadable`. */
export function readAnswer<T>(value: Json, read: (value: Json) => T): T {
  try {
    return read(value);
  } catch (error) {
    throw unreadable(200, error);
  }
}

/** A SHA-256 or SM3 in lower-case hex. */
export function digestText(what: string, value: Json | undefined): string {
  const digest = text(what, value, 64);
  fromHex(what, digest, 32);
  return digest;
}

/** A number of bytes, as a number or in decimal digits. */
export function byteCount(what: string, value: Json | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && /^[0-9]{1,15}$/.test(value)) return Number(value);
  throw wrong(`${what} should be a count of bytes`, { place: what });
}

/** The size of a tree in decimal digits. */
export function treeSize(value: Json | undefined): bigint {
  if (typeof value === 'string' && /^[0-9]{1,20}$/.test(value)) return BigInt(value);
  throw wrong('size should be a decimal', { place: 'size' });
}
