import {
  eventsQuestion,
  type HistoricAnchor,
  judgeNodeIdentity,
  type NodeView,
  nodeQuestions,
  readEvents,
  readState,
  type FailedNode,
  stateQuestions,
} from '../audit/node-view.ts';
import { isSameAnchor, type RememberedAnchor } from '../audit/audit-state.ts';
import { askNode, nodeName } from '../client/chain-rpc.ts';
import type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Trust } from '../protocol/trust.ts';

/** One part is answered in time or not at all; a long history takes as many parts as it needs. */
const QUESTIONS_IN_PART = 200;
/** Since the last answer: a node that can only answer narrower ranges says so sooner. */
const GIVE_UP_AFTER_MS = 60_000;
/** More than any chain needs; a node may make its chain as long as it likes. */
const MAX_RANGES = 50_000;

type Ask = (questions: readonly ChainQuestion[]) => Promise<ChainSource>;

/**
 * Reads from one chain node all that an audit wants of it, up to the newest final block. `since`:
 * the anchors before this one were read by an earlier audit; a node that does not show it any more
 * is read from the beginning.
 */
export async function readNode(
  url: string,
  trust: Trust,
  since?: RememberedAnchor,
  signal?: AbortSignal,
): Promise<NodeView | FailedNode> {
  const name = nodeName(url);
  const ask: Ask = async (questions) => askNode(url, questions, undefined, signal);
  const place = judgeNodeIdentity(trust, await ask(nodeQuestions(trust)));
  if ('code' in place) return place;
  const { finalBlock } = place;
  try {
    const logs: NodeView['logs'][number][] = [];
    for (const { logId } of trust.chain.logs) {
      const { anchors, begin } = await readAnchors(ask, trust, logId, finalBlock, since);
      const answers = await askInParts(ask, stateQuestions(trust, logId, anchors, finalBlock));
      logs.push(readState(logId, anchors, answers, begin));
    }
    return { name, finalBlock, logs };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { name, code: error.code === 'no-answer' ? error.code : 'answer-unreadable' };
  }
}

async function readAnchors(
  ask: Ask,
  trust: Trust,
  logId: string,
  finalBlock: bigint,
  since: RememberedAnchor | undefined,
): Promise<{ readonly anchors: HistoricAnchor[]; readonly begin?: RememberedAnchor }> {
  if (since?.logId === logId && since.blockNumber <= finalBlock) {
    const shown = await readHistory(ask, trust, logId, since.blockNumber, finalBlock);
    const anchors = shown.filter(({ anchorIndex }) => anchorIndex >= since.anchorIndex); // a block may hold several
    if (anchors[0] !== undefined && isSameAnchor(anchors[0], since)) return { anchors, begin: since };
  }
  return { anchors: await readHistory(ask, trust, logId, 0n, finalBlock) };
}

/**
 * The answers in the order of the questions; without the rest where a part was not answered whole.
 */
async function askInParts(ask: Ask, questions: readonly ChainQuestion[]): Promise<(Json | undefined)[]> {
  const answers: (Json | undefined)[] = [];
  for (let at = 0; at < questions.length; at += QUESTIONS_IN_PART) {
    const part = await ask(questions.slice(at, at + QUESTIONS_IN_PART));
    answers.push(...part.answers);
    if (part.answers.includes(undefined)) break;
  }
  return answers;
}

/**
 * All events of a log from a block on: in one request, or in as many shorter ranges as the node
 * needs.
 */
async function readHistory(
  ask: Ask,
  trust: Trust,
  logId: string,
  firstBlock: bigint,
  finalBlock: bigint,
): Promise<HistoricAnchor[]> {
  const history: HistoricAnchor[] = [];
  let span = finalBlock - firstBlock + 1n;
  let answeredAtMs = performance.now();
  let ranges = 0;
  for (let from = firstBlock; from <= finalBlock;) {
    const to = from + span - 1n < finalBlock ? from + span - 1n : finalBlock;
    if (++ranges > MAX_RANGES) throw new ProtocolError('no-answer', 'the node makes its chain too long to be read');
    const { answers } = await ask([eventsQuestion(trust, logId, from, to)]);
    if (answers[0] === undefined) {
      const isSilent = performance.now() - answeredAtMs > GIVE_UP_AFTER_MS;
      if (span === 1n || isSilent) throw new ProtocolError('no-answer', 'the node did not answer');
      span = (span + 1n) / 2n;
      continue;
    }
    answeredAtMs = performance.now();
    history.push(...readEvents(trust, logId, answers[0]));
    from = to + 1n;
  }
  return history;
}
