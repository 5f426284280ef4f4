import { ChainNode } from '../client/chain-rpc.ts';
import type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
import type { Trust } from '../protocol/trust.ts';
import { memoize } from './memoize.ts';

/** Asks chain nodes, and gives what each of them answered; never rejects for a node that fails. */
export type AskNodes = (questions: readonly ChainQuestion[], trust: Trust) => Promise<readonly ChainSource[]>;

/**
 * Asks these nodes by `fetch`; undefined: those that the trust file hints at. A URL that is named
 * twice is one node, and each node is asked each distinct question once.
 */
export function nodesByFetch(rpcUrls: readonly string[] | undefined): AskNodes {
  const nodes = new Map<string, ChainNode>();
  return (questions, trust) => {
    const urls = [...new Set(rpcUrls ?? trust.chain.rpcUrls)];
    return Promise.all(urls.map((url) => memoize(nodes, url, () => new ChainNode(url)).ask(questions)));
  };
}

/** Asks no node. */
export const noNodes: AskNodes = async () => [];
