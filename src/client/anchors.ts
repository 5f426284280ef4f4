import type { Json } from '../protocol/encoding/json.ts';
import { list, members, text } from '../protocol/encoding/shape.ts';
import { readAnswer, treeSize } from './answers.ts';
import { send, sendForJson, type Service } from './http.ts';

/** An anchor as the service shows it. */
export interface AnchorView {
  /** `signed`, `sent`, `mined`, `final` or `failed`. */
  readonly state: string;
  /** Of the tree that it anchors. */
  readonly size: bigint;
  readonly txHash: string | undefined;
  readonly blockNumber: string | undefined;
  readonly blockTime: string | undefined;
  /** Code of why it failed. */
  readonly failure: string | undefined;
  /** Numbers of the blocks that held it and that the chain has dropped. */
  readonly formerBlocks: readonly string[];
}

/** How far the log is published and anchored. */
export interface AnchorsView {
  readonly head: { readonly size: bigint };
  /** Size of the tree of the published checkpoint; 0 where there is none. */
  readonly published: bigint;
  /** Newest first. */
  readonly anchors: readonly AnchorView[];
  readonly chain: { readonly isReachable: boolean; readonly problem: string | undefined };
}

const MAX_ANCHORS_BYTES = 8 * 1024 * 1024;
const MAX_ANCHORS = 100_000;
const MAX_FORMER_BLOCKS = 1000;

/**
 * Fetches how far the log is published and anchored.
 *
 * @param service the service to ask
 * @returns sizes of the tree, anchors, and whether the service reaches the chain
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function fetchAnchors(service: Service): Promise<AnchorsView> {
  const value = await sendForJson(service, { method: 'GET', path: '/v1/anchors', limitBytes: MAX_ANCHORS_BYTES });
  return readAnswer(value, (answer) => {
    const view = members('answer', answer);
    const chain = members('chain', view['chain']);
    const problem = chain['problem'];
    return {
      head: { size: treeSize(members('head', view['head'])['size']) },
      published: view['published'] === undefined ? 0n : treeSize(members('published', view['published'])['size']),
      anchors: list('anchors', view['anchors'], MAX_ANCHORS).map(readAnchor),
      chain: { isReachable: chain['reachable'] === true, problem: typeof problem === 'string' ? problem : undefined },
    };
  });
}

/**
 * Requests an anchor now. The service accepts the request at once (202) and anchors as soon as it
 * can; repeated requests change nothing.
 *
 * @param service the service to ask
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function requestAnchor(service: Service): Promise<void> {
  await send(service, { method: 'POST', path: '/v1/anchors', limitBytes: MAX_ANCHORS_BYTES });
}

function readAnchor(value: Json): AnchorView {
  const anchor = members('anchor', value);
  const optional = (name: string) => (anchor[name] === undefined ? undefined : text(name, anchor[name], 200));
  return {
    state: text('state', anchor['state'], 64),
    size: treeSize(anchor['size']),
    txHash: optional('txHash'),
    blockNumber: optional('blockNumber'),
    blockTime: optional('blockTime'),
    failure: optional('failure'),
    formerBlocks: list('formerBlocks', anchor['formerBlocks'] ?? [], MAX_FORMER_BLOCKS).map((block) =>
      text('blockNumber', members('block', block)['blockNumber'], 200),
    ),
  };
}
