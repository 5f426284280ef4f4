import { type Anchor, formatAnchor, parseAnchor } from './chain/anchor.ts';
import { fromBase64, toBase64 } from './encoding/bytes.ts';
import { ProtocolError } from './encoding/errors.ts';
import { canonicalJson, type Json, type JsonObject, parseJson } from './encoding/json.ts';
import { parseRecordHeader, type RecordHeader, MAX_SECTIONS } from './record/header.ts';
import { SALT_BYTES, type Section } from './record/section.ts';
import { list, members, text } from './encoding/shape.ts';
import { formatTlogProof, MAX_PROOF_CHARACTERS, parseTlogProof, type TlogProof } from './note/tlog-proof.ts';

/**
 * A record with its disclosed sections, the proof that the log contains it, and the anchor of the
 * log (PROTOCOL.md section 5).
 */
export interface Receipt {
  readonly header: RecordHeader;
  readonly disclosed: readonly Section[];
  readonly proof: Pick<TlogProof, 'index' | 'path' | 'note'>;
  readonly anchor: Anchor | null;
}

/** What the format of a receipt of any version begins with. */
export const RECEIPT_FORMATS = 'evidence-ledger/receipt/';
const RECEIPT_FORMAT = `${RECEIPT_FORMATS}v1`;
export const MAX_RECEIPT_BYTES = 4 * 1024 * 1024;
const MAX_SECTION_NAME_BYTES = 64;

/** A part of a receipt: its value, or the error of parsing it. */
export type Part<T> = { readonly value: T } | { readonly error: ProtocolError };

/** The parts are parsed separately, so that one unreadable part does not hide the others. */
export interface ParsedReceipt {
  readonly record: Part<{ readonly header: RecordHeader; readonly disclosed: readonly Section[] }>;
  readonly proof: Part<TlogProof>;
  readonly anchor: Part<Anchor | null>;
}

/** The receipt in its JSON form. */
export function receiptJson({ header, disclosed, proof, anchor }: Receipt): JsonObject {
  return {
    format: RECEIPT_FORMAT,
    record: {
      header: { ...header },
      disclosed: disclosed.map(({ name, salt, value }) => ({ name, salt: toBase64(salt), value })),
    },
    proof: formatTlogProof(proof),
    anchor: anchor === null ? null : formatAnchor(anchor),
  };
}

/**
 * Parses a receipt. Throws only where the file as a whole is not a receipt of this format:
 * `receipt-format-unknown`, `shape-wrong`, or an error of the JSON.
 */
export function parseReceipt(source: Uint8Array | string): ParsedReceipt {
  return readReceipt(parseJson('receipt', source, MAX_RECEIPT_BYTES));
}

/** The same from parsed JSON. */
export function readReceipt(value: Json): ParsedReceipt {
  const { format } = members('receipt', value);
  if (format !== RECEIPT_FORMAT) {
    const found = typeof format === 'string' ? JSON.stringify(format.slice(0, 80)) : 'absent';
    throw new ProtocolError('receipt-format-unknown', `format is ${found}, should be "${RECEIPT_FORMAT}"`, {
      place: 'format',
      found,
      expected: RECEIPT_FORMAT,
    });
  }
  const receipt = members('receipt', value, ['format', 'record', 'proof', 'anchor']);
  return {
    record: part(() => parseRecord(receipt['record'])),
    proof: part(() => parseTlogProof(text('proof', receipt['proof'], MAX_PROOF_CHARACTERS))),
    anchor: part(() => (receipt['anchor'] === null ? null : parseAnchor(receipt['anchor']!))),
  };
}

function parseRecord(value: Json | undefined): { header: RecordHeader; disclosed: Section[] } {
  const record = members('record', value, ['header', 'disclosed']);
  const disclosed = list('disclosed', record['disclosed'], MAX_SECTIONS).map(parseSection);
  const names = new Set(disclosed.map((section) => section.name));
  if (names.size !== disclosed.length) {
    throw new ProtocolError('section-repeated', 'a section is disclosed twice');
  }
  return { header: parseRecordHeader(record['header']), disclosed };
}

function parseSection(value: Json): Section {
  const section = members('section', value, ['name', 'salt', 'value']);
  // throws for values without a canonical form, before they are hashed
  canonicalJson(section['value']!);
  return {
    name: text('section name', section['name'], MAX_SECTION_NAME_BYTES),
    salt: fromBase64('salt', text('salt', section['salt'], 24), SALT_BYTES),
    value: section['value']!,
  };
}

function part<T>(read: () => T): Part<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof ProtocolError) return { error };
    throw error;
  }
}
