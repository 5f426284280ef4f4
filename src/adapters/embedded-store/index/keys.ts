import { hash as nodeHash } from 'node:crypto';
import { utf8Bytes } from '../../../protocol/encoding/bytes.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { INDEX_ROWS } from '../../../text/store.ts';

/** The keys of the index's rows; rows.ts has the table of their families. */

/** Look-ups whose values name no person and no case. */
const SHOWN_LOOKUPS: ReadonlySet<string> = new Set(['.id', '.number', 'sha256', 'sm3']);
const MAX_RAW_VALUE_BYTES = 64;
const HASHED = 0xff;

export const STATE_KEY: Buffer = Buffer.from('S');

export function frameKey(seq: number): Buffer {
  return numbered('s', BigInt(seq));
}

/** The seq of a frame key. */
export function parseSequence(key: Buffer): number {
  return Number(key.readBigUInt64BE(1));
}

export function recordKey(index: bigint): Buffer {
  return numbered('r', index);
}

export function bundleKey(index: bigint): Buffer {
  return numbered('b', index);
}

export function tileKey(level: number, index: bigint): Buffer {
  const key = Buffer.allocUnsafe(10);
  key[0] = family('t');
  key[1] = level;
  key.writeBigUInt64BE(index, 2);
  return key;
}

export function anchorKey(id: number): Buffer {
  return numbered('a', BigInt(id));
}

export function directoryKey(seq: number): Buffer {
  return numbered('d', BigInt(seq));
}

/**
 * The key of a look-up. Without `index`, the prefix of the keys of all records that it finds. Long
 * values are stored as their SHA-256.
 */
export function findKey(by: string, value: string, index?: bigint): Buffer {
  const isLong = value.length > MAX_RAW_VALUE_BYTES || Buffer.byteLength(value) > MAX_RAW_VALUE_BYTES;
  const stored = isLong ? nodeHash('sha256', utf8Bytes(value), 'buffer') : Buffer.from(value, 'utf8');
  const indexAt = 3 + by.length + stored.length;
  const key = Buffer.allocUnsafe(indexAt + (index === undefined ? 0 : 8));
  key[0] = family('f');
  key[1] = by.length;
  key.write(by, 2, 'latin1');
  key[2 + by.length] = isLong ? HASHED : stored.length;
  key.set(stored, 3 + by.length);
  if (index !== undefined) key.writeBigUInt64BE(index, indexAt);
  return key;
}

export function markKey(scope: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('k'), scope]);
}

export function publishedKey(size: bigint): Buffer {
  return numbered('p', size);
}

/** The key of a final anchor; without `id`, the least key of that size. */
export function finalAnchorKey(size: bigint, id = 0): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = family('e');
  key.writeBigUInt64BE(size, 1);
  key.writeBigUInt64BE(BigInt(id), 9);
  return key;
}

/** The key of the second copy; given that one, the key of the first. */
export function mirrorKey(key: Buffer): Buffer {
  const mirrored = Buffer.from(key);
  mirrored[0] = ~key[0]! & 0xff;
  return mirrored;
}

/**
 * The name of a row for people: its family and its fields as far as they can be read, else its
 * bytes in hex. The English name is part of the findings of `evl fsck --json`.
 */
export function keyName(key: Buffer): Message {
  const isMirror = key.length > 0 && key[0]! >= 0x80;
  const first = isMirror ? mirrorKey(key) : key;
  const name = INDEX_ROWS[String.fromCharCode(first[0] ?? 0) as keyof typeof INDEX_ROWS] as Message | undefined;
  const hex = key.toString('hex');
  if (name === undefined) return { zh: hex, en: hex };
  const fields = fieldsOf(first);
  const whole = { zh: `${name.zh} ${fields.zh}`.trimEnd(), en: `${name.en} ${fields.en}`.trimEnd() };
  return isMirror ? bilingual(INDEX_ROWS.secondCopy, { row: whole }) : whole;
}

function fieldsOf(key: Buffer): Message {
  const name = String.fromCharCode(key[0]!);
  if (name === 'f') return lookupFields(key);
  const text =
    name === 't' && key.length === 10
      ? `${key[1]}/${key.readBigUInt64BE(2)}`
      : name === 'e' && key.length === 17
        ? `${key.readBigUInt64BE(1)}/${key.readBigUInt64BE(9)}`
        : key.length === 9
          ? key.readBigUInt64BE(1).toString()
          : key.toString('hex', 1);
  return { zh: text, en: text };
}

function lookupFields(key: Buffer): Message {
  const by = key.toString('latin1', 2, 2 + (key[1] ?? 0));
  const valueAt = 3 + by.length;
  const length = key[valueAt - 1];
  if (length === undefined || key.length < valueAt + 8)
    return { zh: key.toString('hex', 1), en: key.toString('hex', 1) };
  // a case number is no business of who reads the log of the service
  const isShown = SHOWN_LOOKUPS.has(by);
  const value = isShown ? JSON.stringify(key.toString('utf8', valueAt, key.length - 8)) : '…';
  return bilingual(INDEX_ROWS.lookupOf, { by, value, record: key.readBigUInt64BE(key.length - 8) });
}

/** The record that a row is about, where its key states it. */
export function recordOfKey(key: Buffer): bigint | undefined {
  const first = key.length > 0 && key[0]! >= 0x80 ? mirrorKey(key) : key;
  if (first[0] === family('r') && first.length === 9) return first.readBigUInt64BE(1);
  if (first[0] === family('f') && first.length > 11) return first.readBigUInt64BE(first.length - 8);
  return undefined;
}

function numbered(name: string, value: bigint): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = family(name);
  key.writeBigUInt64BE(value, 1);
  return key;
}

function family(name: string): number {
  return name.charCodeAt(0);
}
