import type { Anchor } from '../chain/anchor.ts';
import type { PinnedBlock, Trust } from '../trust.ts';
import type { ChosenTrust } from './chosen-trust.ts';
import { judgeEmbedded, judgeEndorsement } from './endorsement-step.ts';
import type { Report, Step, StepName } from './report.ts';
import { LOG_STEPS } from './verdict.ts';

/** The members of a report that state on whom it rests. */
type Independence = Pick<Report, 'independence' | 'stated' | 'vouchers'>;

/**
 * On whom a verdict rests besides the operator. A report never rests on others because the operator
 * says so: a trust file that came from the operator, nodes that the operator chose, and pinned
 * blocks for which nobody vouches add to `stated` alone. Where the receipt is not proven to be of
 * the log, it rests on nobody.
 */
export function judgeIndependence(
  steps: readonly Step[],
  chosen: ChosenTrust | undefined,
  anchor: Anchor | null | undefined,
): Independence {
  const passes = (name: StepName) => steps.some(({ step, status }) => step === name && status === 'pass');
  if (chosen === undefined || !LOG_STEPS.every(passes)) return { independence: 'none', stated: 'none', vouchers: [] };
  const { source, value: trust } = chosen;
  const isOthersChain = trust.chain.operatedBy === 'others';
  const pin = passes('anchor') ? pinOf(anchor, trust) : undefined;
  const stated = partyNames({
    chain: isOthersChain && passes('anchor'),
    'pinned-block': pin !== undefined,
    witnesses: passes('witness-policy'),
    endorsers: passes('endorsement'),
  });
  if (source !== 'file') return { independence: 'none', stated, vouchers: [] };
  const independence = partyNames({
    chain: isOthersChain && passes('anchor') && isConfirmedByOwnNode(steps, 'anchor'),
    'pinned-block': pin?.vouchedBy !== undefined,
    witnesses: passes('witness-policy'),
    endorsers: passes('endorsement') && (isConfirmedByOwnNode(steps, 'endorsement') || isEndorsedByPins(anchor, trust)),
  });
  return { independence, stated, vouchers: pin?.vouchedBy === undefined ? [] : [pin.vouchedBy] };
}

function partyNames(parties: Readonly<Record<string, boolean>>): string {
  const names = Object.keys(parties).filter((name) => parties[name]);
  return names.length === 0 ? 'none' : names.join('+');
}

function pinOf(anchor: Anchor | null | undefined, { pinnedBlocks }: Trust): PinnedBlock | undefined {
  return pinnedBlocks.find(({ number, hash }) => number === anchor?.blockNumber && hash === anchor.blockHash);
}

function isConfirmedByOwnNode(steps: readonly Step[], name: StepName): boolean {
  const sources = steps.find(({ step }) => step === name)?.sources ?? [];
  return sources.some(({ by, status }) => by === 'verifier' && status === 'pass');
}

/** The endorsements in the receipt suffice, proven down to blocks for which somebody vouches. */
function isEndorsedByPins(anchor: Anchor | null | undefined, trust: Trust): boolean {
  if (anchor === null || anchor === undefined) return false;
  const pinnedBlocks = trust.pinnedBlocks.filter(({ vouchedBy }) => vouchedBy !== undefined);
  const { proven } = judgeEmbedded(anchor, { ...trust, pinnedBlocks });
  return judgeEndorsement(anchor.size, trust, proven).status === 'pass';
}
