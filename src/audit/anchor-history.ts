import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { logIdForSize, type Trust } from '../protocol/trust.ts';
import { distinctSources } from '../protocol/verify/sources.ts';
import type { HistoricAnchor } from './anchor.ts';
import type { FailedNode, LogView, NodeView } from './node-view.ts';
import { type AuditProblem, unknown } from './audit-problem.ts';

/**
 * The anchors on which the required number of nodes agree, up to the newest block that this many
 * nodes report as final.
 */
export interface AnchorHistory {
  /** Undefined where the chain could not be judged. */
  readonly finalBlock: bigint | undefined;
  /** In the order of the chain. */
  readonly anchors: readonly HistoricAnchor[];
  readonly problems: readonly AuditProblem[];
}

/**
 * Judges what the nodes returned. The contract keeps each log's history without a gap, and its
 * state matches its events. A node that shows anything else is wrong about the contract, which is
 * no evidence against the ledger: the outcome is unknown, never a contradiction. The same holds for
 * nodes that differ from each other.
 */
export function judgeHistory(trust: Trust, nodes: readonly (NodeView | FailedNode)[]): AnchorHistory {
  const required = trust.chain.sources;
  const distinct = distinctSources(nodes);
  const failed = distinct.filter((node) => 'code' in node);
  const views = distinct.filter((node): node is NodeView => !('code' in node));
  const faults = views.flatMap((view) => view.logs.flatMap((log) => checkLog(view.name, log)));
  if (faults.length > 0) return unjudged(faults);
  if (views.length < required) {
    const reasons = failed.map(({ name, code, expected, found }) => unknown(code, name, expected, found));
    const tooFew = unknown('too-few-sources', 'chain', String(required), String(views.length));
    return unjudged(required > 1 || reasons.length === 0 ? [...reasons, tooFew] : reasons);
  }
  const newestFirst = views.toSorted((a, b) => (a.finalBlock > b.finalBlock ? -1 : 1));
  const [reference, ...others] = newestFirst as [NodeView, ...NodeView[]];
  const from = commonStart(views);
  const disagreeing = others.find(
    (view) => historyText(reference, from, view.finalBlock) !== historyText(view, from, view.finalBlock),
  );
  if (disagreeing !== undefined) {
    return unjudged([unknown('sources-disagree', `${reference.name}, ${disagreeing.name}`)]);
  }
  const finalBlock = newestFirst[required - 1]!.finalBlock;
  return { finalBlock, anchors: ownAnchors(trust, reference, finalBlock), problems: [] };
}

/** The history of a chain that could not be judged, and why. */
export function unjudged(problems: readonly AuditProblem[]): AnchorHistory {
  return { finalBlock: undefined, anchors: [], problems };
}

/**
 * Checks one log's history: anchors are numbered from 0, or from the remembered anchor, without a
 * gap, each extends the previous one, and the contract's view functions return the same.
 */
function checkLog(node: string, { logId, since, anchors, head, roots }: LogView): AuditProblem[] {
  const where = `${node}, log ${logId}`;
  const first = since?.anchorIndex ?? 0n;
  for (const [i, anchor] of anchors.entries()) {
    const index = first + BigInt(i);
    if (anchor.anchorIndex !== index) {
      return [unknown('anchor-gap', where, `anchorIndex ${index}`, `anchorIndex ${anchor.anchorIndex}`)];
    }
    const before = i === 0 && since !== undefined ? anchor.previousSize : (anchors[i - 1]?.size ?? 0n);
    if (anchor.previousSize !== before || anchor.size <= anchor.previousSize) {
      return [unknown('anchor-gap', where, `previousSize ${before}`, `previousSize ${anchor.previousSize}`)];
    }
    const root = roots.get(anchor.size);
    if (root === undefined || !equalBytes(root, anchor.root)) {
      const found = root === undefined ? undefined : toBase64(root);
      return [unknown('node-contradicts-itself', `${where}, size ${anchor.size}`, toBase64(anchor.root), found)];
    }
  }
  const newest = anchors.at(-1);
  const count = first + BigInt(anchors.length);
  if (head.count !== count) {
    return [unknown('anchor-gap', where, `anchorCount ${head.count}`, `anchorCount ${count}`)];
  }
  if (head.size !== (newest?.size ?? 0n) || (newest !== undefined && !equalBytes(head.root, newest.root))) {
    return [unknown('node-contradicts-itself', where, `headSize ${newest?.size ?? 0n}`, `headSize ${head.size}`)];
  }
  return [];
}

/** By log id, the first block of the range for which the histories of all nodes were read. */
function commonStart(views: readonly NodeView[]): ReadonlyMap<string, bigint> {
  const since = views.flatMap(({ logs }) => logs).flatMap((log) => (log.since === undefined ? [] : [log.since]));
  return new Map(since.map(({ logId, blockNumber }) => [logId, blockNumber]));
}

/** Everything that a node returned between two blocks, as a text for comparison. */
function historyText({ logs }: NodeView, from: ReadonlyMap<string, bigint>, upTo: bigint): string {
  return logs
    .map(({ logId, anchors }) => {
      const first = from.get(logId) ?? 0n;
      const inRange = anchors.filter(({ blockNumber }) => blockNumber >= first && blockNumber <= upTo);
      return `${logId}: ${inRange.map(anchorText).join(', ')}`;
    })
    .toSorted()
    .join('\n');
}

function anchorText({ anchorIndex, size, root, blockNumber, blockHash, txHash }: HistoricAnchor): string {
  return [anchorIndex, size, toBase64(root), blockNumber, blockHash, txHash].join(' ');
}

/** The anchors whose log id is the one for their size; those of another log id are ignored. */
function ownAnchors(trust: Trust, { logs }: NodeView, upTo: bigint): HistoricAnchor[] {
  return logs
    .flatMap(({ anchors }) => anchors)
    .filter(({ size, logId, blockNumber }) => blockNumber <= upTo && logIdForSize(trust.chain, size) === logId)
    .toSorted((a, b) => (a.size < b.size ? -1 : 1));
}

/**
 * Size of the newest final anchor, 0 before the first; undefined where the chain could not be
 * judged.
 */
export function anchoredSize(history: AnchorHistory | undefined): bigint | undefined {
  return history?.finalBlock === undefined ? undefined : (history.anchors.at(-1)?.size ?? 0n);
}
