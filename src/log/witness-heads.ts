import { EXTERNAL_HOLDERS } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { checkCosignatures } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { parseNote } from '../protocol/note/note.ts';
import { checkNote, type VerifierKey } from '../protocol/note/vkey.ts';
import type { WitnessedHead } from './external-head.ts';
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

/** The head that the witness shows; undefined where it shows none that the log has signed. */
export async function witnessedHead(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | undefined> {
  const note = await cosigner.latest();
  return note === undefined ? undefined : readHead(note, cosigner, own);
}

/** The heads of all witnesses that show one. */
export async function fetchWitnessHeads(cosigners: readonly Cosigner[], own: OwnLog): Promise<WitnessedHead[]> {
  const heads = await Promise.all(cosigners.map((cosigner) => witnessedHead(cosigner, own)));
  return heads.filter((head) => head !== undefined);
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
