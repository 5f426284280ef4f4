import { ChainNode } from '../client/chain-rpc.ts';
import { chooseNodes, type NodeSettings } from '../client/choose-nodes.ts';
import type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
import type { Trust } from '../protocol/trust.ts';
import { memoize } from './memoize.ts';

/** Asks chain nodes, and gives what each of them answered; never rejects for a node that fails. */
export type AskNodes = (questions: readonly ChainQuestion[], trust: Trust) => Promise<readonly ChainSource[]>;

/**
 * Asks nodes by `fetch`. A URL that is named twice is one node, and each node is asked each
 * distinct question once.
 */
export function nodesByFetch(settings: NodeSettings): AskNodes {
  const nodes = new Map<string, ChainNode>();
  return async (questions, trust) => {
    const chosen = await chooseNodes(settings, trust);
    return Promise.all(
      chosen.map(async ({ url, by }) => ({
        ...(await memoize(nodes, url, () => new ChainNode(url)).ask(questions)),
        by,
      })),
    );
  };
}

/** Asks no node. */
export const noNodes: AskNodes = async () => [];
