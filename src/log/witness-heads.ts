import { EXTERNAL_HOLDERS } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { checkCosignatures } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { parseNote } from '../protocol/note/note.ts';
import { checkNote, type VerifierKey } from '../protocol/note/vkey.ts';
import type { ExternalHead } from './external-head.ts';
import type { Cosigner } from './ports.ts';

/** What makes a note the log's own. */
export interface OwnLog {
  readonly origin: string;
  /**
   * Those that are not revoked, whatever sizes they are for: an older copy in which the key was
   * changed must not disown what the newer one has signed. What a revoked key signed is a thief's
   * as likely as the log's.
   */
  readonly keys: readonly VerifierKey[];
}

/** A head that the log has signed, as a witness shows it. */
export interface WitnessedHead extends ExternalHead {
  /** The witness's own signature is on it: it confirms the log, and does not only contradict it. */
  readonly isCosigned: boolean;
}

/**
 * Undefined where the witness shows nothing, or nothing that the log has signed: then it says
 * nothing about the log.
 */
export async function witnessedHead(cosigner: Cosigner, own: OwnLog): Promise<WitnessedHead | undefined> {
  const note = await cosigner.latest();
  return note === undefined ? undefined : readHead(note, cosigner, own);
}

/** What each shows, of those that show something. */
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
    if (error instanceof ProtocolError) return undefined; // a stranger may say anything
    throw error;
  }
}
