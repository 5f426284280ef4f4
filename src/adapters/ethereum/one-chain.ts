import { setTimeout as delay } from 'node:timers/promises';
import { type JsonRpcProvider, keccak256 } from 'ethers';
import type { Finality } from '../../protocol/trust.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { withChainErrors, connect, readChainId } from './connection.ts';
import { isAnchorContract } from './contract-code.ts';

/** Checks of the nodes of an external chain before a ledger pins it. */

const POLL_MS = 250;
/** Nodes may be some blocks apart. */
const CODE_TIMEOUT_MS = 60_000;

/** Refuses nodes whose chain id or first block differ (`chain-identity`). */
export async function requireOneChain(urls: readonly string[]): Promise<void> {
  const chains = await Promise.all(
    urls.map(async (url) => {
      const chainId = await readChainId(url);
      const genesis = await onNode(url, chainId, (provider) => provider.getBlock(0));
      return { node: new URL(url).origin, chainId, genesis: genesis?.hash ?? '–' };
    }),
  );
  const first = chains[0]!;
  const second = chains.find(({ chainId, genesis }) => chainId !== first.chainId || genesis !== first.genesis);
  if (second === undefined) return;
  throw new LedgerError('chain-identity', {
    reason: bilingual(CHAIN_REASONS.differentChains, {
      first: first.node,
      firstChainId: first.chainId,
      firstGenesis: first.genesis,
      second: second.node,
      secondChainId: second.chainId,
      secondGenesis: second.genesis,
    }),
  });
}

/**
 * Refuses a finality rule that a node does not support (`chain-finality`): proof-of-authority
 * chains have no `finalized` block, and no anchor would ever be final there.
 */
export async function requireFinality(urls: readonly string[], finality: Finality): Promise<void> {
  if (!('tag' in finality)) return;
  await Promise.all(urls.map(async (url) => requireTag(url, finality.tag)));
}

async function requireTag(url: string, tag: string): Promise<void> {
  const ask = (provider: JsonRpcProvider): Promise<unknown> => provider.send('eth_getBlockByNumber', [tag, false]);
  let reason: Message = CHAIN_REASONS.blockTagAbsent;
  try {
    if ((await onNode(url, await readChainId(url), ask)) !== null) return;
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === 'chain-refused')) throw error;
    reason = error.text; // the node does not know the tag
  }
  throw new LedgerError('chain-finality', { node: new URL(url).origin, tag, reason });
}

/**
 * Refuses nodes that have other code at the address of the contract, or still none after a minute
 * (`chain-identity`).
 */
export async function requireContract(urls: readonly string[], contract: string): Promise<void> {
  await Promise.all(urls.map(async (url) => requireCode(url, contract)));
}

async function requireCode(url: string, contract: string): Promise<void> {
  const endMs = performance.now() + CODE_TIMEOUT_MS;
  const chainId = await readChainId(url);
  let code = '0x';
  while ((code = await onNode(url, chainId, (provider) => provider.getCode(contract))) === '0x') {
    if (performance.now() > endMs) break;
    await delay(POLL_MS);
  }
  if (isAnchorContract(keccak256(code))) return;
  throw new LedgerError('chain-identity', {
    reason: bilingual(CHAIN_REASONS.otherCode, { contract, node: new URL(url).origin }),
  });
}

async function onNode<T>(url: string, chainId: bigint, ask: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
  const provider = connect(url, chainId);
  try {
    return await withChainErrors(() => ask(provider));
  } finally {
    provider.destroy();
  }
}
