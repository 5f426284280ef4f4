import { LedgerError } from '../../../text/ledger-error.ts';
import { hash as nodeHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { utf8Bytes } from '../../../protocol/encoding/bytes.ts';

/**
 * The rows of the index, pure bytes. A key is a family byte and its fields, integers big-endian so
 * that LevelDB sorts them; a value is the content and a crc32 over key and content, because LevelDB
 * serves flipped bits without a word.
 *
 *     S                              state: what was applied last, as JSON (state.ts)
 *     s  seq u64                     where the frame lies: segment u32 | begin u64 | end u64 | hash 32
 *     r  index u64                   record body
 *     b  index u64                   full entry bundle
 *     t  level u8 | index u64        tile: full at level 0, above also the partial one at the right edge
 *     a  id u64                      anchor job
 *   and, mirrored:
 *     f  by | value | index u64      what a record is found by, its id (".id") and number (".number") included; no content
 *     k  scope 32                    idempotency mark: index u64 | request 32
 *     p  size u64                    published note
 *     e  size u64 | id u64           final anchor; no content
 *
 * A crc cannot tell that a row is not there because of damage to a block's keys or to LevelDB's own
 * filters. For the first six families what must be there is known. The others are stored a second
 * time under the complement of the family byte, at the far end of the key space, and "not there" is
 * believed only when both copies say so.
 */
export interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

const CRC_BYTES = 4;
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

/**
 * Without `index`: what the keys of all records found by this begin with. Long values stand as
 * their SHA-256.
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

/** Without `id`: the least key of that size. */
export function finalAnchorKey(size: bigint, id = 0): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = family('e');
  key.writeBigUInt64BE(size, 1);
  key.writeBigUInt64BE(BigInt(id), 9);
  return key;
}

/** The key of the second copy; of the first, given the second. */
export function mirrorKey(key: Buffer): Buffer {
  const mirrored = Buffer.from(key);
  mirrored[0] = ~key[0]! & 0xff;
  return mirrored;
}

export function sealRow(key: Buffer, content?: Uint8Array): Row {
  const length = content?.length ?? 0;
  const value = Buffer.allocUnsafe(length + CRC_BYTES);
  if (content !== undefined) value.set(content);
  value.writeUInt32BE(content === undefined ? crc32(key) : crcOf(key, content), length);
  return { key, value };
}

/** The content, once its crc fits; else throws `index-damaged`. */
export function openRow({ key, value }: Row): Buffer {
  const length = value.length - CRC_BYTES;
  if (length < 0) throw damagedRow(key, `has a value of ${value.length} bytes, should have at least ${CRC_BYTES}`);
  const content = value.subarray(0, length);
  if (value.readUInt32BE(length) !== crcOf(key, content)) throw damagedRow(key, 'does not have the crc32 of its bytes');
  return content;
}

export function damagedRow(key: Buffer, reason: string, cause?: unknown): LedgerError {
  return new LedgerError('index-damaged', {
    detail: `index row ${keyText(key)} ${reason}; \`evl rebuild-index\` repairs it`,
    cause,
  });
}

/** The key for people: its family and its fields as far as they can be read. */
export function keyText(key: Buffer): string {
  const isMirror = key.length > 0 && key[0]! >= 0x80;
  const first = isMirror ? mirrorKey(key) : key;
  const name = FAMILY_NAMES[String.fromCharCode(first[0] ?? 0)];
  const fields = first.subarray(1);
  const text =
    name === undefined
      ? key.toString('hex')
      : fields.length === 8
        ? `${name} ${fields.readBigUInt64BE(0)}`
        : `${name} ${fieldsText(first)}`.trimEnd();
  return isMirror && name !== undefined ? `${text} (second copy)` : text;
}

const FAMILY_NAMES: Readonly<Record<string, string>> = {
  S: 'state',
  s: 'frame',
  r: 'record',
  b: 'bundle',
  t: 'tile',
  a: 'anchor',
  f: 'look-up',
  k: 'idempotency',
  p: 'published',
  e: 'final-anchor',
};

function fieldsText(key: Buffer): string {
  switch (String.fromCharCode(key[0]!)) {
    case 't':
      return key.length === 10 ? `${key[1]}/${key.readBigUInt64BE(2)}` : key.toString('hex', 1);
    case 'e':
      return key.length === 17 ? `${key.readBigUInt64BE(1)}/${key.readBigUInt64BE(9)}` : key.toString('hex', 1);
    case 'f': {
      const by = key.toString('latin1', 2, 2 + (key[1] ?? 0));
      const valueAt = 3 + by.length;
      const length = key[valueAt - 1];
      if (length === undefined || key.length < valueAt + 8) return key.toString('hex', 1);
      const value = key.toString(length === HASHED ? 'hex' : 'utf8', valueAt, key.length - 8);
      return `${by} ${JSON.stringify(value)} of record ${key.readBigUInt64BE(key.length - 8)}`;
    }
    default:
      return key.toString('hex', 1);
  }
}

/** The record that a row is about, where its key says so. */
export function recordOfKey(key: Buffer): bigint | undefined {
  const first = key.length > 0 && key[0]! >= 0x80 ? mirrorKey(key) : key;
  if (first[0] === family('r') && first.length === 9) return first.readBigUInt64BE(1);
  if (first[0] === family('f') && first.length > 11) return first.readBigUInt64BE(first.length - 8);
  return undefined;
}

function crcOf(key: Buffer, content: Uint8Array): number {
  return crc32(content, crc32(key));
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
