import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { type Checkpoint, parseForeignCheckpoint } from '../protocol/note/checkpoint.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { type Note, parseNote } from '../protocol/note/note.ts';
import { type Trust, unrevokedKeys } from '../protocol/trust.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import type { RootAt } from './judge.ts';
import { contradiction, type AuditProblem, unknown } from './audit-problem.ts';

/**
 * A checkpoint of the log, validly signed by it, that a witness was shown. What the log shows to us
 * must continue it or be continued by it.
 */
export interface WitnessNote {
  /** The witness's name in the policy. */
  readonly name: string;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/**
 * What a witness answers is a claim of the log only where a key of the log signed it, for whatever
 * size, that is not revoked: else it says nothing against anybody but the witness.
 */
export function readWitnessNote(name: string, source: string, trust: Trust): WitnessNote | AuditProblem {
  const wrong = (found: string) => unknown('witness-answer-wrong', `witness ${name}`, undefined, found);
  try {
    const note = parseNote(source);
    const checkpoint = parseForeignCheckpoint(note.text);
    if (checkpoint.origin !== trust.log.origin) return wrong(checkpoint.origin);
    const { status } = checkNote(note, unrevokedKeys(trust));
    if (status === 'signed') return { name, note, checkpoint };
    // a thief may have shown it to the witness, or be the witness
    if (isSignedByRevoked(note, trust)) return unknown('key-revoked', `witness ${name}`);
    return wrong(status);
  } catch (error) {
    if (error instanceof ProtocolError) return wrong(error.code);
    throw error;
  }
}

function isSignedByRevoked(note: Note, { log }: Trust): boolean {
  return (
    checkNote(
      note,
      log.keys.map(({ key }) => key),
    ).status === 'signed'
  );
}

/**
 * The checkpoint that is shown to us against those that were shown to witnesses. One that is ahead
 * may have been published meanwhile.
 */
export function judgeWitnessNotes(shown: Checkpoint, notes: readonly WitnessNote[], rootAt: RootAt): AuditProblem[] {
  return notes.flatMap(({ name, checkpoint: { size, root } }) => {
    if (size > shown.size) return [unknown('witness-ahead', `witness ${name}`, `>= ${size}`, shown.size.toString())];
    const found = size === shown.size ? shown.root : rootAt(size);
    if (found === undefined || equalBytes(found, root)) return [];
    return [contradiction('log-forked', `witness ${name}, size ${size}`, toBase64(root), toBase64(found))];
  });
}

/** Whether what a witness was shown is the beginning of what is shown to us. */
export function isConfirmed({ checkpoint: { size, root } }: WitnessNote, shown: Checkpoint, rootAt?: RootAt): boolean {
  const found = size === shown.size ? shown.root : rootAt?.(size);
  return size <= shown.size && found !== undefined && equalBytes(found, root);
}

/**
 * The checkpoint that is shown to us against notes that witnesses had long before: it was published
 * to them and is withheld from us.
 */
export function judgeWithheld(shown: Checkpoint, seenLongAgo: readonly WitnessNote[]): AuditProblem[] {
  return seenLongAgo
    .filter(({ checkpoint }) => checkpoint.size > shown.size)
    .map(({ name, checkpoint: { size } }) =>
      contradiction('log-rolled-back', `witness ${name}`, `>= ${size}`, shown.size.toString()),
    );
}
