import { type HistoricAnchor, isSameAnchor, type RememberedAnchor } from '../audit/anchor.ts';
import { type AnchorHistory, judgeHistory, unjudged } from '../audit/anchor-history.ts';
import { unknown } from '../audit/audit-problem.ts';
import {
  eventsQuestion,
  type FailedNode,
  judgeNodeIdentity,
  nodeQuestions,
  type NodeView,
  readEvents,
  readState,
  stateQuestions,
} from '../audit/node-view.ts';
import { askNode } from '../client/chain-rpc.ts';
import type { ChosenNode } from '../client/choose-nodes.ts';
import { nodeAddress, nodeName } from '../client/node-address.ts';
import type { ChainAnswers, ChainNodeName, ChainQuestion } from '../protocol/chain/rpc.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Trust } from '../protocol/trust.ts';
import type { ChosenTrust } from '../protocol/verify/chosen-trust.ts';
import { isCounted } from '../protocol/verify/sources.ts';
import type { Clock } from './ports.ts';

/** Questions per batch. Each batch has one timeout; a long history takes as many as it needs. */
const BATCH_QUESTIONS = 200;
/** Since the last answer; a node that accepts only shorter ranges refuses sooner. */
const GIVE_UP_AFTER_MS = 60_000;
/** More than any real chain needs; a dishonest node may report a chain of any length. */
const MAX_RANGES = 50_000;

/** A connection to one chain node. */
interface Node {
  readonly ask: (questions: readonly ChainQuestion[]) => Promise<ChainAnswers>;
  readonly clock: Clock;
}

/**
 * Reads the anchors of the log from all nodes whose answers count, and judges them. `since`: an
 * earlier audit has read the anchors before this one; a node that no longer shows it is read from
 * the beginning.
 */
export async function readChain(
  nodes: readonly ChosenNode[],
  { source, value: trust }: ChosenTrust,
  since: RememberedAnchor | undefined,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<AnchorHistory> {
  const counted = nodes.filter(({ by }) => isCounted(by, trust, source));
  if (counted.length === 0) {
    return unjudged([unknown(nodes.length === 0 ? 'chain-not-asked' : 'operator-nodes-only', 'chain')]);
  }
  const read = ({ url }: ChosenNode) => {
    const node: Node = { ask: async (questions) => askNode(url, questions, undefined, signal), clock };
    return readNode(node, { name: nodeName(url), address: nodeAddress(url) }, trust, since);
  };
  return judgeHistory(trust, await Promise.all(counted.map(read)));
}

/** Reads from one node everything an audit needs, up to the newest final block. */
async function readNode(
  node: Node,
  names: ChainNodeName,
  trust: Trust,
  since: RememberedAnchor | undefined,
): Promise<NodeView | FailedNode> {
  const identity = judgeNodeIdentity(trust, await node.ask(nodeQuestions(trust)));
  if ('code' in identity) return identity;
  const { finalBlock } = identity;
  try {
    const logs: NodeView['logs'][number][] = [];
    for (const { logId } of trust.chain.logs) {
      const { anchors, first } = await readAnchors(node, trust, logId, finalBlock, since);
      const answers = await askInBatches(node, stateQuestions(trust, logId, anchors, finalBlock));
      logs.push(readState(logId, anchors, answers, first));
    }
    return { ...names, finalBlock, logs };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { ...names, code: error.code === 'no-answer' ? error.code : 'answer-unreadable' };
  }
}

/** The anchors of one log id; `first` is the remembered one if the history begins with it. */
async function readAnchors(
  node: Node,
  trust: Trust,
  logId: string,
  finalBlock: bigint,
  since: RememberedAnchor | undefined,
): Promise<{ readonly anchors: HistoricAnchor[]; readonly first: RememberedAnchor | undefined }> {
  if (since?.logId === logId && since.blockNumber <= finalBlock) {
    const history = await readHistory(node, trust, logId, since.blockNumber, finalBlock);
    // a block may hold several anchors
    const anchors = history.filter(({ anchorIndex }) => anchorIndex >= since.anchorIndex);
    if (anchors[0] !== undefined && isSameAnchor(anchors[0], since)) return { anchors, first: since };
  }
  return { anchors: await readHistory(node, trust, logId, 0n, finalBlock), first: undefined };
}

/** The answers in the order of the questions; ends early after an incomplete batch. */
async function askInBatches(node: Node, questions: readonly ChainQuestion[]): Promise<(Json | undefined)[]> {
  const answers: (Json | undefined)[] = [];
  for (let at = 0; at < questions.length; at += BATCH_QUESTIONS) {
    const batch = await node.ask(questions.slice(at, at + BATCH_QUESTIONS));
    answers.push(...batch.answers);
    if (batch.answers.includes(undefined)) break;
  }
  return answers;
}

/**
 * All events of a log from a block on, in one range or in as many shorter ones as the node needs.
 */
async function readHistory(
  { ask, clock }: Node,
  trust: Trust,
  logId: string,
  firstBlock: bigint,
  finalBlock: bigint,
): Promise<HistoricAnchor[]> {
  const history: HistoricAnchor[] = [];
  let span = finalBlock - firstBlock + 1n;
  let answeredAtMs = clock.monotonicMs();
  let ranges = 0;
  for (let from = firstBlock; from <= finalBlock;) {
    const to = from + span - 1n < finalBlock ? from + span - 1n : finalBlock;
    if (++ranges > MAX_RANGES) throw new ProtocolError('no-answer', 'the chain of the node is too long to be read');
    const { answers } = await ask([eventsQuestion(trust, logId, from, to)]);
    if (answers[0] === undefined) {
      const isSilent = clock.monotonicMs() - answeredAtMs > GIVE_UP_AFTER_MS;
      if (span === 1n || isSilent) throw new ProtocolError('no-answer', 'the node did not answer');
      span = (span + 1n) / 2n;
      continue;
    }
    answeredAtMs = clock.monotonicMs();
    history.push(...readEvents(trust, logId, answers[0]));
    from = to + 1n;
  }
  return history;
}
