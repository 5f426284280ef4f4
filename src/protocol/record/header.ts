import { concatBytes, fromBase64 } from '../encoding/bytes.ts';
import { checkOrigin } from '../note/checkpoint.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { HASH_BYTES, hashOfParts, type Sha256 } from '../encoding/hash.ts';
import { canonicalJson, type Json } from '../encoding/json.ts';
import { members, text } from '../encoding/shape.ts';

/** The header of a record, which commits to all sections. The log publishes only its hash. */
export interface RecordHeader {
  readonly v: 1;
  readonly origin: string;
  readonly kind: string;
  /** UUIDv7. */
  readonly id: string;
  /** The record number (存证编号), in a form for people to read and type. */
  readonly number: string;
  /** Section name to base64 commitment. */
  readonly sections: Readonly<Record<string, string>>;
}

const RECORD_DOMAIN = 'evidence-ledger/record/v1\0';
const RECORD_ENTRY = Uint8Array.of(0x01);
export const MAX_SECTIONS = 64;

/** SHA-256(domain || 0x00 || JCS(header)); PROTOCOL.md section 2. */
export function recordRoot(hash: Sha256, header: RecordHeader): Uint8Array {
  return hashOfParts(hash, RECORD_DOMAIN, canonicalJson({ ...header }));
}

/** The log entry of a record: 0x01 and its root, 33 bytes. Other first bytes are reserved. */
export function recordEntry(root: Uint8Array): Uint8Array {
  return concatBytes(RECORD_ENTRY, root);
}

/**
 * Parses a header of version 1. Another version throws `record-version-unknown`, every other fault
 * `shape-wrong` or the error of a member.
 */
export function parseRecordHeader(value: Json | undefined): RecordHeader {
  const header = members('record header', value, ['v', 'origin', 'kind', 'id', 'number', 'sections']);
  if (header['v'] !== 1) throw new ProtocolError('record-version-unknown', 'record header has a version other than 1');
  return {
    v: 1,
    origin: checkOrigin(text('origin', header['origin'], 255)),
    kind: text('kind', header['kind'], 64),
    id: text('id', header['id'], 64),
    number: text('number', header['number'], 64),
    sections: parseSections(header['sections']),
  };
}

function parseSections(value: Json | undefined): Record<string, string> {
  const sections: Record<string, string> = Object.create(null);
  const entries = Object.entries(members('header sections', value));
  if (entries.length > MAX_SECTIONS) {
    const facts = { place: 'header.sections', found: entries.length, limit: MAX_SECTIONS, unit: 'items' } as const;
    throw new ProtocolError('shape-wrong', `header has ${entries.length} sections, at most ${MAX_SECTIONS}`, facts);
  }
  for (const [name, commitment] of entries) {
    sections[name] = text(`commitment of ${name}`, commitment, 44);
    fromBase64(`commitment of ${name}`, sections[name], HASH_BYTES);
  }
  return sections;
}
