import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { parseNote } from '../protocol/note/note.ts';
import { keysForSize, type Trust } from '../protocol/trust.ts';
import { checkNote } from '../protocol/note/vkey.ts';
import { type Head, PortError } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import type { WitnessedHead } from './witnessed-head.ts';

/** What somebody outside the ledger remembers of it. */
export interface OutsideHead {
  /** Who says so, as the subject of a sentence: "the contract". */
  readonly who: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Whether the log must hear from outside before it signs, and what it was told already. */
export interface OutsideDemand {
  readonly isRequired: boolean;
  /** False where the contract's chain came out of the same backup as the log: it forgot what the log forgot. */
  readonly isChainOutside: boolean;
  readonly pinned: readonly OutsideHead[];
  /** What witnesses showed when they were asked at the start. */
  readonly witnessed?: readonly WitnessedHead[];
  /** Called once, when the first one outside has agreed. */
  readonly onAgreed: () => void;
}

/** Throws `log-rolled-back` where the log is shorter than what is remembered, `log-forked` where it is another one; both heads are in the message. */
export async function demandAgreement(
  head: Pick<Head, 'size' | 'root'>,
  reader: Pick<TreeReader, 'rootAt'>,
  outside: OutsideHead,
): Promise<void> {
  if (outside.size > head.size) {
    const heads = `${outside.who} holds ${describe(outside)}, this log has ${describe(head)}`;
    throw new PortError('log-rolled-back', `the log is older than what is known outside: ${heads}`);
  }
  const ownRoot = await reader.rootAt(outside.size);
  if (!equalBytes(ownRoot, outside.root)) {
    const heads = `${outside.who} holds ${describe(outside)}, this log had root ${toBase64(ownRoot)}`;
    throw new PortError('log-forked', `the log is not the one that is known outside: ${heads}`);
  }
}

/** Whether the log and one outside exclude each other: then nothing more may be signed. */
export function isContradiction({ code }: PortError): boolean {
  return code === 'log-rolled-back' || code === 'log-forked';
}

/** The head that a pinned checkpoint states; `pin-wrong` unless a key of this log signed it. */
export function pinnedHead(note: string, trust: Pick<Trust, 'log'>): OutsideHead {
  const { origin } = trust.log;
  try {
    const parsed = parseNote(note);
    const { origin: stated, size, root } = parseCheckpoint(parsed.text);
    if (stated !== origin) throw new PortError('pin-wrong', `it is of the log ${stated}, should be of ${origin}`);
    const { status } = checkNote(parsed, keysForSize(trust, size));
    if (status !== 'signed') throw new PortError('pin-wrong', `no key of ${origin} signed it`);
    return { who: 'the pinned checkpoint', size, root };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PortError('pin-wrong', `the pinned checkpoint cannot be used: ${reason}`, { cause });
  }
}

function describe({ size, root }: { readonly size: bigint; readonly root: Uint8Array }): string {
  return `size ${size} with root ${toBase64(root)}`;
}
