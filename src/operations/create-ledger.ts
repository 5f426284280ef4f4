import { LedgerError, relayedError } from '../text/ledger-error.ts';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import {
  DATA_VERSION,
  type DataPaths,
  dataPaths,
  hasLocalChain,
  hasLedger,
  writeIdentity,
} from '../adapters/data-folder/data-folder.ts';
import { confirmChain, markProvisional, removeProvisionalChain } from '../adapters/data-folder/provisional-chain.ts';
import { type ChainIdentity, requireFunds, openLogOnChain } from '../adapters/ethereum/deploy.ts';
import { requireContract, requireFinality, requireOneChain } from '../adapters/ethereum/one-chain.ts';
import { createChainKey, readChainKey } from '../adapters/keys/chain-key.ts';
import { createLogKey, type LogKey } from '../adapters/keys/log-key.ts';
import { createStore } from '../adapters/embedded-store/store.ts';
import { createChainFolder, drawChainSettings, operatorAccount } from '../adapters/local-chain/settings.ts';
import { superviseLocalChain } from '../compose/local-chain.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { signedHead } from '../log/signed-head.ts';
import { checkOrigin } from '../protocol/note/checkpoint.ts';
import { type Finality, type Trust, trustJson } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import { stagingPath, removeStale, publishStaged } from '../adapters/files/staging.ts';

export interface CreateOptions {
  readonly dataDir: string;
  /** Another place for the local chain's folder. */
  readonly chainDir: string | undefined;
  /** Differs for every ledger; undefined draws one. */
  readonly origin: string | undefined;
  /** Nodes of an external chain; undefined makes a local one. */
  readonly rpcUrls: readonly string[] | undefined;
  /** How many nodes must agree; undefined: more than half of those named. */
  readonly sources: number | undefined;
  /** An EvidenceAnchor that is on that chain already; undefined deploys one. */
  readonly contract: string | undefined;
  /**
   * Whether others than the operator run the chain: said by who makes the ledger, and shown to
   * everybody who verifies.
   */
  readonly operatedBy: 'operator' | 'others';
  /**
   * When an anchor counts; undefined: at once on a local chain, which is Hardhat's, and by the
   * node's `finalized` block on another.
   */
  readonly finality: Finality | undefined;
}

const FINALIZED: Finality = { tag: 'finalized' };

export interface CreatedLedger {
  readonly trust: Trust;
  readonly paths: DataPaths;
}

/**
 * Makes a ledger: keys, chain identity, the log of size 0 with its signed and published checkpoint.
 * Everything is made in a folder beside and takes its name last: stopped at any point there is no
 * half ledger, and running it again begins anew.
 */
export async function createLedger(options: CreateOptions): Promise<CreatedLedger> {
  const paths = dataPaths(options.dataDir, options.chainDir);
  if (hasLedger(paths)) throw new LedgerError('ledger-exists', { detail: `there is a ledger in ${paths.dir} already` });
  if (existsSync(paths.dir) && readdirSync(paths.dir).length > 0) {
    throw new LedgerError('folder-not-empty', { dir: paths.dir });
  }
  const origin = checkOrigin(options.origin ?? `evidence-ledger.local/${randomBytes(8).toString('hex')}`);
  removeStale(paths.dir, 'init');
  removeProvisionalChain(paths);
  const staging = dataPaths(stagingPath(paths.dir, 'init'), options.chainDir);
  mkdirSync(staging.keys, { recursive: true, mode: 0o700 });
  try {
    const logKey = createLogKey(staging.logKey, origin);
    const chain = await openOnChain(options, staging, paths, formatVkey(logKey.key));
    const trust = identityOf(logKey, chain, options);
    writeIdentity(staging, `${JSON.stringify(trustJson(trust), null, 2)}\n`);
    await createEmptyLog(staging, logKey);
    mkdirSync(staging.contents, { mode: 0o700 });
    writeFileSync(staging.version, `${DATA_VERSION}\n`, { flag: 'wx', flush: true });
    await publishStaged(staging.dir, paths.dir);
    // From here on the ledger is there. What waited for it is not needed any more.
    confirmChain(paths);
    rmSync(waitingKeyPath(paths), { force: true });
    return { trust, paths };
  } catch (error) {
    rmSync(staging.dir, { recursive: true, force: true });
    throw error;
  }
}

