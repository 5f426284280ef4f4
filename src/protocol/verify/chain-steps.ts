import type { Anchor } from '../chain/anchor.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import * as contract from '../chain/contract.ts';
import * as rpc from '../chain/rpc.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { logIdForSize, type Trust, type TrustedChain } from '../trust.ts';
import { Answers, guarded } from './answers.ts';
import { identityQuestions, judgeIdentity } from './chain-identity.ts';
import { type EmbeddedEndorsements, judgeEmbedded, judgeEndorsement } from './endorsement-step.ts';
import { finalBlockQuestion, lastFinalNumber } from './final-blocks.ts';
import { judgeOffline, type OfflineFindings } from './offline-anchor.ts';
import { fail, type Finding, NOT_ASKED, PASS, type Step, unknown } from './report.ts';
import { combine, distinctSources } from './sources.ts';

/** What there is to ask a chain about one receipt. */
export interface ChainSubject {
  readonly checkpoint: Checkpoint;
  readonly anchor: Anchor | null;
  /** Undefined where the record states none, or withholds it. */
  readonly notBefore: NotBefore | 'unreadable' | undefined;
}

/** The newest final block that the operator knew when it made the record. */
export interface NotBefore {
  readonly chainId: bigint;
  readonly number: bigint;
  readonly hash: string;
}

export type ChainStepName = 'chain-identity' | 'anchor' | 'finality' | 'endorsement' | 'not-before';
type Findings = Readonly<Record<ChainStepName, Finding>>;

/** Unix seconds of the two blocks. */
export interface BlockTimes {
  readonly anchorSeconds?: bigint;
  readonly notBeforeSeconds?: bigint;
}

/** Named questions; their answers are looked up by the same names. */
type Plan = Readonly<Record<string, rpc.ChainQuestion>>;

/** The questions that `judgeChain` wants answered by each node, in this order. */
export function chainQuestions(subject: ChainSubject, trust: Trust): rpc.ChainQuestion[] {
  return Object.values(plan(subject, trust));
}

/**
 * Judges what the nodes said, and what the receipt proves without them. A proof that leads to a
 * block that the trust file pins stands, whatever nodes say: whoever pinned the block has asked for
 * the rest. Otherwise: a node that is on another chain, or has another contract there, cannot speak
 * about this one; contradictions count only where as many nodes as the trust file demands agree,
 * and nodes that disagree make a step unknown. A node that is named twice counts once.
 */
export function judgeChain(
  subject: ChainSubject,
  trust: Trust,
  sources: readonly rpc.ChainSource[],
): { steps: Step[]; times: BlockTimes } {
  const questions = plan(subject, trust);
  const elsewhere = subject.anchor === null ? undefined : anchorElsewhere(subject.anchor, trust.chain);
  const embedded = judgeEmbedded(subject.anchor, elsewhere === undefined ? trust : { ...trust, pinnedBlocks: [] });
  const judged = distinctSources(sources).map((source) => {
    const names = Object.keys(questions);
    const answers = new Answers(Object.fromEntries(names.map((name, i) => [name, source.answers[i]])));
    return { name: source.name, findings: judgeSource(subject, trust, answers, embedded), times: blockTimes(answers) };
  });
  const offline = judgeOffline(subject, trust);
  const own = judgeWithoutChain(subject, trust, offline, embedded);
  const endorsed = judgeEndorsement(subject.checkpoint.size, trust, embedded.proven);
  const isProven = own.anchor === undefined && offline.anchor.status === 'pass';
  const proven: Partial<Record<ChainStepName, boolean>> = {
    'chain-identity': isProven,
    anchor: isProven,
    finality: isProven,
    'not-before': offline.notBefore.status === 'pass',
  };
  const names: ChainStepName[] = ['chain-identity', 'anchor', 'finality', 'endorsement', 'not-before'];
  const steps = names.map((step): Step => {
    const contradiction = own[step];
    if (contradiction !== undefined) return { step, ...contradiction };
    const findings = judged.map((source) => source.findings[step]);
    const combined =
      judged.length > 0 ? combine(findings, trust.chain.sources) : notAsked(step, offline, embedded, endorsed);
    return {
      step,
      ...(proven[step] === true
        ? PASS
        : step === 'endorsement' && endorsed.status === 'pass'
          ? endorsed
          : step === 'anchor' && subject.anchor === null
            ? withoutAnchor(findings, combined)
            : combined),
      ...(judged.length > 0 && { sources: judged.map(({ name }, i) => ({ name, ...findings[i]! })) }),
    };
  });
  /** A time counts where its step passes, and as long as no node that passed states another. */
  const agreedTime = (name: ChainStepName, time: keyof BlockTimes): bigint | undefined => {
    if (steps.find(({ step }) => step === name)?.status !== 'pass') return undefined;
    if (proven[name] === true) return offline.times[time];
    const stated = judged.filter(({ findings }) => findings[name].status === 'pass').map(({ times }) => times[time]);
    return new Set(stated).size === 1 ? stated[0] : undefined;
  };
  const anchorSeconds = agreedTime('anchor', 'anchorSeconds');
  const notBeforeSeconds = agreedTime('not-before', 'notBeforeSeconds');
  return {
    steps,
    times: {
      ...(anchorSeconds !== undefined && { anchorSeconds }),
      ...(notBeforeSeconds !== undefined && { notBeforeSeconds }),
    },
  };
}

