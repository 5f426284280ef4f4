import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { logIdForSize, type Trust } from '../protocol/trust.ts';
import type { HistoricAnchor, LogView, NodeView, FailedNode } from './node-view.ts';
import { type AuditProblem, unknown } from './audit-problem.ts';

/**
 * The anchors that as many nodes as demanded show, up to the newest block that so many call final.
 */
export interface AnchorHistory {
  /** Undefined where the chain could not be judged. */
  readonly finalBlock?: bigint;
  /** In the order of the chain. */
  readonly anchors: readonly HistoricAnchor[];
  readonly problems: readonly AuditProblem[];
}

/**
 * The contract keeps each log's history without a gap, and its state fits its events. A node that
 * shows it otherwise is wrong about the contract, which says nothing against the ledger: unknown,
 * never a contradiction. So are nodes that differ.
 */
export function judgeHistory(trust: Trust, nodes: readonly (NodeView | FailedNode)[]): AnchorHistory {
  const required = trust.chain.sources;
  const distinct = nodes.filter(({ name }, i) => nodes.findIndex((node) => node.name === name) === i);
  const silent = distinct.filter((node) => 'code' in node);
  const views = distinct.filter((node): node is NodeView => !('code' in node));
  const faults = views.flatMap((view) => view.logs.flatMap((log) => checkLog(view.name, log)));
  if (faults.length > 0) return { anchors: [], problems: faults };
  if (views.length < required) {
    const reasons = silent.map(({ name, code, expected, found }) => unknown(code, name, expected, found));
    const tooFew = unknown('too-few-sources', 'chain', String(required), String(views.length));
    return { anchors: [], problems: required > 1 || reasons.length === 0 ? [...reasons, tooFew] : reasons };
  }
  const newestFirst = views.toSorted((a, b) => (a.finalBlock > b.finalBlock ? -1 : 1));
  const [reference, ...others] = newestFirst as [NodeView, ...NodeView[]];
  const from = commonStart(views);
  const disagreeing = others.find(
    (view) => shown(reference, from, view.finalBlock) !== shown(view, from, view.finalBlock),
  );
  if (disagreeing !== undefined) {
    return { anchors: [], problems: [unknown('sources-disagree', `${reference.name}, ${disagreeing.name}`)] };
  }
  const finalBlock = newestFirst[required - 1]!.finalBlock;
  return { finalBlock, anchors: ownAnchors(trust, reference, finalBlock), problems: [] };
}

/**
 * Counted from 0, or from the remembered anchor, without a gap, each on top of the one before, and
 * the contract's own views say the same.
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

/** By log, the block from which on the histories of all nodes were read. */
function commonStart(views: readonly NodeView[]): ReadonlyMap<string, bigint> {
  const since = views.flatMap(({ logs }) => logs).flatMap((log) => (log.since === undefined ? [] : [log.since]));
  return new Map(since.map(({ logId, blockNumber }) => [logId, blockNumber]));
}

/** Everything that a node shows between two blocks, as a text to compare. */
function shown({ logs }: NodeView, from: ReadonlyMap<string, bigint>, upTo: bigint): string {
  return logs
    .map(({ logId, anchors }) => {
      const first = from.get(logId) ?? 0n;
      const own = anchors.filter(({ blockNumber }) => blockNumber >= first && blockNumber <= upTo);
      return `${logId}: ${own.map(anchorText).join(', ')}`;
    })
    .toSorted()
    .join('\n');
}

function anchorText({ anchorIndex, size, root, blockNumber, blockHash, txHash }: HistoricAnchor): string {
  return [anchorIndex, size, toBase64(root), blockNumber, blockHash, txHash].join(' ');
}

/** What an earlier or later log id says about sizes that are not its own is not asked. */
function ownAnchors(trust: Trust, { logs }: NodeView, upTo: bigint): HistoricAnchor[] {
  return logs
    .flatMap(({ anchors }) => anchors)
    .filter(({ size, logId, blockNumber }) => blockNumber <= upTo && logIdForSize(trust.chain, size) === logId)
    .toSorted((a, b) => (a.size < b.size ? -1 : 1));
}
