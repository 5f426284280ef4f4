import { type DirectoryEntry, MAX_EVENT_BYTES, MAX_PERSONAL_BYTES } from '../../../people/model.ts';
import { utf8Bytes } from '../../../protocol/encoding/bytes.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';
import { PayloadReader } from './payload-bytes.ts';

/**
 * One entry of the directory, as it stands in the journal and in the index:
 *
 *     form u8 | event length u32, event | personal length u32, personal (0: none)
 *
 * Form 1 is plain; sealed forms get other numbers.
 */

const PLAIN = 1;

export function encodeDirectoryEntry({ event, personal }: DirectoryEntry): Buffer {
  const parts = [utf8Bytes(event), utf8Bytes(personal ?? '')];
  const bytes = Buffer.allocUnsafe(1 + parts.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = bytes.writeUInt8(PLAIN, 0);
  for (const part of parts) {
    at = bytes.writeUInt32BE(part.length, at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Throws a `StoreFault` where the bytes are no entry. */
export function decodeDirectoryEntry(bytes: Uint8Array): DirectoryEntry {
  const reader = new PayloadReader(bytes);
  const entry = readDirectoryEntry(reader);
  reader.end();
  return entry;
}

export function readDirectoryEntry(reader: PayloadReader): DirectoryEntry {
  const form = reader.uint8('form');
  if (form !== PLAIN) throw new StoreFault(bilingual(STORE_FAULTS.directoryForm, { found: form, expected: PLAIN }));
  const event = reader.text('event', MAX_EVENT_BYTES);
  const personal = reader.text('personal', MAX_PERSONAL_BYTES);
  return { event, personal: personal === '' ? undefined : personal };
}