function plan({ checkpoint, anchor, notBefore }: ChainSubject, trust: Trust): Plan {
  const { chain, endorsers } = trust;
  const logId = logIdForSize(chain, checkpoint.size);
  const call = (data: string, tag: rpc.BlockTag = 'latest') => rpc.callQuestion(chain.contract, data, tag);
  const finalTag = 'tag' in chain.finality ? chain.finality.tag : 'latest';
  return {
    ...identityQuestions(trust),
    finalBlock: finalBlockQuestion(trust),
    latest: rpc.blockQuestion('latest'),
    ...(logId !== undefined && {
      head: call(contract.headCall(logId)),
      rootAt: call(contract.rootAtCall(logId, checkpoint.size)),
    }),
    ...(anchor !== null && {
      anchorBlock: rpc.blockQuestion(anchor.blockNumber),
      anchorLogs: rpc.blockLogsQuestion(anchor.blockHash),
    }),
    ...(typeof notBefore === 'object' && { notBeforeBlock: rpc.blockQuestion(notBefore.number) }),
    ...(logId !== undefined &&
      Object.fromEntries(
        (endorsers?.of ?? []).map((endorser) => [endorser, call(contract.endorsedSizeCall(logId, endorser), finalTag)]),
      )),
  };
}

/**
 * What is decided before any node is asked: contradictions within the receipt, and anchors that the
 * trust file does not know.
 */
