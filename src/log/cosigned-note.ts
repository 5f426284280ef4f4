import { checkCosignatures, type WitnessKey } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { formatNote, type NoteSignature, parseNote, parseSignatureLines } from '../protocol/note/note.ts';
import { isSignatureBy } from '../protocol/note/vkey.ts';

/**
 * The checkpoint as the log signed it: what witnesses are given, without the lines of others. The
 * log's own line is the first.
 */
export function ownNote(note: string): string {
  const { text, signatures } = parseNote(note);
  return formatNote({ text, signatures: signatures.slice(0, 1) });
}

/**
 * The newest line of an answer that is this witness's and verifies over the text; all others are
 * none of ours.
 */
export function verifiedLine(answer: string, key: WitnessKey, text: string): NoteSignature | undefined {
  let newest: { readonly line: NoteSignature; readonly timeSeconds: bigint } | undefined;
  for (const line of linesOf(answer)) {
    const check = checkCosignatures({ text, signatures: [line] }, [key]);
    const found = check.status === 'checked' ? check.cosignatures[0] : undefined;
    if (found === undefined || (newest !== undefined && newest.timeSeconds >= found.timeSeconds)) continue;
    newest = { line, timeSeconds: found.timeSeconds };
  }
  return newest?.line;
}

/**
 * The note with these lines, each in the place of what its witness said before; in the order of
 * `keys`.
 */
export function withCosignatures(note: string, lines: readonly NoteSignature[], keys: readonly WitnessKey[]): string {
  const { text, signatures } = parseNote(note);
  const of = (key: WitnessKey) => [...lines, ...signatures].find((line) => isSignatureBy(key, line));
  const others = signatures.filter((line) => !keys.some((key) => isSignatureBy(key, line)));
  return formatNote({ text, signatures: [...others, ...keys.map(of).filter((line) => line !== undefined)] });
}

/** Whose lines a published note has: they were verified before it was published. */
export function cosignersOf(note: string, keys: readonly WitnessKey[]): Set<WitnessKey> {
  const { signatures } = parseNote(note);
  return new Set(keys.filter((key) => signatures.some((line) => isSignatureBy(key, line))));
}

function linesOf(answer: string): readonly NoteSignature[] {
  try {
    return parseSignatureLines(answer);
  } catch (error) {
    if (error instanceof ProtocolError) return []; // a stranger may say anything
    throw error;
  }
}
