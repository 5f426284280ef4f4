import { type BlockHeader, provenLogs, readHeader, type ReceiptLog } from '../chain/block-proof.ts';
import { ProtocolError } from '../encoding/errors.ts';
import type { EventPlace } from '../chain/event-place.ts';
import type { Trust } from '../trust.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/** The header if it is the header of `block`, else why it is not; undefined without `bytes`. */
export function headerOf(
  bytes: Uint8Array | undefined,
  block: { readonly number: bigint; readonly hash: string },
): BlockHeader | StepResult | undefined {
  if (bytes === undefined) return undefined;
  const header = attempt('block-header-unreadable', () => readHeader(bytes));
  if ('status' in header) return header;
  if (header.hash !== block.hash) return fail('block-header-differs', block.hash, header.hash);
  if (header.number !== block.number)
    return fail('block-header-differs', block.number.toString(), header.number.toString());
  return header;
}

/** `pass` where the trust file pins the header's block. */
export function judgeHeader(header: BlockHeader | StepResult | undefined, trust: Trust): StepResult {
  if (header === undefined) return NOT_ASKED;
  if ('status' in header) return header;
  const isPinned = trust.pinnedBlocks.some(({ number, hash }) => number === header.number && hash === header.hash);
  return isPinned ? PASS : unknown('block-not-pinned', undefined, header.hash);
}

/**
 * Proves an event in three links: the event by the receipts trie of its block, the root of the trie
 * by the block's header, and the header by the block that the trust file pins. `judge` compares the
 * log entry at the stated position with the stated event. `NOT_ASKED` where the receipt has no
 * proof.
 */
export function judgeEventProof(
  { receiptProof, transactionIndex, logPosition }: EventPlace,
  header: BlockHeader | StepResult | undefined,
  trust: Trust,
  judge: (log: ReceiptLog | undefined) => StepResult,
): StepResult {
  if (header !== undefined && 'status' in header) return header;
  if (header === undefined || receiptProof === undefined) return NOT_ASKED;
  const logs = attempt('receipt-proof-wrong', () => provenLogs(header, transactionIndex, receiptProof));
  if ('status' in logs) return logs;
  const event = attempt('event-missing', () => judge(logs[logPosition]));
  return event.status === 'pass' ? judgeHeader(header, trust) : event;
}

/**
 * A part that cannot be read or proves nothing contradicts the receipt itself, since its parts were
 * made to fit each other: `fail`.
 */
function attempt<T extends object>(code: string, read: () => T): T | StepResult {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return fail(code, undefined, error.code);
    throw error;
  }
}
