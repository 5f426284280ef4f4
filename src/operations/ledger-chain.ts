import { CHAIN_FAULTS } from '../text/chain.ts';
import { bilingual } from '../text/message.ts';
import { LedgerError, relayedError } from '../text/ledger-error.ts';
import { type DataPaths, hasLocalChain } from '../adapters/data-folder/data-folder.ts';
import { superviseLocalChain } from '../compose/local-chain.ts';
import { QuorumAnchorChain } from '../adapters/ethereum/quorum-anchor-chain.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import { currentLogId, type Trust } from '../protocol/trust.ts';

export interface ChainPlace {
  /**
   * Nodes of an external chain; undefined: the local chain of the folder, or the nodes of the trust
   * file's hint.
   */
  readonly rpcUrls: readonly string[] | undefined;
  /** Where `evl chain` runs the local chain, if it does. */
  readonly chainPort: number;
}

/**
 * The ledger's chain while the service does not run, with the key that is in use, and the node that
 * takes transactions. A local chain is run for as long.
 */
export async function withLedgerChain<T>(
  paths: DataPaths,
  identity: Trust,
  place: ChainPlace,
  body: (chain: QuorumAnchorChain, url: string) => Promise<T>,
): Promise<T> {
  const isLocal = place.rpcUrls === undefined && hasLocalChain(paths);
  const running = isLocal ? await runLocalChain(paths, place.chainPort) : undefined;
  const urls = running ? [running.url] : (place.rpcUrls ?? identity.chain.rpcUrls);
  const [url] = urls;
  if (url === undefined) {
    throw new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.noNodeKnown, { dir: paths.chain }) });
  }
  const { finality, sources, ...facts } = identity.chain;
  const chain = new QuorumAnchorChain({
    nodes: urls.map((node) => () => node),
    required: sources,
    privateKey: readChainKey(paths.chainKey),
    identity: { ...facts, logId: currentLogId(facts) },
    finality,
  });
  try {
    return await body(chain, url);
  } finally {
    chain.close();
    await running?.stop();
  }
}

/** As its own process, on a free port; or where `evl chain` runs it already. */
async function runLocalChain(paths: DataPaths, chainPort: number): Promise<{ url: string; stop(): Promise<void> }> {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const chain = superviseLocalChain({
    dir: paths.chain,
    port: 0,
    onEvent: (event) => {
      if (event.type === 'failed') failure.reject(relayedError(event.code, event.text));
      if (event.type === 'exited') failure.reject(new LedgerError('chain-failed', { reason: event.reason }));
    },
  });
  try {
    return { url: await Promise.race([chain.url, failure.promise]), stop: () => chain.stop() };
  } catch (error) {
    await chain.stop();
    const isRunning = error instanceof Error && 'code' in error && error.code === 'locked';
    if (!isRunning) throw error;
    return { url: `http://127.0.0.1:${chainPort}`, stop: async () => {} };
  }
}
