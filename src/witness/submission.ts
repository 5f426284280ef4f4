import { parseAddCheckpoint } from '../protocol/note/add-checkpoint.ts';
import { utf8Text } from '../protocol/encoding/bytes.ts';
import { type Checkpoint, parseForeignCheckpoint } from '../protocol/note/checkpoint.ts';
import { type Note, type NoteSignature, parseNote } from '../protocol/note/note.ts';
import { checkNote, isSignatureBy, type VerifierKey } from '../protocol/note/vkey.ts';

/** A request to cosign, parsed and not judged. */
export interface Submission {
  readonly oldSize: bigint;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  /** The request as it was sent. */
  readonly source: string;
}

/** Throws ProtocolError. Accepts extension lines: they are signed, and have no meaning here. */
export function parseSubmission(body: Uint8Array): Submission {
  const source = utf8Text(body);
  const { oldSize, proof, note: noteSource } = parseAddCheckpoint(source);
  const note = parseNote(noteSource);
  return { oldSize, proof, checkpoint: parseForeignCheckpoint(note.text), note, source };
}

/**
 * The signatures by these keys, one of each; undefined where there is none, or where a signature
 * names such a key and does not verify.
 */
export function trustedSignatures(note: Note, trusted: readonly VerifierKey[]): readonly NoteSignature[] | undefined {
  const { status, keys } = checkNote(note, trusted);
  if (status !== 'signed') return undefined;
  return keys.map((key) => note.signatures.find((signature) => isSignatureBy(key, signature))!);
}
