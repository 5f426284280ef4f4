import { concatBytes, fromBase64, toBase64, utf8Bytes } from '../encoding/bytes.ts';
import { ProtocolError } from '../encoding/errors.ts';

/**
 * A signed note (C2SP signed-note v1): a text and its signature lines. Parsing verifies nothing;
 * `checkNote` does.
 */
export interface Note {
  /** Ends in a newline; its UTF-8 bytes are the signed message. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** First 4 bytes of the signature blob. */
  readonly keyId: Uint8Array;
  /** The blob after the key id, in a form of the key type. */
  readonly signature: Uint8Array;
}

export const MAX_NOTE_BYTES = 256 * 1024;
const MAX_SIGNATURES = 100;
const KEY_ID_BYTES = 4;

export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(formatSignatureLine).join('')}`;
}

export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  return `\u2014 ${name} ${toBase64(concatBytes(keyId, signature))}\n`;
}

/**
 * Splits a note at its last blank line. Throws `note-malformed` for control characters and for
 * every spelling other than the canonical one.
 */
export function parseNote(source: string): Note {
  const length = source.length > MAX_NOTE_BYTES ? source.length : utf8Bytes(source).length;
  if (length > MAX_NOTE_BYTES) throw malformed(`has ${length} bytes, should have at most ${MAX_NOTE_BYTES}`);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(source)) throw malformed('has a control character other than newline');
  const separator = source.lastIndexOf('\n\n');
  if (separator < 0) throw malformed('has no blank line before its signatures');
  const text = source.slice(0, separator + 1);
  const signatures = parseSignatureLines(source.slice(separator + 2));
  return { text, signatures };
}

/** Parses one or more signature lines, which is also the form of a witness's answer. */
export function parseSignatureLines(source: string): NoteSignature[] {
  if (!source.endsWith('\n')) throw malformed('does not end in a newline after its signatures');
  const lines = source.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`has ${lines.length} signatures, at most ${MAX_SIGNATURES}`);
  return lines.map(parseSignatureLine);
}

/** Whether this is a key name: not empty, without Unicode spaces and plus signs. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name.replaceAll('\ufeff', ''));
}

function parseSignatureLine(line: string): NoteSignature {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
  if (match === null || !isKeyName(match[1]!)) throw malformed('has a signature line that is not "\u2014 name base64"');
  const blob = fromBase64('signature', match[2]!);
  if (blob.length <= KEY_ID_BYTES) throw malformed('has a signature without bytes after its key id');
  return { name: match[1]!, keyId: blob.subarray(0, KEY_ID_BYTES), signature: blob.subarray(KEY_ID_BYTES) };
}

function malformed(reason: string): ProtocolError {
  return new ProtocolError('note-malformed', `signed note ${reason}`);
}
