import { LedgerError } from '../text/ledger-error.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { parseNote } from '../protocol/note/note.ts';
import { keysForSize, type Trust } from '../protocol/trust.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import type { Head } from './model.ts';
import type { TreeReader } from './tree-reader.ts';
import type { WitnessedHead } from './witness-heads.ts';

/** What somebody outside the ledger remembers of it. */
export interface ExternalHead {
  /** Who says so, as the subject of a sentence: "the contract". */
  readonly who: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Whether the log must hear from outside before it signs, and what it was told already. */
export interface ExternalCheckPolicy {
  readonly isRequired: boolean;
  /**
   * False where the contract's chain came out of the same backup as the log: it forgot what the log
   * forgot.
   */
  readonly isChainExternal: boolean;
  readonly pinned: readonly ExternalHead[];
  /** What witnesses showed when they were asked at the start. */
  readonly witnessed?: readonly WitnessedHead[];
  /** Called once, when the first one outside has agreed. */
  readonly onAgreed: () => void;
}

/**
 * Throws `log-rolled-back` where the log is shorter than what is remembered, `log-forked` where it
 * is another one; both heads are in the message.
 */
export async function requireAgreement(
  head: Pick<Head, 'size' | 'root'>,
  reader: Pick<TreeReader, 'rootAt'>,
  external: ExternalHead,
): Promise<void> {
  if (external.size > head.size) {
    const heads = `${external.who} holds ${describe(external)}, this log has ${describe(head)}`;
    throw new LedgerError('log-rolled-back', { detail: `the log is older than what is known outside: ${heads}` });
  }
  const ownRoot = await reader.rootAt(external.size);
  if (!equalBytes(ownRoot, external.root)) {
    const heads = `${external.who} holds ${describe(external)}, this log had root ${toBase64(ownRoot)}`;
    throw new LedgerError('log-forked', { detail: `the log is not the one that is known outside: ${heads}` });
  }
}

/** Whether the log and one outside exclude each other: then nothing more may be signed. */
export function isContradiction({ code }: LedgerError): boolean {
  return code === 'log-rolled-back' || code === 'log-forked';
}

/** The head that a pinned checkpoint states; `pin-wrong` unless a key of this log signed it. */
export function pinnedHead(note: string, trust: Pick<Trust, 'log'>): ExternalHead {
  const { origin } = trust.log;
  try {
    const parsed = parseNote(note);
    const { origin: stated, size, root } = parseCheckpoint(parsed.text);
    if (stated !== origin)
      throw new LedgerError('pin-wrong', { detail: `it is of the log ${stated}, should be of ${origin}` });
    const { status } = checkNote(parsed, keysForSize(trust, size));
    if (status !== 'signed') throw new LedgerError('pin-wrong', { detail: `no key of ${origin} signed it` });
    return { who: 'the pinned checkpoint', size, root };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('pin-wrong', { detail: `the pinned checkpoint cannot be used: ${reason}`, cause });
  }
}

function describe({ size, root }: { readonly size: bigint; readonly root: Uint8Array }): string {
  return `size ${size} with root ${toBase64(root)}`;
}
