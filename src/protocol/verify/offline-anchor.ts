import type { Anchor } from '../anchor.ts';
import { equalBytes, toBase64 } from '../bytes.ts';
import { type BlockHeader, provenLogs, readHeader, type ReceiptLog } from '../chain/block-proof.ts';
import { decodeAnchored } from '../chain/contract.ts';
import { ProtocolError } from '../errors.ts';
import type { Trust } from '../trust.ts';
import type { BlockTimes, ChainSubject } from './chain-steps.ts';
import { fail, type Finding, NOT_ASKED, PASS, unknown } from './report.ts';

/** What the headers and the trie proof of a receipt say without any node. */
export interface OfflineFindings {
  /** `pass` where the proof leads to a block that the trust file pins; `fail` where the receipt contradicts itself. */
  readonly anchor: Finding;
  readonly notBefore: Finding;
  readonly times: BlockTimes;
}

/**
 * The event of the anchor, by the trie of receipts of its block; the header of the block, by its hash; and the block, by the trust file, which pins it. Of
 * the block of `notBefore` its header alone is asked for.
 */
export function judgeOffline({ anchor, notBefore }: ChainSubject, trust: Trust): OfflineFindings {
  if (anchor === null) return { anchor: NOT_ASKED, notBefore: NOT_ASKED, times: {} };
  const header = headerOf(anchor.header, { number: anchor.blockNumber, hash: anchor.blockHash });
  const before = typeof notBefore === 'object' ? headerOf(anchor.notBeforeHeader, notBefore) : undefined;
  return {
    anchor: judgeAnchorHeader(anchor, header, trust),
    notBefore: judgeHeader(before, trust),
    times: {
      ...(header !== undefined && 'hash' in header && { anchorSeconds: header.timestampSeconds }),
      ...(before !== undefined && 'hash' in before && { notBeforeSeconds: before.timestampSeconds }),
    },
  };
}

/** The header, if it is that of this block; else why it is not. Undefined where the receipt has none. */
function headerOf(
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

function judgeHeader(header: BlockHeader | Finding | undefined, trust: Trust): Finding {
  if (header === undefined) return NOT_ASKED;
  if ('status' in header) return header;
  const isPinned = trust.pinnedBlocks.some(({ number, hash }) => number === header.number && hash === header.hash);
  return isPinned ? PASS : unknown('block-not-pinned', undefined, header.hash);
}

function judgeAnchorHeader(anchor: Anchor, header: BlockHeader | Finding | undefined, trust: Trust): Finding {
  const { receiptProof } = anchor;
  if (header === undefined || 'status' in header || receiptProof === undefined) {
    return header !== undefined && 'status' in header ? header : NOT_ASKED;
  }
  const logs = attempt('receipt-proof-wrong', () => provenLogs(header, anchor.transactionIndex, receiptProof));
  if ('status' in logs) return logs;
  const event = attempt('event-missing', () => judgeProvenEvent(anchor, logs[anchor.logPosition]));
  return event.status === 'pass' ? judgeHeader(header, trust) : event;
}

/** The event stands at the stated place of the transaction's receipt, from the contract, and says what the anchor says. */
function judgeProvenEvent(anchor: Anchor, log: ReceiptLog | undefined): Finding {
  const event = log?.address === anchor.contract ? decodeAnchored(log.topics, log.data) : undefined;
  if (event === undefined || event.logId !== anchor.logId || event.size !== anchor.size) return fail('event-missing');
  if (!equalBytes(event.root, anchor.root)) return fail('event-differs', toBase64(event.root), toBase64(anchor.root));
  if (event.anchorIndex !== anchor.anchorIndex) {
    return fail('event-differs', `anchorIndex ${event.anchorIndex}`, `anchorIndex ${anchor.anchorIndex}`);
  }
  return PASS;
}

/** What cannot be read, or proves nothing, is a contradiction of the receipt with itself: its parts were made to fit. */
function attempt<T extends object>(code: string, read: () => T): T | Finding {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return fail(code, undefined, error.code);
    throw error;
  }
}
