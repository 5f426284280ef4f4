import type { ContractHead } from '../protocol/chain/contract.ts';
import * as contract from '../protocol/chain/contract.ts';
import * as rpc from '../protocol/chain/rpc.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Trust } from '../protocol/trust.ts';
import { Answers } from '../protocol/verify/answers.ts';
import { identityQuestions, judgeIdentity } from '../protocol/verify/chain-identity.ts';
import { finalBlockQuestion, lastFinalNumber } from '../protocol/verify/final-blocks.ts';
import type { HistoricAnchor, RememberedAnchor } from './anchor.ts';

/**
 * The questions of an audit to one chain node, and how its answers are read. First the identity and
 * the final block, then per log the events up to that block (in as many ranges as the node
 * requires), then the contract's state at that block.
 */

/** The contract's history and state of one log at the final block. */
export interface LogView {
  readonly logId: string;
  /**
   * The remembered anchor with which the history begins, as the first of `anchors`. Undefined: the
   * history was read from the beginning.
   */
  readonly since: RememberedAnchor | undefined;
  /** In the order of the chain. */
  readonly anchors: readonly HistoricAnchor[];
  readonly head: ContractHead;
  /** `rootAt` of each anchored size. */
  readonly roots: ReadonlyMap<bigint, Uint8Array | undefined>;
}

export interface NodeView extends rpc.ChainNodeName {
  /** Number of the newest final block. */
  readonly finalBlock: bigint;
  readonly logs: readonly LogView[];
}

/** A node that could not be used, and the code of the reason: `no-answer`, `other-chain` … */
export interface FailedNode extends rpc.ChainNodeName {
  readonly code: string;
  readonly expected?: string;
  readonly found?: string;
}

export function nodeQuestions(trust: Trust): rpc.ChainQuestion[] {
  return [...Object.values(identityQuestions(trust)), finalBlockQuestion(trust)];
}

/** The number of the newest final block, if the node is on the chain of the trust file. */
export function judgeNodeIdentity(
  trust: Trust,
  { name, address, answers }: rpc.ChainAnswers,
): { finalBlock: bigint } | FailedNode {
  const questions = identityQuestions(trust);
  const { status, ...result } = judgeIdentity(trust, new Answers(questions, answers));
  if (status !== 'pass') return { name, address, ...result };
  try {
    const block = rpc.parseBlock(answers[Object.keys(questions).length] ?? null);
    if (block === undefined) return { name, address, code: 'block-unknown' };
    const finalBlock = lastFinalNumber(trust.chain.finality, block);
    return { finalBlock: finalBlock < 0n ? 0n : finalBlock };
  } catch (error) {
    if (error instanceof ProtocolError) return { name, address, code: 'answer-unreadable' };
    throw error;
  }
}

export function eventsQuestion(trust: Trust, logId: string, fromBlock: bigint, toBlock: bigint): rpc.ChainQuestion {
  return rpc.logsQuestion(trust.chain.contract, [contract.ANCHORED_TOPIC, logId], fromBlock, toBlock);
}

/** The events of one range; throws `ProtocolError` for an answer to another question. */
export function readEvents(trust: Trust, logId: string, answer: Json): HistoricAnchor[] {
  return rpc
    .parseLogs(answer)
    .toSorted((a, b) =>
      a.blockNumber === b.blockNumber ? a.logIndex - b.logIndex : a.blockNumber < b.blockNumber ? -1 : 1,
    )
    .map((log) => {
      const event = log.address === trust.chain.contract ? contract.decodeAnchored(log.topics, log.data) : undefined;
      if (event?.logId !== logId) throw new ProtocolError('event-strange', 'a log that was not asked for');
      return { ...event, blockNumber: log.blockNumber, blockHash: log.blockHash, txHash: log.transactionHash };
    });
}

/** The contract's state is read at a fixed block, so that new anchors do not change it. */
export function stateQuestions(
  trust: Trust,
  logId: string,
  anchors: readonly HistoricAnchor[],
  block: bigint,
): rpc.ChainQuestion[] {
  const call = (data: string) => rpc.callQuestion(trust.chain.contract, data, block);
  return [call(contract.headCall(logId)), ...anchors.map(({ size }) => call(contract.rootAtCall(logId, size)))];
}

/** Throws `ProtocolError`, with the code `no-answer` where an answer is missing. */
export function readState(
  logId: string,
  anchors: readonly HistoricAnchor[],
  answers: readonly (Json | undefined)[],
  since: RememberedAnchor | undefined,
): LogView {
  const [head, ...roots] = answers.map((answer) => {
    if (answer === undefined) throw new ProtocolError('no-answer', 'the node did not answer');
    return rpc.parseData(answer);
  });
  return {
    logId,
    since,
    anchors,
    head: contract.decodeHead(head!),
    roots: new Map(anchors.map(({ size }, i) => [size, contract.decodeRootAt(roots[i]!)])),
  };
}
