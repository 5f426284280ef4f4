import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { ReceiptLog } from '../chain/block-proof.ts';
import { decodeAnchored } from '../chain/contract.ts';
import type { Trust } from '../trust.ts';
import type { BlockTimes, ChainSubject } from './chain-subject.ts';
import { headerOf, judgeEventProof, judgeHeader } from './offline-event.ts';
import { fail, type StepResult, NOT_ASKED, PASS } from './report.ts';

/** What the block headers and the trie proof of a receipt prove without any node. */
export interface OfflineResults {
  /**
   * `pass` where the proof leads to a block that the trust file pins; `fail` where the receipt
   * contradicts itself.
   */
  readonly anchor: StepResult;
  readonly notBefore: StepResult;
  readonly times: BlockTimes;
}

/**
 * Judges the anchor's event by its proof, and the block of `notBefore` by its header. `NOT_ASKED`
 * where the receipt has no proof.
 */
export function judgeOffline({ anchor, notBefore }: ChainSubject, trust: Trust): OfflineResults {
  if (anchor === null) return { anchor: NOT_ASKED, notBefore: NOT_ASKED, times: {} };
  const header = headerOf(anchor.header, { number: anchor.blockNumber, hash: anchor.blockHash });
  const before = typeof notBefore === 'object' ? headerOf(anchor.notBeforeHeader, notBefore) : undefined;
  return {
    anchor: judgeEventProof(anchor, header, trust, (log) => judgeProvenEvent(anchor, log)),
    notBefore: before === undefined && isPinned(notBefore, trust) ? PASS : judgeHeader(before, trust),
    times: {
      ...(header !== undefined && 'hash' in header && { anchorSeconds: header.timestampSeconds }),
      ...(before !== undefined && 'hash' in before && { notBeforeSeconds: before.timestampSeconds }),
    },
  };
}

/** A pin names number and hash: the header would only add the time. */
function isPinned(block: ChainSubject['notBefore'], { pinnedBlocks }: Trust): boolean {
  return (
    typeof block === 'object' && pinnedBlocks.some(({ number, hash }) => number === block.number && hash === block.hash)
  );
}

/**
 * The stated position of the transaction's receipt holds an `Anchored` event of the contract with
 * the values that the anchor states.
 */
function judgeProvenEvent(anchor: Anchor, log: ReceiptLog | undefined): StepResult {
  const event = log?.address === anchor.contract ? decodeAnchored(log.topics, log.data) : undefined;
  if (event === undefined || event.logId !== anchor.logId || event.size !== anchor.size) return fail('event-missing');
  if (!equalBytes(event.root, anchor.root)) return fail('event-differs', toBase64(event.root), toBase64(anchor.root));
  if (event.anchorIndex !== anchor.anchorIndex) {
    return fail('event-differs', `anchorIndex ${event.anchorIndex}`, `anchorIndex ${anchor.anchorIndex}`);
  }
  return PASS;
}
