import { hexField } from './chain/rpc.ts';
import { checkOrigin } from './note/checkpoint.ts';
import { parseDecimal } from './encoding/decimal.ts';
import { ProtocolError } from './encoding/errors.ts';
import { type JsonObject, parseJson } from './encoding/json.ts';
import { formatNote, MAX_NOTE_BYTES, type Note, type NoteSignature, parseNote } from './note/note.ts';
import { list, members, text } from './encoding/shape.ts';
import { keysForSize, type Trust } from './trust.ts';
import { checkNote, formatVkey, parseVkey, type VerifierKey } from './note/vkey.ts';

/**
 * The statement that a new log key replaces the old one, a note that both keys sign. Its text is
 *
 *     evidence-ledger/key-rotation/v1
 *     <origin>
 *     <first size that the new key signs>
 *     <vkey of the new key>
 *     <time, RFC 3339, as the operator states it>
 *
 * It cannot be taken for a checkpoint, which has three lines and a size in the second. It proves
 * only that a holder of the old key has named the new one: a thief of the key can write one too.
 */
export interface KeyRotation {
  readonly origin: string;
  readonly fromSize: bigint;
  readonly key: VerifierKey;
  readonly time: string;
}

const FORMAT = 'evidence-ledger/key-rotation/v1';
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;

export function rotationText({ origin, fromSize, key, time }: KeyRotation): string {
  return `${[FORMAT, origin, fromSize, formatVkey(key), time].join('\n')}\n`;
}

export function formatRotation(rotation: KeyRotation, signatures: readonly NoteSignature[]): string {
  return formatNote({ text: rotationText(rotation), signatures });
}

/** Parses a rotation without verifying it; `isRotationSigned` does. Throws `rotation-malformed`. */
export function parseRotation(source: string): { readonly note: Note; readonly rotation: KeyRotation } {
  const note = parseNote(source);
  const [format, origin, fromSize, vkey, time, end, ...more] = note.text.split('\n');
  if (format !== FORMAT || end !== '' || more.length > 0 || !TIME.test(time!)) {
    throw new ProtocolError('rotation-malformed', 'key rotation is not its format, origin, size, vkey and time');
  }
  const key = parseVkey(vkey!);
  const rotation = { origin: checkOrigin(origin!), fromSize: parseDecimal('fromSize', fromSize!), key, time: time! };
  if (key.name !== rotation.origin) throw new ProtocolError('rotation-malformed', 'the new key has another name');
  return { note, rotation };
}

/**
 * Whether both a key that the trust file lists for the last size before the rotation and the new
 * key have signed it.
 */
export function isRotationSigned({ note, rotation }: ReturnType<typeof parseRotation>, trust: Trust): boolean {
  const { origin, fromSize, key } = rotation;
  if (origin !== trust.log.origin || fromSize === 0n) return false;
  const isByTrusted = checkNote(note, keysForSize(trust, fromSize - 1n)).status === 'signed';
  return isByTrusted && checkNote(note, [key]).status === 'signed';
}

/**
 * A change of the account that operates a log on the contract; the contract's events state it too.
 * 0x-hex.
 */
interface OperatorChange {
  readonly logId: string;
  readonly from: string;
  readonly to: string;
}

/** All changes of keys that the operator states, oldest first: the form of `/rotations.json`. */
export interface Rotations {
  /** Signed notes, as `parseRotation` parses them. */
  readonly log: readonly string[];
  readonly chain: readonly OperatorChange[];
}

export const NO_ROTATIONS: Rotations = { log: [], chain: [] };
export const MAX_ROTATIONS_BYTES = 1024 * 1024;
const ROTATIONS_FORMAT = 'evidence-ledger/rotations/v1';
const MAX_ITEMS = 1000;

export function rotationsJson({ log, chain }: Rotations): JsonObject {
  return { format: ROTATIONS_FORMAT, log, chain: chain.map(({ logId, from, to }) => ({ logId, from, to })) };
}

export function parseRotations(source: Uint8Array | string): Rotations {
  const value = parseJson('rotations', source, MAX_ROTATIONS_BYTES);
  const { format, log, chain } = members('rotations', value, ['format', 'log', 'chain']);
  if (format !== ROTATIONS_FORMAT) throw new ProtocolError('rotation-malformed', 'rotations have another format');
  return {
    log: list('log', log, MAX_ITEMS).map((note) => {
      const signed = text('rotation', note, MAX_NOTE_BYTES);
      parseRotation(signed);
      return signed;
    }),
    chain: list('chain', chain, MAX_ITEMS).map((item) => {
      const change = members('change', item, ['logId', 'from', 'to']);
      return {
        logId: hexField('logId', change['logId'], 32),
        from: hexField('from', change['from'], 20),
        to: hexField('to', change['to'], 20),
      };
    }),
  };
}
