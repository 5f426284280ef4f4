import { fromBase64, toBase64 } from '../encoding/bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { parseDecimal } from '../encoding/decimal.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { HASH_BYTES } from '../encoding/hash.ts';
import { MAX_NOTE_BYTES, type Note, formatNote, parseNote } from './note.ts';

/** A proof of C2SP tlog-proof: an inclusion path and the signed checkpoint that it leads to. */
export interface TlogProof {
  readonly index: bigint;
  readonly path: readonly Uint8Array[];
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_PATH_HASHES = 63;
export const MAX_PROOF_CHARACTERS = MAX_NOTE_BYTES + 4096;

export function formatTlogProof(proof: Pick<TlogProof, 'index' | 'path' | 'note'>): string {
  const path = proof.path.map((hash) => `${toBase64(hash)}\n`).join('');
  return `${FIRST_LINE}\nindex ${proof.index}\n${path}\n${formatNote(proof.note)}`;
}

/**
 * Parses a proof; throws `proof-malformed`, among others. The optional `extra` line is refused: it
 * is not authenticated and has no use in receipts.
 */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > MAX_PROOF_CHARACTERS) throw malformed('is too long');
  const separator = text.indexOf('\n\n');
  if (separator < 0) throw malformed('has no empty line before its checkpoint');
  const [first, indexLine, ...pathLines] = text.slice(0, separator).split('\n');
  if (first !== FIRST_LINE) throw malformed(`does not begin with "${FIRST_LINE}"`);
  if (!indexLine?.startsWith('index ')) throw malformed('has no index on its second line');
  if (pathLines.length > MAX_PATH_HASHES) throw malformed(`has ${pathLines.length} hashes, at most ${MAX_PATH_HASHES}`);
  const note = parseNote(text.slice(separator + 2));
  return {
    index: parseDecimal('index', indexLine.slice('index '.length)),
    path: pathLines.map((line, i) => fromBase64(`path hash ${i}`, line, HASH_BYTES)),
    note,
    checkpoint: parseCheckpoint(note.text),
  };
}

function malformed(reason: string): ProtocolError {
  return new ProtocolError('proof-malformed', `tlog-proof ${reason}`);
}
