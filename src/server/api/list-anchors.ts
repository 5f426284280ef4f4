import type { AnchorJob, OrphanedBlock } from '../../log/model.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { Anchors } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED } from '../operation.ts';
import { RATES } from '../rates.ts';

const SHOWN = 100;

export default define(
  {
    method: 'get',
    path: '/v1/anchors',
    id: 'listAnchors',
    tag: 'log',
    act: 'public',
    summary: 'Anchors and their states',
    rate: RATES.read,
    parameters: { header: CONDITIONAL },
    answers: {
      200: jsonAnswer('the newest hundred, newest first', Anchors, EXAMPLES.anchors, ETAG),
      304: NOT_MODIFIED,
    },
    problems: ['index-damaged'],
  },
  ({ log, chainHealth }) =>
    async (_request, response) => {
      const { store } = log;
      const head = store.head();
      const health = chainHealth();
      const newest = store.anchorCount() - 1;
      const ids = Array.from({ length: Math.min(SHOWN, newest + 1) }, (_, i) => newest - i);
      const jobs = await Promise.all(ids.map((id) => store.anchor(id)));
      response.json({
        head: { size: head.size.toString(), root: toBase64(head.root) },
        published: { size: (store.published()?.size ?? 0n).toString() },
        chain: { reachable: health.isReachable, ...(health.problem !== undefined && { problem: health.problem }) },
        anchors: jobs.filter((job) => job !== undefined).map(anchorJson),
      });
    },
);

function anchorJson(job: AnchorJob): JsonObject {
  const { inclusion } = job;
  return {
    id: job.id,
    state: job.state,
    size: job.size.toString(),
    root: toBase64(job.root),
    txHash: job.txHash,
    createdAt: new Date(job.createdAtMs).toISOString(),
    ...(job.replaced !== undefined && { replaced: job.replaced.map(({ txHash }) => txHash) }),
    ...(job.formerBlocks !== undefined && { formerBlocks: job.formerBlocks.map(blockJson) }),
    ...(job.failure !== undefined && { failure: job.failure }),
    ...(inclusion !== undefined && {
      ...blockJson(inclusion),
      anchorIndex: inclusion.anchorIndex.toString(),
      transactionIndex: inclusion.transactionIndex,
      logPosition: inclusion.logPosition,
    }),
  };
}

function blockJson({ blockNumber, blockHash, blockTimeMs }: OrphanedBlock): JsonObject {
  return { blockNumber: blockNumber.toString(), blockHash, blockTime: new Date(blockTimeMs).toISOString() };
}
