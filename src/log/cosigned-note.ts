import { checkCosignatures, type WitnessKey } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { formatNote, type NoteSignature, parseNote, parseSignatureLines } from '../protocol/note/note.ts';
import { isSignatureBy } from '../protocol/note/vkey.ts';

/**
 * The note with the log's own signature alone, which is the first one: what witnesses receive.
 */
export function ownNote(note: string): string {
  const { text, signatures } = parseNote(note);
  return formatNote({ text, signatures: signatures.slice(0, 1) });
}

/**
 * The newest signature line of an answer that is by this witness and verifies over `text`; other
 * lines are ignored.
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
 * The note with these cosignatures, each replacing an earlier one of its witness, in the order of
 * `keys`.
 */
export function withCosignatures(note: string, lines: readonly NoteSignature[], keys: readonly WitnessKey[]): string {
  const { text, signatures } = parseNote(note);
  const of = (key: WitnessKey) => [...lines, ...signatures].find((line) => isSignatureBy(key, line));
  const others = signatures.filter((line) => !keys.some((key) => isSignatureBy(key, line)));
  return formatNote({ text, signatures: [...others, ...keys.map(of).filter((line) => line !== undefined)] });
}

/** The keys of the cosignatures of a published note; they were verified before publication. */
export function cosignersOf(note: string, keys: readonly WitnessKey[]): Set<WitnessKey> {
  const { signatures } = parseNote(note);
  return new Set(keys.filter((key) => signatures.some((line) => isSignatureBy(key, line))));
}

function linesOf(answer: string): readonly NoteSignature[] {
  try {
    return parseSignatureLines(answer);
  } catch (error) {
    if (error instanceof ProtocolError) return []; // the answer is not ours: anything may be in it
    throw error;
  }
}
