import { type DataPaths, hasLocalChain } from '../adapters/data-folder/data-folder.ts';
import { confirmChain } from '../adapters/data-folder/provisional-chain.ts';
import { QuorumAnchorChain } from '../adapters/ethereum/quorum-anchor-chain.ts';
import type { NodeOptions } from '../adapters/ethereum/identified-node.ts';
import { accountOf, isOperator } from '../adapters/ethereum/operator.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import type { Rotations } from '../protocol/key-rotation.ts';
import { currentLogId, type Trust } from '../protocol/trust.ts';
import { CHAIN_FAULTS } from '../text/chain.ts';
import { ERRORS } from '../text/errors.ts';
import { bilingual, type Message } from '../text/message.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import { superviseLocalChain } from './local-chain.ts';
import { orUndefined } from './timeouts.ts';
import type { ServeOptions } from '../server/service-events.ts';

const WEI_PER_GWEI = 10n ** 9n;

/** Where a node is now; undefined while it has not started. */
export type NodePlace = () => string | undefined;

/** Runs the local chain where the folder has one; answers where each node of the chain is. */
export async function startChain(
  { rpcUrls, chainPort, onEvent }: ServeOptions,
  paths: DataPaths,
  identity: Trust,
  cleanup: CleanupStack,
): Promise<readonly NodePlace[]> {
  if (rpcUrls !== undefined) return placesOf(rpcUrls);
  if (!hasLocalChain(paths)) {
    const hint = identity.chain.rpcUrls;
    if (hint.length === 0) {
      const text = bilingual(ERRORS['chain-missing'], {
        reason: bilingual(CHAIN_FAULTS.noNodeKnown, { dir: paths.chain }),
      });
      onEvent({ type: 'chain-problem', code: 'chain-missing', text });
    }
    return hint.length === 0 ? [() => undefined] : placesOf(hint);
  }
  confirmChain(paths);
  let url: string | undefined;
  const chain = superviseLocalChain({
    dir: paths.chain,
    port: chainPort,
    onEvent: (event) => {
      if (event.type === 'ready') url = event.url;
      // The chain runs already, by `evl chain`: its identity is checked before it is used.
      if (event.type === 'failed' && event.code === 'locked') url = `http://127.0.0.1:${chainPort}`;
      onEvent({ type: 'chain', event });
    },
  });
  cleanup.push(() => chain.stop());
  // A chain that fails to start does not keep the ledger from registering.
  await orUndefined(chain.url);
  return [() => url];
}

/** One named twice is one. */
function placesOf(urls: readonly string[]): NodePlace[] {
  return [...new Set(urls)].map((url) => () => url);
}

export function anchorChain(
  paths: DataPaths,
  identity: Trust,
  nodes: readonly NodePlace[],
  { maxFeeGwei = 0, onEvent }: ServeOptions,
): QuorumAnchorChain {
  const maxFeePerGas = BigInt(maxFeeGwei) * WEI_PER_GWEI;
  return new QuorumAnchorChain({
    ...factsOf(identity),
    nodes,
    required: identity.chain.sources,
    privateKey: readChainKey(paths.chainKey),
    ...(maxFeeGwei > 0 && { maxFeePerGas }),
    onNode: (node, problem) => {
      if (nodes.length === 1) return; // told as a problem of the chain
      if (problem === undefined) onEvent({ type: 'chain-node-answers', node });
      else onEvent({ type: 'chain-node-problem', node, code: problem.code, text: problem.text });
    },
  });
}

/** What a node must have shown before it is asked anything, and when its blocks are final. */
export function factsOf({ chain }: Trust): Omit<NodeOptions, 'url'> {
  const { chainId, genesisHash, contract, codeHash, finality } = chain;
  const logId = currentLogId(chain);
  return { identity: { chainId, genesisHash, contract, codeHash, logId }, finality };
}

/**
 * With the key of another account nothing can be anchored; registration goes on all the same. Where
 * the chain is silent, what the folder says counts.
 */
export async function chainKeyFault(
  { chainKey }: DataPaths,
  identity: Trust,
  rotations: Rotations,
  chain: QuorumAnchorChain,
): Promise<{ code: string; text: Message } | undefined> {
  const account = accountOf(readChainKey(chainKey));
  const operator = await orUndefined(chain.operator());
  const isOwn = operator === undefined ? isOperator(account, identity, rotations) : operator === account;
  if (isOwn) return undefined;
  return {
    code: 'key-wrong',
    text: bilingual(CHAIN_FAULTS.otherAccount, { file: chainKey, account }),
  };
}

/** What the trust file tells others of where nodes are: no path, which may hold a key. */
export function hintOf(urls: readonly string[], identity: Trust): readonly string[] {
  return urls.length === 0 ? identity.chain.rpcUrls : [...new Set(urls.map((url) => new URL(url).origin))];
}