function judgeWithoutChain(
  subject: ChainSubject,
  trust: Trust,
  offline: OfflineFindings,
  embedded: EmbeddedEndorsements,
): Partial<Record<ChainStepName, Finding>> {
  const { checkpoint, anchor, notBefore } = subject;
  const { chain } = trust;
  const own: Partial<Record<ChainStepName, Finding>> = {};
  if (anchor !== null) {
    if (anchor.size !== checkpoint.size) {
      own.anchor = fail('anchor-size-differs', checkpoint.size.toString(), anchor.size.toString());
    } else if (!equalBytes(anchor.root, checkpoint.root)) {
      own.anchor = fail('anchor-root-differs', toBase64(checkpoint.root), toBase64(anchor.root));
    } else {
      const pin = trust.pinnedBlocks.find(({ number }) => number === anchor.blockNumber);
      const elsewhere = anchorElsewhere(anchor, chain);
      if (pin !== undefined && pin.hash !== anchor.blockHash) {
        own.anchor = fail('pinned-block-differs', pin.hash, anchor.blockHash);
      }
      if (elsewhere !== undefined) own.anchor = own.finality = elsewhere;
      if (own.anchor?.status !== 'fail' && offline.anchor.status === 'fail') own.anchor = offline.anchor;
    }
  } else {
    own.finality = NOT_ASKED;
  }
  if (embedded.contradiction !== undefined) own.endorsement = embedded.contradiction;
  else if (trust.endorsers === undefined) own.endorsement = NOT_ASKED;
  if (notBefore === undefined) own['not-before'] = NOT_ASKED;
  else if (notBefore === 'unreadable') own['not-before'] = unknown('not-before-unreadable');
  else if (notBefore.chainId !== chain.chainId) {
    own['not-before'] = unknown('other-chain', chain.chainId.toString(), notBefore.chainId.toString());
  } else if (anchor !== null && notBefore.number > anchor.blockNumber) {
    own['not-before'] = fail('not-before-after-anchor', `<= ${anchor.blockNumber}`, notBefore.number.toString());
  } else if (offline.notBefore.status === 'fail') own['not-before'] = offline.notBefore;
  return own;
}

function anchorElsewhere(anchor: Anchor, chain: TrustedChain): Finding | undefined {
  const facts: readonly (readonly [string, string, string])[] = [
    ['chainId', chain.chainId.toString(), anchor.chainId.toString()],
    ['genesisHash', chain.genesisHash, anchor.genesisHash],
    ['contract', chain.contract, anchor.contract],
    ['logId', logIdForSize(chain, anchor.size) ?? '-', anchor.logId],
  ];
  const other = facts.find(([, expected, found]) => expected !== found);
  return other && unknown('anchor-elsewhere', `${other[0]} ${other[1]}`, `${other[0]} ${other[2]}`);
}

function judgeSource(
  subject: ChainSubject,
  trust: Trust,
  answers: Answers,
  { proven }: EmbeddedEndorsements,
): Findings {
  const identity = judgeIdentity(trust, answers);
  if (identity.status !== 'pass') {
    const other = unknown(identity.code === 'no-answer' ? 'no-answer' : 'source-not-identified');
    return {
      'chain-identity': identity,
      anchor: other,
      finality: other,
      endorsement: other,
      'not-before': other,
    };
  }
  return {
    'chain-identity': identity,
    anchor: guarded(() => judgeAnchor(subject, answers)),
    finality: guarded(() => judgeFinality(subject, trust, answers)),
    endorsement: guarded(() => judgeEndorsement(subject.checkpoint.size, trust, proven, answers)),
    'not-before': guarded(() => judgeNotBefore(subject, answers)),
  };
}

function judgeAnchor({ checkpoint, anchor }: ChainSubject, answers: Answers): Finding {
  const rootAt = contract.decodeRootAt(rpc.parseData(answers.get('rootAt')));
  const expected = toBase64(checkpoint.root);
  if (rootAt !== undefined && !equalBytes(rootAt, checkpoint.root)) {
    return fail('anchored-root-differs', toBase64(rootAt), expected);
  }
  if (anchor === null) {
    const head = contract.decodeHead(rpc.parseData(answers.get('head')));
    const isCovered = rootAt !== undefined || head.size >= checkpoint.size;
    return isCovered ? unknown('not-upgraded') : unknown('not-anchored-yet');
  }
  const latest = rpc.parseBlock(answers.get('latest'));
  if (latest === undefined || latest.number < anchor.blockNumber) return unknown('source-behind');
  const block = rpc.parseBlock(answers.get('anchorBlock'));
  if (block === undefined) return unknown('block-unknown');
  if (block.hash !== anchor.blockHash) return fail('block-differs', block.hash, anchor.blockHash);
  if (rootAt === undefined) return fail('root-not-anchored', expected);
  return judgeEvent(anchor, rpc.parseLogs(answers.get('anchorLogs')));
}

/**
 * The event stands in the stated block, transaction and place, from the contract, and says what the
 * receipt says.
 */
