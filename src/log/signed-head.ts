import { bilingual } from '../text/message.ts';
import { CHECK_FAULTS } from '../text/store.ts';
import { errorText } from '../text/error-text.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { formatCheckpoint, parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { formatNote, parseNote } from '../protocol/note/note.ts';
import { checkNote, type VerifierKey } from '../protocol/note/vkey.ts';
import type { Head } from './model.ts';
import type { LogSigner } from './ports.ts';

/** A head with its checkpoint signed: the end of every commit, and the start of an empty log. */
export function signedHead(signer: LogSigner, size: bigint, root: Uint8Array, lastTimeMs: number): Head {
  const text = formatCheckpoint({ origin: signer.origin, size, root });
  return { size, root, lastTimeMs, note: formatNote({ text, signatures: [signer.sign(utf8Bytes(text))] }) };
}

/**
 * Throws `journal-damaged` unless a key of the log signed the note of the head. A log must not
 * continue from an unsigned head: the next signature would confirm data that was written without
 * the key.
 */
export function requireSigned(head: Pick<Head, 'size' | 'root' | 'note'>, keys: readonly VerifierKey[]): void {
  const reason = faultOf(head, keys);
  if (reason === undefined) return;
  throw new LedgerError('journal-damaged', { reason: bilingual(CHECK_FAULTS.note, { size: head.size, reason }) });
}

function faultOf({ size, root, note }: Parameters<typeof requireSigned>[0], keys: readonly VerifierKey[]) {
  try {
    const parsed = parseNote(note);
    const stated = parseCheckpoint(parsed.text);
    if (stated.size !== size || !equalBytes(stated.root, root)) return CHECK_FAULTS.noteOther;
    const { status } = checkNote(parsed, keys);
    if (status === 'signed') return undefined;
    return status === 'forged' ? CHECK_FAULTS.noteForged : CHECK_FAULTS.noteUnsigned;
  } catch (cause) {
    return bilingual(CHECK_FAULTS.noteUnreadable, { reason: errorText(cause) });
  }
}
