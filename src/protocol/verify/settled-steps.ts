import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { logIdForSize, type Trust, type TrustedChain } from '../trust.ts';
import type { ChainResults, ChainSubject } from './chain-subject.ts';
import type { EmbeddedEndorsements } from './endorsement-step.ts';
import type { OfflineResults } from './offline-anchor.ts';
import { fail, NOT_ASKED, type StepResult, unknown } from './report.ts';

/**
 * Results that no node's answer can change: contradictions within the receipt or between it and the
 * trust file, anchors under a chain, contract or log id that the trust file does not name, and
 * steps that do not apply.
 */
export function settledSteps(
  subject: ChainSubject,
  trust: Trust,
  offline: OfflineResults,
  embedded: EmbeddedEndorsements,
): ChainResults {
  const elsewhere = subjectElsewhere(subject, trust);
  return {
    ...settledAnchor(subject, trust, offline.anchor, elsewhere),
    endorsement: embedded.contradiction ?? (trust.endorsers === undefined ? NOT_ASKED : elsewhere),
    'not-before': settledNotBefore(subject, trust.chain, offline.notBefore, elsewhere),
  };
}

/**
 * Undefined where the receipt is of the log of the trust file, and its anchor, if it has one, names
 * the chain, contract and log id of the trust file. Else nothing that the chain of the trust file
 * holds confirms or contradicts the receipt.
 */
export function subjectElsewhere({ checkpoint, anchor }: ChainSubject, { log, chain }: Trust): StepResult | undefined {
  if (checkpoint.origin !== log.origin) return unknown('origin-unknown', log.origin, checkpoint.origin);
  return anchor === null ? undefined : anchorElsewhere(anchor, chain);
}

function anchorElsewhere(anchor: Anchor, chain: TrustedChain): StepResult | undefined {
  const facts: readonly (readonly [string, string, string])[] = [
    ['chainId', chain.chainId.toString(), anchor.chainId.toString()],
    ['genesisHash', chain.genesisHash, anchor.genesisHash],
    ['contract', chain.contract, anchor.contract],
    ['logId', logIdForSize(chain, anchor.size) ?? '-', anchor.logId],
  ];
  const other = facts.find(([, expected, found]) => expected !== found);
  return other && unknown('anchor-elsewhere', `${other[0]} ${other[1]}`, `${other[0]} ${other[2]}`);
}

function settledAnchor(
  { checkpoint, anchor }: ChainSubject,
  trust: Trust,
  proof: StepResult,
  elsewhere: StepResult | undefined,
): Pick<ChainResults, 'anchor' | 'finality'> {
  if (anchor === null) return { anchor: elsewhere, finality: NOT_ASKED };
  const otherTree = anchorOfOtherTree(anchor, checkpoint);
  if (otherTree !== undefined) return { anchor: otherTree };
  const contradiction = proof.status === 'fail' ? proof : undefined;
  // Pinned blocks are blocks of the chain that the trust file names, and of no other one.
  if (elsewhere !== undefined) return { anchor: contradiction ?? elsewhere, finality: elsewhere };
  return { anchor: anchorInOtherBlock(anchor, trust) ?? contradiction };
}

function anchorOfOtherTree(anchor: Anchor, { size, root }: Checkpoint): StepResult | undefined {
  if (anchor.size !== size) return fail('anchor-size-differs', size.toString(), anchor.size.toString());
  if (!equalBytes(anchor.root, root)) return fail('anchor-root-differs', toBase64(root), toBase64(anchor.root));
  return undefined;
}

function anchorInOtherBlock({ blockNumber, blockHash }: Anchor, { pinnedBlocks }: Trust): StepResult | undefined {
  const pin = pinnedBlocks.find(({ number }) => number === blockNumber);
  return pin === undefined || pin.hash === blockHash ? undefined : fail('pinned-block-differs', pin.hash, blockHash);
}

function settledNotBefore(
  { anchor, notBefore }: ChainSubject,
  chain: TrustedChain,
  proof: StepResult,
  elsewhere: StepResult | undefined,
): StepResult | undefined {
  if (notBefore === undefined) return NOT_ASKED;
  if (notBefore === 'unreadable') return unknown('not-before-unreadable');
  if (notBefore.chainId !== chain.chainId) {
    return unknown('other-chain', chain.chainId.toString(), notBefore.chainId.toString());
  }
  if (anchor !== null && notBefore.number > anchor.blockNumber) {
    return fail('not-before-after-anchor', `<= ${anchor.blockNumber}`, notBefore.number.toString());
  }
  return proof.status === 'fail' ? proof : elsewhere;
}
