import type { Anchor } from '../chain/anchor.ts';
import * as contract from '../chain/contract.ts';
import * as rpc from '../chain/rpc.ts';
import { equalBytes, toBase64 } from '../encoding/bytes.ts';
import type { Trust } from '../trust.ts';
import { Answers, guarded } from './answers.ts';
import { judgeIdentity } from './chain-identity.ts';
import { questionPlan } from './chain-questions.ts';
import type { BlockTimes, ChainStepName, ChainSubject } from './chain-subject.ts';
import { type EmbeddedEndorsements, judgeEndorsement } from './endorsement-step.ts';
import { lastFinalNumber } from './final-blocks.ts';
import { fail, NOT_ASKED, PASS, type StepResult, unknown } from './report.ts';

/** The results of all chain steps by the answers of one node. */
export interface NodeResults {
  readonly name: string;
  readonly by: rpc.NodeChooser;
  readonly results: Readonly<Record<ChainStepName, StepResult>>;
  readonly times: BlockTimes;
}

/** Judges the answers of one node to `chainQuestions`. */
export function judgeNode(
  subject: ChainSubject,
  trust: Trust,
  { name, by, answers: given }: rpc.ChainSource,
  proven: EmbeddedEndorsements['proven'],
): NodeResults {
  const answers = new Answers(questionPlan(subject, trust), given);
  return { name, by, results: judgeAnswers(subject, trust, answers, proven), times: blockTimes(answers) };
}

/** A node on another chain, or with another contract there, proves nothing about this one. */
function judgeAnswers(
  subject: ChainSubject,
  trust: Trust,
  answers: Answers,
  proven: EmbeddedEndorsements['proven'],
): NodeResults['results'] {
  const identity = judgeIdentity(trust, answers);
  if (identity.status !== 'pass') {
    const other = unknown(identity.code === 'no-answer' ? 'no-answer' : 'source-not-identified');
    return { 'chain-identity': identity, anchor: other, finality: other, endorsement: other, 'not-before': other };
  }
  return {
    'chain-identity': identity,
    anchor: guarded(() => judgeAnchor(subject, answers)),
    finality: guarded(() => judgeFinality(subject, trust, answers)),
    endorsement: guarded(() => judgeEndorsement(subject.checkpoint.size, trust, proven, answers)),
    'not-before': guarded(() => judgeNotBefore(subject, answers)),
  };
}

/** The contract has the checkpoint's root, and the anchor's block has the event. */
function judgeAnchor({ checkpoint, anchor }: ChainSubject, answers: Answers): StepResult {
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
 * The stated block, transaction and position hold an event of the contract with the values that the
 * anchor states.
 */
function judgeEvent(anchor: Anchor, logs: readonly rpc.ChainLog[]): StepResult {
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

/** The anchor's block is final by the rule of the trust file. */
function judgeFinality({ anchor }: ChainSubject, trust: Trust, answers: Answers): StepResult {
  if (anchor === null) return NOT_ASKED;
  const { finality } = trust.chain;
  const latest = rpc.parseBlock(answers.get('latest'));
  // A node that has not reached the anchor's block cannot state that it is not final.
  if (latest === undefined || latest.number < anchor.blockNumber) return unknown('source-behind');
  const block = rpc.parseBlock(answers.get('finalBlock'));
  if (block === undefined) return unknown('block-unknown');
  const lastFinal = lastFinalNumber(finality, block);
  const compared = [`>= ${anchor.blockNumber}`, lastFinal.toString()] as const;
  return lastFinal >= anchor.blockNumber
    ? { ...PASS, expected: compared[0], found: compared[1] }
    : unknown('not-final-yet', ...compared);
}

/**
 * The chain has the block of `notBefore`, which names its chain by the id alone. Many chains have
 * one id, so another block contradicts the receipt only where its anchor names this very chain.
 */
function judgeNotBefore({ notBefore, anchor }: ChainSubject, answers: Answers): StepResult {
  if (typeof notBefore !== 'object') return NOT_ASKED;
  const block = rpc.parseBlock(answers.get('notBeforeBlock'));
  if (block === undefined) return unknown('block-unknown');
  if (block.hash === notBefore.hash) return PASS;
  return anchor === null
    ? unknown('not-before-chain-unknown', block.hash, notBefore.hash)
    : fail('block-differs', block.hash, notBefore.hash);
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
