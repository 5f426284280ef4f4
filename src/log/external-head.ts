import { parseErrorText } from '../text/error-text.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { EXTERNAL_HOLDERS, PIN_FAULTS } from '../text/log.ts';
import { bilingual, type Message } from '../text/message.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { type Checkpoint, parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { type Note, parseNote } from '../protocol/note/note.ts';
import { keysForSize, type Trust } from '../protocol/trust.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import type { Head } from './model.ts';
import type { TreeReader } from './tree-reader.ts';

/** A head of the log as the contract, a witness or a pinned checkpoint remembers it. */
export interface ExternalHead {
  /** Its holder, as the subject of a sentence. */
  readonly holder: Message;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** A head signed by the log, as a witness shows it. */
export interface WitnessedHead extends ExternalHead {
  /** Whether the witness has cosigned it: only then can it confirm the log. */
  readonly isCosigned: boolean;
}

/** What a witness that shows no checkpoint states of its memory of this log. */
export interface WitnessStatement {
  /** The name of the witness in the policy. */
  readonly name: string;
  /** Undefined where it states none. */
  readonly size?: bigint;
  /**
   * Why this log cannot be the one that it remembers: its size is larger, or its root of the same
   * size another. A claim without this log's signature: nothing is signed as long as it stands.
   */
  readonly dispute?: Message;
  /** Whether it has cosigned the log's head again: only then can it confirm the log. */
  readonly isCosigned: boolean;
}

/** Whether an external head must confirm the log before it signs, and the heads that are known. */
export interface ExternalCheckPolicy {
  readonly isRequired: boolean;
  /**
   * False where the contract's chain was restored from the same backup as the log: it has lost what
   * the log has lost.
   */
  readonly isChainExternal: boolean;
  readonly pinned: readonly ExternalHead[];
  /** The heads that witnesses showed at the start. */
  readonly witnessed?: readonly WitnessedHead[];
  /** What the other witnesses stated at the start. */
  readonly stated?: readonly WitnessStatement[];
  /** Called once, when the first external head agrees with the log. */
  readonly onAgreed: () => void;
}

/**
 * Throws `log-rolled-back` where the log is shorter than the external head, `log-forked` where it
 * has another root at its size; both heads are in the message.
 */
export async function requireAgreement(
  head: Pick<Head, 'size' | 'root'>,
  reader: Pick<TreeReader, 'rootAt'>,
  external: ExternalHead,
): Promise<void> {
  const { holder, size: externalSize } = external;
  const externalRoot = toBase64(external.root);
  if (externalSize > head.size) {
    const { size, root } = head;
    throw new LedgerError('log-rolled-back', { holder, externalSize, externalRoot, size, root: toBase64(root) });
  }
  const root = await reader.rootAt(externalSize);
  if (!equalBytes(root, external.root)) {
    throw new LedgerError('log-forked', { holder, externalRoot, size: externalSize, root: toBase64(root) });
  }
}

/** Whether the error means that log and external head exclude each other: signing must stop. */
export function isContradiction({ code }: LedgerError): boolean {
  return code === 'log-rolled-back' || code === 'log-forked';
}

/** The head that the contract holds, as an external head. */
export function contractHead({ size, root }: Pick<Head, 'size' | 'root'>): ExternalHead {
  return { holder: EXTERNAL_HOLDERS.contract, size, root };
}

/** The head that a pinned checkpoint states; `pin-wrong` unless a key of this log signed it. */
export function pinnedHead(source: string, trust: Pick<Trust, 'log'>): ExternalHead {
  const { origin: expected } = trust.log;
  const { note, checkpoint } = readPinned(source);
  const { origin: found, size, root } = checkpoint;
  if (found !== expected) throw pinWrong(bilingual(PIN_FAULTS.otherLog, { found, expected }));
  const isSigned = checkNote(note, keysForSize(trust, size)).status === 'signed';
  if (!isSigned) throw pinWrong(bilingual(PIN_FAULTS.unsigned, { origin: expected }));
  return { holder: EXTERNAL_HOLDERS.pinnedCheckpoint, size, root };
}

function readPinned(source: string): { readonly note: Note; readonly checkpoint: Checkpoint } {
  try {
    const note = parseNote(source);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (error instanceof ProtocolError) throw pinWrong(parseErrorText(error), error);
    throw error;
  }
}

function pinWrong(reason: Message, cause?: Error): LedgerError {
  return new LedgerError('pin-wrong', { reason, cause });
}
