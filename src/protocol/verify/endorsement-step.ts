import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { ReceiptLog } from '../chain/block-proof.ts';
import { decodeEndorsed, decodeEndorsedSize } from '../chain/contract.ts';
import { parseData } from '../chain/rpc.ts';
import type { Endorsement } from '../chain/endorsement.ts';
import type { Trust } from '../trust.ts';
import type { Answers } from './answers.ts';
import { headerOf, judgeEventProof } from './offline-event.ts';
import { fail, type Finding, NOT_ASKED, PASS, unknown } from './report.ts';

/** What the endorsements in a receipt say without any node. */
export interface EmbeddedEndorsements {
  /**
   * One of them contradicts itself, the anchor, or a pinned block: that counts whether or not
   * anybody asks for endorsements.
   */
  readonly contradiction: Finding | undefined;
  /** Sizes by endorser, proven down to blocks that the trust file pins. */
  readonly proven: ReadonlyMap<string, bigint>;
  /** One is proven as far as a block that is not pinned. */
  readonly unpinned: Finding | undefined;
}

/**
 * `trust` without its pinned blocks where the anchor is on another chain than it means: a block of
 * the same number is another one there.
 */
export function judgeEmbedded(anchor: Anchor | null, trust: Trust): EmbeddedEndorsements {
  const endorsements = anchor?.endorsements ?? [];
  const judged = endorsements.map((endorsement, i) => ({
    ...endorsement,
    finding: judgeEmbeddedOne(endorsement, anchor!, endorsements.slice(0, i), trust),
  }));
  const first = (status: Finding['status']) => judged.find(({ finding }) => finding.status === status)?.finding;
  const passed = judged.filter(({ finding }) => finding.status === 'pass');
  return {
    contradiction: first('fail'),
    proven: new Map(passed.map(({ endorser, size }) => [endorser, size])),
    unpinned: first('unknown'),
  };
}

/**
 * What one node says, or, without `answers`, what is proven alone. An endorsement of a larger size
 * covers this one, since the contract only ever extends a tree; an endorser counts once, proven or
 * said.
 */
export function judgeEndorsement(
  size: bigint,
  { endorsers }: Trust,
  proven: EmbeddedEndorsements['proven'],
  answers?: Answers,
): Finding {
  if (endorsers === undefined) return NOT_ASKED;
  const { k, of } = endorsers;
  const provenOf = of.flatMap((who) => (proven.has(who) ? [[who, proven.get(who)!] as const] : []));
  const endorsed =
    provenOf.length >= k || answers === undefined
      ? provenOf
      : of.map((who) => [who, larger(proven.get(who), decodeEndorsedSize(parseData(answers.get(who))))] as const);
  const covering = endorsed.filter(([, endorsedSize]) => endorsedSize >= size);
  const shown = covering.map(([who, endorsedSize]) => `${who} ${endorsedSize}`).join(', ');
  const compared = [`>= ${k}`, `${covering.length}${shown && `: ${shown}`}`] as const;
  if (covering.length >= k) return { ...PASS, expected: compared[0], found: compared[1] };
  return unknown(answers === undefined ? 'chain-not-asked' : 'too-few-endorsements', ...compared);
}

function judgeEmbeddedOne(
  endorsement: Endorsement,
  anchor: Anchor,
  before: readonly Endorsement[],
  trust: Trust,
): Finding {
  const { size, root, blockNumber, blockHash } = endorsement;
  if (size < anchor.size) return fail('endorsement-too-small', `>= ${anchor.size}`, size.toString());
  if (size === anchor.size && !equalBytes(root, anchor.root)) {
    return fail('endorsement-root-differs', toBase64(anchor.root), toBase64(root));
  }
  if (placeOrder(endorsement, anchor) <= 0) {
    return fail('endorsement-before-anchor', `>= ${anchor.blockNumber}`, blockNumber.toString());
  }
  const sameNumber = [anchor, ...before].find((other) => other.blockNumber === blockNumber);
  if (sameNumber !== undefined && sameNumber.blockHash !== blockHash) {
    return fail('endorsement-block-differs', sameNumber.blockHash, blockHash);
  }
  const pin = trust.pinnedBlocks.find(({ number }) => number === blockNumber);
  if (pin !== undefined && pin.hash !== blockHash) return fail('pinned-block-differs', pin.hash, blockHash);
  const header = headerOf(endorsement.header, { number: blockNumber, hash: blockHash });
  return judgeEventProof(endorsement, header, trust, (log) => judgeEvent(endorsement, anchor, log));
}

/**
 * The event stands at the stated place, from the anchor's contract, under its log id, and says what
 * is stated.
 */
function judgeEvent(endorsement: Endorsement, { contract, logId }: Anchor, log: ReceiptLog | undefined): Finding {
  const event = log?.address === contract ? decodeEndorsed(log.topics, log.data) : undefined;
  const { endorser, size, root } = endorsement;
  if (event === undefined || event.logId !== logId || event.endorser !== endorser) return fail('event-missing');
  if (event.size !== size) return fail('event-differs', `size ${event.size}`, `size ${size}`);
  if (!equalBytes(event.root, root)) return fail('event-differs', toBase64(event.root), toBase64(root));
  return PASS;
}

/** Below 0 where `a` stands before `b` on their chain. */
function placeOrder(a: Endorsement, b: Anchor): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1;
  return a.transactionIndex - b.transactionIndex || a.logPosition - b.logPosition;
}

function larger(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a > b ? a : b;
}
