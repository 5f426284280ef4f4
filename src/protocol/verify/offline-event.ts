import { type BlockHeader, provenLogs, readHeader, type ReceiptLog } from '../chain/block-proof.ts';
import { ProtocolError } from '../encoding/errors.ts';
import type { EventPlace } from '../chain/event-place.ts';
import type { Trust } from '../trust.ts';
import { fail, type Finding, NOT_ASKED, PASS, unknown } from './report.ts';

/** The header, if it is that of this block; else why it is not. Undefined where there is none. */
export function headerOf(
  bytes: Uint8Array | undefined,
  block: { readonly number: bigint; readonly hash: string },
): BlockHeader | Finding | undefined {
  if (bytes === undefined) return undefined;
  const header = attempt('block-header-unreadable', () => readHeader(bytes));
  if ('status' in header) return header;
  if (header.hash !== block.hash) return fail('block-header-differs', block.hash, header.hash);
  if (header.number !== block.number)
    return fail('block-header-differs', block.number.toString(), header.number.toString());
  return header;
}

/** `pass` where the trust file pins the block of the header. */
export function judgeHeader(header: BlockHeader | Finding | undefined, trust: Trust): Finding {
  if (header === undefined) return NOT_ASKED;
  if ('status' in header) return header;
  const isPinned = trust.pinnedBlocks.some(({ number, hash }) => number === header.number && hash === header.hash);
  return isPinned ? PASS : unknown('block-not-pinned', undefined, header.hash);
}

/**
 * An event by the trie of receipts of its block; the header of the block by its hash; and the block
 * by the trust file. `judge` says whether what stands at the place is the event that is stated.
 */
export function judgeEventProof(
  { receiptProof, transactionIndex, logPosition }: EventPlace,
  header: BlockHeader | Finding | undefined,
  trust: Trust,
  judge: (log: ReceiptLog | undefined) => Finding,
): Finding {
  if (header !== undefined && 'status' in header) return header;
  if (header === undefined || receiptProof === undefined) return NOT_ASKED;
  const logs = attempt('receipt-proof-wrong', () => provenLogs(header, transactionIndex, receiptProof));
  if ('status' in logs) return logs;
  const event = attempt('event-missing', () => judge(logs[logPosition]));
  return event.status === 'pass' ? judgeHeader(header, trust) : event;
}

/**
 * What cannot be read, or proves nothing, is a contradiction of the receipt with itself: its parts
 * were made to fit.
 */
function attempt<T extends object>(code: string, read: () => T): T | Finding {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return fail(code, undefined, error.code);
    throw error;
  }
}
