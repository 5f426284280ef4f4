import { equalBytes, toBase64 } from '../../../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../../../protocol/note/checkpoint.ts';
import { parseNote } from '../../../protocol/note/note.ts';
import { checkNote } from '../../../protocol/note/vkey.ts';
import type { KeysOfSize } from '../../../protocol/trust.ts';
import { errorText } from '../../../text/error-text.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { CHECK_FAULTS } from '../../../text/store.ts';

/**
 * What is wrong with a stored note: it should state this size and root, and be signed by a key of
 * the log for that size. An undefined root is not compared. Undefined where nothing is wrong.
 */
export function noteFault(
  source: string,
  size: bigint,
  root: Uint8Array | undefined,
  vkeys: KeysOfSize,
): Message | undefined {
  try {
    const note = parseNote(source);
    const stated = parseCheckpoint(note.text);
    if (stated.size !== size) return bilingual(CHECK_FAULTS.noteSize, { found: stated.size });
    if (root !== undefined && !equalBytes(stated.root, root)) {
      return bilingual(CHECK_FAULTS.noteRoot, { found: toBase64(stated.root), expected: toBase64(root) });
    }
    const { status } = checkNote(note, vkeys(size));
    if (status === 'signed') return undefined;
    return status === 'forged' ? CHECK_FAULTS.noteForged : CHECK_FAULTS.noteUnsigned;
  } catch (error) {
    return bilingual(CHECK_FAULTS.noteUnreadable, { reason: errorText(error) });
  }
}
