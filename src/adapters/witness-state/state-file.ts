import { hash } from 'node:crypto';
import { parseForeignCheckpoint } from '../../protocol/note/checkpoint.ts';
import { checkCosignatures, type WitnessKey } from '../../protocol/note/cosignature.ts';
import { parseNote } from '../../protocol/note/note.ts';
import type { CosignedCheckpoint } from '../../witness/ports.ts';

/**
 * What the witness remembers of one log: a line with the SHA-256 of all that follows, then the
 * signed note, or the origin alone where nothing was cosigned yet. The cosignature shows that this
 * witness wrote it; the digest covers the signatures of the log too.
 */
const FORMAT = 'evidence-ledger/witness-state/v1';

export function formatStateFile(origin: string, latest: CosignedCheckpoint | undefined): string {
  const content = latest?.note ?? `${origin}\n`;
  return `${FORMAT} ${hash('sha256', content)}\n${content}`;
}

/** Throws where the file is not, to the bit, what this witness wrote about this log. */
export function parseStateFile(text: string, origin: string, key: WitnessKey): CosignedCheckpoint | undefined {
  const end = text.indexOf('\n') + 1;
  const content = text.slice(end);
  if (text.slice(0, end) !== `${FORMAT} ${hash('sha256', content)}\n`) throw new Error('it does not have its digest');
  if (content === `${origin}\n`) return undefined;
  const note = parseNote(content);
  const { origin: found, size, root } = parseForeignCheckpoint(note.text);
  if (found !== origin) throw new Error(`it is about the log ${JSON.stringify(found)}`);
  const check = checkCosignatures(note, [key]);
  if (check.status !== 'checked' || check.cosignatures.length !== 1)
    throw new Error('its cosignature is not by this key');
  return { size, root, timeSeconds: check.cosignatures[0]!.timeSeconds, note: content };
}
