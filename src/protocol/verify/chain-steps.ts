import type { ChainSource } from '../chain/rpc.ts';
import type { Trust } from '../trust.ts';
import type { ChosenTrust } from './chosen-trust.ts';
import {
  type BlockTimes,
  CHAIN_STEPS,
  type ChainResults,
  type ChainStepName,
  type ChainSubject,
} from './chain-subject.ts';
import { type EmbeddedEndorsements, judgeEmbedded, judgeEndorsement } from './endorsement-step.ts';
import { judgeNode, type NodeResults } from './node-steps.ts';
import { judgeOffline, type OfflineResults } from './offline-anchor.ts';
import { PASS, type Step, type StepResult, unknown } from './report.ts';
import { settledSteps, subjectElsewhere } from './settled-steps.ts';
import { combine, distinctSources, isCounted } from './sources.ts';

/**
 * Judges the chain steps of one receipt. Each step is decided by the first of these that has a
 * result for it:
 *
 * 1. what no node can change: contradictions within the receipt, and steps that do not apply;
 * 2. a proof in the receipt that ends in a block which the trust file pins: pinning a block means
 *    that its chain, its finality and the contract have been verified before;
 * 3. endorsements in the receipt that are proven down to pinned blocks;
 * 4. the nodes: a result counts only where as many of them agree as the trust file requires; nodes
 *    that disagree make the step unknown. A node that is listed twice counts once, and one of the
 *    operator's as `isCounted` states.
 *
 * `sources` holds each node's answers to `chainQuestions`, in their order.
 */
export function judgeChain(
  subject: ChainSubject,
  { source, value: trust }: ChosenTrust,
  sources: readonly ChainSource[],
): { readonly steps: readonly Step[]; readonly times: BlockTimes } {
  // On another chain the block of a pinned number is another block.
  const isElsewhere = subjectElsewhere(subject, trust) !== undefined;
  const pins = isElsewhere ? { ...trust, pinnedBlocks: [] } : trust;
  const offline = judgeOffline(subject, pins);
  const embedded = judgeEmbedded(subject.anchor, pins);
  const endorsed = judgeEndorsement(subject.checkpoint.size, trust, embedded.proven);
  const asked = distinctSources(sources).map((node) => judgeNode(subject, trust, node, embedded.proven));
  const nodes = asked.filter(({ by }) => isCounted(by, trust, source));

  const settled = settledSteps(subject, trust, offline, embedded);
  const pinned = pinnedSteps(offline, settled);
  const deciders: readonly ChainResults[] = [
    settled,
    pinned,
    endorsed.status === 'pass' ? { endorsement: endorsed } : {},
    nodes.length > 0
      ? agreedSteps(subject, trust, nodes)
      : undecidedSteps(
          subject,
          offline,
          embedded,
          endorsed,
          asked.length > 0 ? 'operator-nodes-only' : 'chain-not-asked',
        ),
  ];
  const steps = CHAIN_STEPS.map((step): Step => {
    const result = deciders.map((results) => results[step]).find((decided) => decided !== undefined)!;
    const areNodesShown = settled[step] === undefined && asked.length > 0;
    return {
      step,
      ...result,
      ...(areNodesShown && { sources: asked.map(({ name, by, results }) => ({ name, by, ...results[step] })) }),
    };
  });
  return { steps, times: agreedTimes(steps, pinned, offline, nodes) };
}

/** The steps that proofs in the receipt pass by blocks that the trust file pins. */
function pinnedSteps(offline: OfflineResults, settled: ChainResults): ChainResults {
  const isAnchorProven = settled.anchor === undefined && offline.anchor.status === 'pass';
  return {
    ...(isAnchorProven && { 'chain-identity': PASS, anchor: PASS, finality: PASS }),
    ...(offline.notBefore.status === 'pass' && { 'not-before': PASS }),
  };
}

/** What enough nodes agree on. */
function agreedSteps({ anchor }: ChainSubject, { chain }: Trust, nodes: readonly NodeResults[]): ChainResults {
  const stated = (step: ChainStepName) => nodes.map(({ results }) => results[step]);
  const agreed = (step: ChainStepName) => combine(stated(step), chain.sources);
  return {
    'chain-identity': agreed('chain-identity'),
    anchor: anchor === null ? pendingAnchor(stated('anchor'), agreed('anchor')) : agreed('anchor'),
    finality: agreed('finality'),
    endorsement: agreed('endorsement'),
    'not-before': agreed('not-before'),
  };
}

/**
 * A receipt without an anchor is pending, whether or not nodes answered, unless a node contradicts
 * it or has the anchor that it lacks.
 */
function pendingAnchor(stated: readonly StepResult[], agreed: StepResult): StepResult {
  const isMoreKnown = stated.some(({ status, code }) => status === 'fail' || code === 'not-upgraded');
  return isMoreKnown || agreed.code === 'not-anchored-yet' ? agreed : unknown('not-anchored');
}

/**
 * Where no node was asked, or none whose answers count: what the proofs of the receipt lack, if it
 * has any.
 */
function undecidedSteps(
  { anchor }: ChainSubject,
  offline: OfflineResults,
  embedded: EmbeddedEndorsements,
  endorsed: StepResult,
  code: 'chain-not-asked' | 'operator-nodes-only',
): ChainResults {
  const notAsked = unknown(code);
  const lacking = (proof: StepResult) => (proof.status === 'unknown' ? proof : notAsked);
  return {
    'chain-identity': notAsked,
    anchor: anchor === null ? unknown('not-anchored') : lacking(offline.anchor),
    finality: notAsked,
    endorsement: embedded.unpinned ?? endorsed,
    'not-before': lacking(offline.notBefore),
  };
}

/** A time counts where its step passes and no node that passed the step states another one. */
function agreedTimes(
  steps: readonly Step[],
  pinned: ChainResults,
  offline: OfflineResults,
  nodes: readonly NodeResults[],
): BlockTimes {
  const agreed = (name: ChainStepName, time: keyof BlockTimes): bigint | undefined => {
    if (steps.find(({ step }) => step === name)?.status !== 'pass') return undefined;
    if (pinned[name] !== undefined) return offline.times[time];
    const stated = nodes.filter(({ results }) => results[name].status === 'pass').map(({ times }) => times[time]);
    return new Set(stated).size === 1 ? stated[0] : undefined;
  };
  const anchorSeconds = agreed('anchor', 'anchorSeconds');
  const notBeforeSeconds = agreed('not-before', 'notBeforeSeconds');
  return {
    ...(anchorSeconds !== undefined && { anchorSeconds }),
    ...(notBeforeSeconds !== undefined && { notBeforeSeconds }),
  };
}