function judgeEvent(anchor: Anchor, logs: readonly rpc.ChainLog[]): Finding {
  const ofTransaction = logs
    .filter((log) => log.blockHash === anchor.blockHash && log.transactionHash === anchor.txHash)
    .toSorted((a, b) => a.logIndex - b.logIndex);
  const log = ofTransaction[anchor.logPosition];
  const event = log?.address === anchor.contract ? contract.decodeAnchored(log.topics, log.data) : undefined;
  if (log === undefined || event === undefined || event.logId !== anchor.logId || event.size !== anchor.size) {
    return fail('event-missing');
  }
  if (!equalBytes(event.root, anchor.root)) return fail('event-differs', toBase64(event.root), toBase64(anchor.root));
  if (log.transactionIndex !== anchor.transactionIndex) {
    return fail(
      'event-differs',
      `transactionIndex ${log.transactionIndex}`,
      `transactionIndex ${anchor.transactionIndex}`,
    );
  }
  if (event.anchorIndex !== anchor.anchorIndex) {
    return fail('event-differs', `anchorIndex ${event.anchorIndex}`, `anchorIndex ${anchor.anchorIndex}`);
  }
  return PASS;
}

function judgeFinality({ anchor }: ChainSubject, trust: Trust, answers: Answers): Finding {
  if (anchor === null) return NOT_ASKED;
  const { finality } = trust.chain;
  const latest = rpc.parseBlock(answers.get('latest'));
  // A node that has not seen the anchor's block cannot say that it is not final.
  if (latest === undefined || latest.number < anchor.blockNumber) return unknown('source-behind');
  const block = rpc.parseBlock(answers.get('finalBlock'));
  if (block === undefined) return unknown('block-unknown');
  const lastFinal = lastFinalNumber(finality, block);
  const compared = [`>= ${anchor.blockNumber}`, lastFinal.toString()] as const;
  return lastFinal >= anchor.blockNumber
    ? { ...PASS, expected: compared[0], found: compared[1] }
    : unknown('not-final-yet', ...compared);
}

function judgeNotBefore({ notBefore }: ChainSubject, answers: Answers): Finding {
  if (typeof notBefore !== 'object') return NOT_ASKED;
  const block = rpc.parseBlock(answers.get('notBeforeBlock'));
  if (block === undefined) return unknown('block-unknown');
  return block.hash === notBefore.hash ? PASS : fail('block-differs', block.hash, notBefore.hash);
}

/**
 * A receipt without an anchor is pending, whether or not a chain could be asked, unless a node says
 * more than that.
 */
function withoutAnchor(findings: readonly Finding[], combined: Finding): Finding {
  const saysMore = findings.some(({ status, code }) => status === 'fail' || code === 'not-upgraded');
  return saysMore || combined.code === 'not-anchored-yet' ? combined : unknown('not-anchored');
}

function blockTimes(answers: Answers): BlockTimes {
  const time = (name: string) => {
    try {
      return rpc.parseBlock(answers.get(name))?.timestampSeconds;
    } catch {
      return undefined; // a time that cannot be read is not reported
    }
  };
  const [anchorSeconds, notBeforeSeconds] = [time('anchorBlock'), time('notBeforeBlock')];
  return {
    ...(anchorSeconds !== undefined && { anchorSeconds }),
    ...(notBeforeSeconds !== undefined && { notBeforeSeconds }),
  };
}

/** Where no node was asked it is said what the receipt's own proof lacks, if it has one. */
function notAsked(
  step: ChainStepName,
  offline: OfflineFindings,
  embedded: EmbeddedEndorsements,
  endorsed: Finding,
): Finding {
  if (step === 'endorsement') return embedded.unpinned ?? endorsed;
  const finding = step === 'anchor' ? offline.anchor : step === 'not-before' ? offline.notBefore : undefined;
  return finding?.status === 'unknown' ? finding : unknown('chain-not-asked');
}