async function openOnChain(
  { rpcUrls, contract, finality = FINALIZED }: CreateOptions,
  staging: DataPaths,
  final: DataPaths,
  vkey: string,
): Promise<ChainIdentity> {
  if (rpcUrls === undefined) return openOnLocalChain(staging, vkey);
  const url = rpcUrls[0]!;
  await requireOneChain(rpcUrls);
  await requireFinality(rpcUrls, finality);
  if (contract !== undefined) await requireContract(rpcUrls, contract);
  const privateKey = externalKey(final);
  await requireFunds(url, privateKey, waitingKeyPath(final));
  const identity = await openLogOnChain({ url, privateKey, vkey, ...(contract !== undefined && { contract }) });
  await requireContract(rpcUrls, identity.contract);
  createChainKey(staging.chainKey, privateKey);
  return identity;
}

/**
 * The key of an external chain needs funds before init can succeed, so it outlives a failed init:
 * the next one takes it up again.
 */
function externalKey(final: DataPaths): string {
  const path = waitingKeyPath(final);
  if (!existsSync(path)) createChainKey(path, Wallet.createRandom().privateKey);
  return readChainKey(path);
}

function waitingKeyPath(final: DataPaths): string {
  return `${final.dir}.chain.key`;
}

/** A chain of its own, whose account 0 holds all ether and is the operator. */
async function openOnLocalChain(staging: DataPaths, vkey: string): Promise<ChainIdentity> {
  const settings = drawChainSettings(Math.floor(Date.now() / 1000));
  const { privateKey } = operatorAccount(settings);
  // The mark comes first: what a kill leaves from then on is ours to remove. A chain that is there
  // already gets none, and is refused.
  if (!hasLocalChain(staging)) markProvisional(staging.chain);
  await createChainFolder(staging.chain, settings);
  createChainKey(staging.chainKey, privateKey);
  const failure = Promise.withResolvers<never>();
  const chain = superviseLocalChain({
    dir: staging.chain,
    port: 0,
    onEvent: (event) => {
      if (event.type === 'failed') failure.reject(relayedError(event.code, event.text));
      if (event.type === 'exited') failure.reject(new LedgerError('chain-failed', { reason: event.reason }));
    },
  });
  try {
    return await Promise.race([chain.url.then((url) => openLogOnChain({ url, privateKey, vkey })), failure.promise]);
  } finally {
    await chain.stop();
  }
}

function identityOf(logKey: LogKey, chain: ChainIdentity, options: CreateOptions): Trust {
  const { rpcUrls, sources, operatedBy, finality } = options;
  const { chainId, genesisHash, contract, codeHash, logId } = chain;
  return {
    log: { origin: logKey.origin, keys: [{ key: logKey.key, fromSize: 0n }] },
    chain: {
      chainId,
      genesisHash,
      contract,
      codeHash,
      logs: [{ logId, fromSize: 0n }],
      operatedBy,
      finality: finality ?? (rpcUrls === undefined ? { confirmations: 1n } : FINALIZED),
      sources: sources ?? majorityOf(rpcUrls ?? ['the local chain']),
      rpcUrls: rpcUrls ?? [],
    },
    pinnedCheckpoints: [],
    pinnedBlocks: [],
  };
}

function majorityOf(nodes: readonly string[]): number {
  return Math.floor(nodes.length / 2) + 1;
}

async function createEmptyLog(paths: DataPaths, logKey: LogKey): Promise<void> {
  const head = signedHead(logKey, 0n, nodeTreeHasher.empty, 0);
  const store = await createStore({ dir: paths.dir, hash: nodeSha256, hasher: nodeTreeHasher }, head);
  await store.publish({ size: 0n, note: head.note });
  await store.close();
}
