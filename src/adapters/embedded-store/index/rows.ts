import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { keyName } from './keys.ts';
import { crc32 } from 'node:zlib';

/**
 * The rows of the index, pure bytes. A key is a family byte and its fields, integers big-endian so
 * that LevelDB sorts them; a value is the content and a crc32 over key and content, because LevelDB
 * serves flipped bits without an error.
 *
 *     S                              state: what was applied last, as JSON (state.ts)
 *     s  seq u64                     where the frame lies: segment u32 | begin u64 | end u64 | hash 32
 *     r  index u64                   record body
 *     b  index u64                   full entry bundle
 *     t  level u8 | index u64        tile: full at level 0, above also the partial one at the right edge
 *     a  id u64                      anchor job
 *     d  seq u64                     entry of the directory
 * and, mirrored:
 *     f  by | value | index u64      what a record is found by, its id (".id") and number (".number") included; no content
 *     k  scope 32                    idempotency mark: index u64 | request 32
 *     p  size u64                    published note
 *     e  size u64 | id u64           final anchor; no content
 *
 * A crc cannot show that a row is missing because of damage to a block's keys or to LevelDB's own
 * filters. Of the first seven families it is known which rows must exist. The others are stored a
 * second time under the complement of the family byte, at the far end of the key space, and a row
 * counts as absent only when both copies are.
 */
export interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

const CRC_BYTES = 4;

export function sealRow(key: Buffer, content?: Uint8Array): Row {
  const length = content?.length ?? 0;
  const value = Buffer.allocUnsafe(length + CRC_BYTES);
  if (content !== undefined) value.set(content);
  value.writeUInt32BE(content === undefined ? crc32(key) : crcOf(key, content), length);
  return { key, value };
}

/** The content of a row whose crc fits; else throws `index-damaged`. */
export function openRow({ key, value }: Row): Buffer {
  const length = value.length - CRC_BYTES;
  if (length < 0) {
    throw damagedRow(key, bilingual(STORE_FAULTS.rowTooShort, { found: value.length, min: CRC_BYTES }));
  }
  const content = value.subarray(0, length);
  if (value.readUInt32BE(length) !== crcOf(key, content)) throw damagedRow(key, STORE_FAULTS.rowCrc);
  return content;
}

/** `index-damaged`, naming the row and what is wrong with it. */
export function damagedRow(key: Buffer, reason: Message, cause?: unknown): LedgerError {
  return new LedgerError('index-damaged', { reason: rowFault(key, reason), cause });
}

/** A row and what is wrong with it, as a sentence. */
export function rowFault(key: Buffer, reason: Message): Message {
  return bilingual(STORE_FAULTS.row, { key: keyName(key), reason });
}

function crcOf(key: Buffer, content: Uint8Array): number {
  return crc32(content, crc32(key));
}
