import * as contract from '../chain/contract.ts';
import * as rpc from '../chain/rpc.ts';
import { logIdForSize, type Trust } from '../trust.ts';
import { identityQuestions } from './chain-identity.ts';
import type { ChainSubject } from './chain-subject.ts';
import { finalBlockQuestion } from './final-blocks.ts';

/** The questions that `judgeChain` needs answered by each node, in this order. */
export function chainQuestions(subject: ChainSubject, trust: Trust): rpc.ChainQuestion[] {
  return Object.values(questionPlan(subject, trust));
}

/** The same questions by name; `Answers` finds each answer by the name of its question. */
export function questionPlan(
  { checkpoint, anchor, notBefore }: ChainSubject,
  trust: Trust,
): Readonly<Record<string, rpc.ChainQuestion>> {
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
