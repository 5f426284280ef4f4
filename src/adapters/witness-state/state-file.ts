import { hash } from 'node:crypto';
import { parseForeignCheckpoint } from '../../protocol/note/checkpoint.ts';
import { checkCosignatures, type WitnessKey } from '../../protocol/note/cosignature.ts';
import { parseNote } from '../../protocol/note/note.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { STATE_FAULTS } from '../../text/witness.ts';
import type { CosignedCheckpoint } from '../../witness/ports.ts';

/**
 * The state file of one log: a line with the SHA-256 of everything after it, then the signed note,
 * or the origin alone where nothing was cosigned yet. The cosignature proves that this witness
 * wrote it; the digest covers the signatures of the log too.
 */
const FORMAT = 'evidence-ledger/witness-state/v1';

export function formatStateFile(origin: string, latest: CosignedCheckpoint | undefined): string {
  const content = latest?.note ?? `${origin}\n`;
  return `${FORMAT} ${hash('sha256', content)}\n${content}`;
}

/**
 * What a state file holds, or why it is not, to the bit, what this witness wrote about this log.
 * Throws ProtocolError where the note in it cannot be read.
 */
export function parseStateFile(
  text: string,
  origin: string,
  key: WitnessKey,
): { readonly latest: CosignedCheckpoint | undefined } | { readonly fault: Message } {
  const end = text.indexOf('\n') + 1;
  const content = text.slice(end);
  if (text.slice(0, end) !== `${FORMAT} ${hash('sha256', content)}\n`) return { fault: STATE_FAULTS.digestWrong };
  if (content === `${origin}\n`) return { latest: undefined };
  const note = parseNote(content);
  const { origin: found, size, root } = parseForeignCheckpoint(note.text);
  if (found !== origin) return { fault: bilingual(STATE_FAULTS.otherLog, { found }) };
  const check = checkCosignatures(note, [key]);
  if (check.status !== 'checked' || check.cosignatures.length !== 1) return { fault: STATE_FAULTS.cosignatureWrong };
  return { latest: { size, root, timeSeconds: check.cosignatures[0]!.timeSeconds, note: content } };
}
