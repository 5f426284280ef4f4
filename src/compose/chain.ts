import type { NodeOptions } from '../adapters/ethereum/identified-node.ts';
import { QuorumAnchorChain, type QuorumAnchorChainOptions } from '../adapters/ethereum/quorum-anchor-chain.ts';
import type { ChainEvent } from '../adapters/local-chain/supervisor.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import type { DataPaths, LedgerFolder } from '../operations/ports.ts';
import { currentLogId, type Trust } from '../protocol/trust.ts';
import { CHAIN_FAULTS } from '../text/chain.ts';
import { LedgerError, relayedError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { superviseLocalChain } from './local-chain.ts';
import { orUndefined } from './timeouts.ts';

/** The ledger's chain: the anchoring contract as its nodes agree on it, and where they are. */
export interface LedgerChain {
  readonly contract: QuorumAnchorChain;
  /** Addresses of the nodes that have started; the first one takes transactions. */
  readonly urls: () => readonly string[];
}

/** Where a node is now; undefined while it has not started. */
type NodePlace = () => string | undefined;

/** How the contract is used: what it is signed with, and what is reported. */
export type ContractOptions = Pick<QuorumAnchorChainOptions, 'privateKey' | 'maxFeePerGas' | 'onNode'>;

export function connectChain(
  identity: Trust,
  places: readonly NodePlace[],
  options: ContractOptions,
  cleanup: CleanupStack,
): LedgerChain {
  const required = identity.chain.sources;
  const contract = new QuorumAnchorChain({ ...chainFacts(identity), nodes: places, required, ...options });
  cleanup.push(() => contract.close());
  return { contract, urls: () => places.map((place) => place()).filter((url) => url !== undefined) };
}

/** What a node must show before it is asked anything, and when its blocks are final. */
export function chainFacts({ chain }: Trust): Omit<NodeOptions, 'url'> {
  const { chainId, genesisHash, contract, codeHash, finality } = chain;
  return { identity: { chainId, genesisHash, contract, codeHash, logId: currentLogId(chain) }, finality };
}

/** A node that is named twice counts once. */
export function placesOf(urls: readonly string[]): NodePlace[] {
  return [...new Set(urls)].map((url) => () => url);
}

/**
 * The nodes of the ledger's chain: those that are named, else the local chain where the ledger has
 * one, else those of the trust file's hint. Empty where no node is known.
 */
export async function chainPlaces(
  folder: LedgerFolder,
  identity: Trust,
  rpcUrls: readonly string[] | undefined,
  startLocal: () => Promise<NodePlace>,
): Promise<NodePlace[]> {
  if (rpcUrls === undefined && folder.hasLocalChain()) return [await startLocal()];
  return placesOf(rpcUrls ?? identity.chain.rpcUrls);
}

/** The error of a ledger that has no local chain, and whose trust file names no node. */
export function noNodeKnown({ chain }: DataPaths): LedgerError {
  return new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.noNodeKnown, { dir: chain }) });
}

export interface ServedChainOptions {
  readonly folder: LedgerFolder;
  readonly port: number;
  readonly onEvent: (event: ChainEvent) => void;
}

/**
 * Runs the local chain for as long as the service runs, restarting it whenever it ends. Resolves
 * when it is ready, or cannot be, or takes too long: a chain that fails to start does not keep the
 * ledger from registering.
 */
export async function serveLocalChain(
  { folder, port, onEvent }: ServedChainOptions,
  cleanup: CleanupStack,
): Promise<NodePlace> {
  folder.confirmChain();
  const chain = startLocalChain(folder.paths.chain, { port, runningPort: port, onEvent });
  cleanup.push(() => chain.stop());
  await orUndefined(chain.url);
  return chain.place;
}

/**
 * Runs the local chain for one command, on a free port; or uses the one that `evl chain` runs on
 * `runningPort`. Rejects with a LedgerError where it cannot run, or ends before it is ready.
 */
export async function runLocalChain(dir: string, runningPort: number, cleanup: CleanupStack): Promise<NodePlace> {
  const chain = startLocalChain(dir, { port: 0, runningPort });
  cleanup.push(() => chain.stop());
  await Promise.race([chain.url, chain.failure]);
  return chain.place;
}

interface StartedChain {
  readonly place: NodePlace;
  /** Resolves when the chain is ready for the first time; rejects when it fails for good. */
  readonly url: Promise<string>;
  /** Rejects with a LedgerError when the chain fails, or its process ends for the first time. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

interface StartOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Where `evl chain` runs the same chain, if it does; undefined: that is a failure. */
  readonly runningPort?: number;
  readonly onEvent?: (event: ChainEvent) => void;
}

/** Runs a local chain in a process of its own until `stop`. */
export function startLocalChain(dir: string, { port, runningPort, onEvent }: StartOptions): StartedChain {
  const ready = Promise.withResolvers<string>();
  const failed = Promise.withResolvers<never>();
  // nobody has to wait for it
  for (const promise of [ready.promise, failed.promise]) promise.catch(() => undefined);
  let place: string | undefined;
  const setPlace = (url: string) => {
    place = url;
    ready.resolve(url);
  };
  const fail = (error: LedgerError) => {
    ready.reject(error);
    failed.reject(error);
  };
  const chain = superviseLocalChain({
    dir,
    port,
    onEvent(event) {
      if (event.type === 'ready') setPlace(event.url);
      if (event.type === 'failed') {
        // `evl chain` runs it already: its identity is checked before it is used
        if (event.code === 'locked' && runningPort !== undefined) setPlace(`http://127.0.0.1:${runningPort}`);
        else fail(relayedError(event.code, event.text));
      }
      if (event.type === 'exited') failed.reject(new LedgerError('chain-failed', { reason: event.reason }));
      onEvent?.(event);
    },
  });
  return { place: () => place, url: ready.promise, failure: failed.promise, stop: () => chain.stop() };
}
