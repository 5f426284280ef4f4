import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { ReceiptLog } from '../chain/block-proof.ts';
import { decodeAnchored } from '../chain/contract.ts';
import type { Trust } from '../trust.ts';
import type { BlockTimes, ChainSubject } from './chain-steps.ts';
import { headerOf, judgeEventProof, judgeHeader } from './offline-event.ts';
import { fail, type Finding, NOT_ASKED, PASS } from './report.ts';

/** What the headers and the trie proof of a receipt say without any node. */
export interface OfflineFindings {
  /**
   * `pass` where the proof leads to a block that the trust file pins; `fail` where the receipt
   * contradicts itself.
   */
  readonly anchor: Finding;
  readonly notBefore: Finding;
  readonly times: BlockTimes;
}

/**
 * The event of the anchor, by its proof. Of the block of `notBefore` its header alone is asked for.
 */
export function judgeOffline({ anchor, notBefore }: ChainSubject, trust: Trust): OfflineFindings {
  if (anchor === null) return { anchor: NOT_ASKED, notBefore: NOT_ASKED, times: {} };
  const header = headerOf(anchor.header, { number: anchor.blockNumber, hash: anchor.blockHash });
  const before = typeof notBefore === 'object' ? headerOf(anchor.notBeforeHeader, notBefore) : undefined;
  return {
    anchor: judgeEventProof(anchor, header, trust, (log) => judgeProvenEvent(anchor, log)),
    notBefore: judgeHeader(before, trust),
    times: {
      ...(header !== undefined && 'hash' in header && { anchorSeconds: header.timestampSeconds }),
      ...(before !== undefined && 'hash' in before && { notBeforeSeconds: before.timestampSeconds }),
    },
  };
}

/**
 * The event stands at the stated place of the transaction's receipt, from the contract, and says
 * what the anchor says.
 */
function judgeProvenEvent(anchor: Anchor, log: ReceiptLog | undefined): Finding {
  const event = log?.address === anchor.contract ? decodeAnchored(log.topics, log.data) : undefined;
  if (event === undefined || event.logId !== anchor.logId || event.size !== anchor.size) return fail('event-missing');
  if (!equalBytes(event.root, anchor.root)) return fail('event-differs', toBase64(event.root), toBase64(anchor.root));
  if (event.anchorIndex !== anchor.anchorIndex) {
    return fail('event-differs', `anchorIndex ${event.anchorIndex}`, `anchorIndex ${anchor.anchorIndex}`);
  }
  return PASS;
}
