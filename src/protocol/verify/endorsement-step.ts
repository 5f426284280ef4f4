import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { ReceiptLog } from '../chain/block-proof.ts';
import { decodeEndorsed, decodeEndorsedSize } from '../chain/contract.ts';
import { parseData } from '../chain/rpc.ts';
import type { Endorsement } from '../chain/endorsement.ts';
import type { Trust } from '../trust.ts';
import type { Answers } from './answers.ts';
import { headerOf, judgeEventProof } from './offline-event.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/** What the endorsements in a receipt prove without any node. */
export interface EmbeddedEndorsements {
  /**
   * The first endorsement that contradicts itself, the anchor or a pinned block; it counts whether
   * or not the trust file requires endorsements.
   */
  readonly contradiction: StepResult | undefined;
  /** Endorsed sizes by endorser, proven down to blocks that the trust file pins. */
  readonly proven: ReadonlyMap<string, bigint>;
  /** The first endorsement that is proven down to a block which is not pinned. */
  readonly unpinned: StepResult | undefined;
}

/**
 * Judges each endorsement of the anchor by its proof. The caller leaves the pinned blocks out of
 * `trust` where the anchor is on another chain: a block of the same number is another block there.
 */
export function judgeEmbedded(anchor: Anchor | null, trust: Trust): EmbeddedEndorsements {
  const endorsements = anchor?.endorsements ?? [];
  const judged = endorsements.map((endorsement, i) => ({
    ...endorsement,
    result: judgeEmbeddedOne(endorsement, anchor!, endorsements.slice(0, i), trust),
  }));
  const first = (status: StepResult['status']) => judged.find(({ result }) => result.status === status)?.result;
  const passed = judged.filter(({ result }) => result.status === 'pass');
  return {
    contradiction: first('fail'),
    proven: new Map(passed.map(({ endorser, size }) => [endorser, size])),
    unpinned: first('unknown'),
  };
}

/**
 * Whether enough endorsers cover a tree of `size`: by the proofs and the answers of one node, or,
 * without `answers`, by the proofs alone. An endorsement of a larger size covers a smaller one,
 * since the contract only ever extends a tree. An endorser counts once, whether by proof or by
 * answer.
 */
export function judgeEndorsement(
  size: bigint,
  { endorsers }: Trust,
  proven: EmbeddedEndorsements['proven'],
  answers?: Answers,
): StepResult {
  if (endorsers === undefined) return NOT_ASKED;
  const { k, of } = endorsers;
  const provenOf = of.flatMap((who) => (proven.has(who) ? [[who, proven.get(who)!] as const] : []));
  const endorsed =
    provenOf.length >= k || answers === undefined
      ? provenOf
      : of.map((who) => [who, larger(proven.get(who), decodeEndorsedSize(parseData(answers.get(who))))] as const);
  const covering = endorsed.filter(([, endorsedSize]) => endorsedSize >= size);
  const names = covering.map(([who, endorsedSize]) => `${who} ${endorsedSize}`).join(', ');
  const compared = [`>= ${k}`, `${covering.length}${names && `: ${names}`}`] as const;
  if (covering.length >= k) return { ...PASS, expected: compared[0], found: compared[1] };
  return unknown(answers === undefined ? 'chain-not-asked' : 'too-few-endorsements', ...compared);
}

function judgeEmbeddedOne(
  endorsement: Endorsement,
  anchor: Anchor,
  before: readonly Endorsement[],
  trust: Trust,
): StepResult {
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
 * The stated position holds an `Endorsed` event of the anchor's contract, under its log id, with
 * the stated values.
 */
function judgeEvent(endorsement: Endorsement, { contract, logId }: Anchor, log: ReceiptLog | undefined): StepResult {
  const event = log?.address === contract ? decodeEndorsed(log.topics, log.data) : undefined;
  const { endorser, size, root } = endorsement;
  if (event === undefined || event.logId !== logId || event.endorser !== endorser) return fail('event-missing');
  if (event.size !== size) return fail('event-differs', `size ${event.size}`, `size ${size}`);
  if (!equalBytes(event.root, root)) return fail('event-differs', toBase64(event.root), toBase64(root));
  return PASS;
}

/** Below 0 where `a` comes before `b` on their chain. */
function placeOrder(a: Endorsement, b: Anchor): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1;
  return a.transactionIndex - b.transactionIndex || a.logPosition - b.logPosition;
}

function larger(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a > b ? a : b;
}
