import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { type Checkpoint, parseForeignCheckpoint } from '../protocol/note/checkpoint.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { type Note, parseNote } from '../protocol/note/note.ts';
import { type Trust, unrevokedKeys } from '../protocol/trust.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import type { RootAt } from './judge.ts';
import { contradiction, type AuditProblem, unknown } from './audit-problem.ts';

/**
 * A checkpoint of the log, with a valid signature of the log, that a witness received. It and the
 * checkpoint that the auditor receives must be of one tree: one extends the other.
 */
export interface WitnessNote {
  /** The witness's name in the policy. */
  readonly name: string;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads the answer of a witness. It is a statement of the log only if a key of the log signed it
 * that is not revoked, for any size; otherwise it is evidence against nobody but the witness.
 */
export function readWitnessNote(name: string, source: string, trust: Trust): WitnessNote | AuditProblem {
  const rejected = (found: string) => unknown('witness-answer-wrong', `witness ${name}`, undefined, found);
  try {
    const note = parseNote(source);
    const checkpoint = parseForeignCheckpoint(note.text);
    if (checkpoint.origin !== trust.log.origin) return rejected(checkpoint.origin);
    const { status } = checkNote(note, unrevokedKeys(trust));
    if (status === 'signed') return { name, note, checkpoint };
    // the thief of the key may have submitted it to the witness, or operate the witness
    if (isSignedByRevoked(note, trust)) return unknown('key-revoked', `witness ${name}`);
    return rejected(status);
  } catch (error) {
    if (error instanceof ProtocolError) return rejected(error.code);
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
 * Compares the received checkpoint with those of the witnesses. One that is ahead may have been
 * published in the meantime.
 */
export function judgeWitnessNotes(received: Checkpoint, notes: readonly WitnessNote[], rootAt: RootAt): AuditProblem[] {
  return notes.flatMap(({ name, checkpoint: { size, root } }) => {
    if (size > received.size) {
      return [unknown('witness-ahead', `witness ${name}`, `>= ${size}`, received.size.toString())];
    }
    const found = size === received.size ? received.root : rootAt(size);
    if (found === undefined || equalBytes(found, root)) return [];
    return [contradiction('log-forked', `witness ${name}, size ${size}`, toBase64(root), toBase64(found))];
  });
}

/** Whether this note of the same witness is among the notes. */
export function includesNote(notes: readonly WitnessNote[], { name, note }: WitnessNote): boolean {
  return notes.some((other) => other.name === name && other.note.text === note.text);
}
