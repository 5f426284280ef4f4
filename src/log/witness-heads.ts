import { EXTERNAL_HOLDERS, WITNESS_FAULTS } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { checkCosignatures } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { sizeQuestion } from '../protocol/note/add-checkpoint.ts';
import { parseNote } from '../protocol/note/note.ts';
import { checkNote, type VerifierKey } from '../protocol/note/vkey.ts';
import { verifiedLine } from './cosigned-note.ts';
import type { WitnessedHead, WitnessStatement } from './external-head.ts';
import type { Head } from './model.ts';
import type { Cosigner } from './ports.ts';

/** The origin and keys by which a note counts as signed by this log. */
export interface OwnLog {
  readonly origin: string;
  /**
   * All keys that are not revoked, for any size: an older copy of the log must recognise what the
   * newer copy has signed after a change of key. A signature by a revoked key may be a thief's.
   */
  readonly keys: readonly VerifierKey[];
}

/**
 * The head that the witness shows; `nothing` where it shows no checkpoint, undefined where it shows
 * one that the log has not signed.
 */
export async function witnessedHead(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | 'nothing' | undefined> {
  const note = await cosigner.latest();
  return note === undefined ? 'nothing' : readHead(note, cosigner, own);
}

/** The heads of the witnesses that show one, and the witnesses that show nothing. */
export async function fetchWitnessHeads(
  cosigners: readonly Cosigner[],
  own: OwnLog,
): Promise<{ readonly heads: WitnessedHead[]; readonly pageless: Cosigner[] }> {
  const heads = await Promise.all(cosigners.map((cosigner) => witnessedHead(cosigner, own)));
  return {
    heads: heads.filter((head) => typeof head === 'object'),
    pageless: cosigners.filter((_, i) => heads[i] === 'nothing'),
  };
}

/**
 * What a witness states of its memory of this log, asked with the newest committed checkpoint;
 * undefined where it states nothing. A cosignature of that checkpoint confirms the log, a size
 * alone does not: it comes without a root.
 */
export async function askStatement(
  cosigner: Cosigner,
  { size, note }: Pick<Head, 'size' | 'note'>,
): Promise<WitnessStatement | undefined> {
  const { name, key } = cosigner;
  const answer = await cosigner.add(sizeQuestion({ size, note }));
  if (answer.status === 'conflict') return { name, isCosigned: false, dispute: answer.reason };
  if (answer.status === 'other-size') return { name, size: answer.size, isCosigned: false, ...disputeOf(answer, size) };
  if (answer.status !== 'cosigned') return undefined;
  // at size 0, a witness without memory cosigns too
  return { name, size, isCosigned: size > 0n && verifiedLine(answer.lines, key, parseNote(note).text) !== undefined };
}

function disputeOf({ size: found }: { readonly size: bigint }, size: bigint): Pick<WitnessStatement, 'dispute'> {
  return found <= size ? {} : { dispute: bilingual(WITNESS_FAULTS.sizeAhead, { found, size }) };
}

function readHead(source: string, { name, key }: Cosigner, own: OwnLog): WitnessedHead | undefined {
  try {
    const note = parseNote(source);
    const { origin, size, root } = parseCheckpoint(note.text);
    if (origin !== own.origin || checkNote(note, own.keys).status !== 'signed') return undefined;
    const check = checkCosignatures(note, [key]);
    const isCosigned = check.status === 'checked' && check.cosignatures.length > 0;
    return { holder: bilingual(EXTERNAL_HOLDERS.witness, { name }), size, root, isCosigned };
  } catch (error) {
    // the answer is not ours: anything may be in it
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
