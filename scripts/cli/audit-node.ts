import {
  eventsQuestion,
  type HistoricAnchor,
  judgePlace,
  type NodeView,
  placeQuestions,
  readEvents,
  readState,
  type SilentNode,
  stateQuestions,
} from '../../src/audit/node-view.ts';
import { askNode, nodeName } from '../../src/client/chain-rpc.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { Trust } from '../../src/protocol/trust.ts';

/** Reads from one chain node all that an audit wants of it, up to the newest final block. */
export async function viewNode(url: string, trust: Trust): Promise<NodeView | SilentNode> {
  const name = nodeName(url);
  const place = judgePlace(trust, await askNode(url, placeQuestions(trust)));
  if ('code' in place) return place;
  const { finalBlock } = place;
  try {
    const logs: NodeView['logs'][number][] = [];
    for (const { logId } of trust.chain.logs) {
      const anchors = await readHistory(url, trust, logId, finalBlock);
      const { answers } = await askNode(url, stateQuestions(trust, logId, anchors, finalBlock));
      logs.push(readState(logId, anchors, answers));
    }
    return { name, finalBlock, logs };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { name, code: error.code === 'no-answer' ? error.code : 'answer-unreadable' };
  }
}

/** All events of a log: the whole chain in one request, or in as many shorter ranges as the node needs. */
async function readHistory(url: string, trust: Trust, logId: string, finalBlock: bigint): Promise<HistoricAnchor[]> {
  const history: HistoricAnchor[] = [];
  let span = finalBlock + 1n;
  for (let from = 0n; from <= finalBlock;) {
    const to = from + span - 1n < finalBlock ? from + span - 1n : finalBlock;
    const { answers } = await askNode(url, [eventsQuestion(trust, logId, from, to)]);
    if (answers[0] === undefined) {
      if (span === 1n) throw new ProtocolError('no-answer', 'the node did not answer');
      span = (span + 1n) / 2n;
      continue;
    }
    history.push(...readEvents(trust, logId, answers[0]));
    from = to + 1n;
  }
  return history;
}
