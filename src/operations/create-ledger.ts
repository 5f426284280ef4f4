import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { signedHead } from '../log/signed-head.ts';
import { checkOrigin } from '../protocol/note/checkpoint.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import type { Finality, Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { DataPaths, LedgerFolder, LedgerParts, LogKey, StorageEngine } from './ports.ts';

export interface CreateOptions {
  readonly dataDir: string;
  /** Another place for the local chain's folder. */
  readonly chainDir: string | undefined;
  /** Differs for every ledger; undefined draws one. */
  readonly origin: string | undefined;
  /** Nodes of an external chain; undefined creates a local one. */
  readonly rpcUrls: readonly string[] | undefined;
  /** How many nodes must agree; undefined: more than half of those named. */
  readonly sources: number | undefined;
  /** An EvidenceAnchor that exists on that chain; undefined deploys one. */
  readonly contract: string | undefined;
  /**
   * Whether others than the operator run the chain: stated by the operator, and shown to everybody
   * who verifies.
   */
  readonly operatedBy: 'operator' | 'others';
  /**
   * When an anchor is final; undefined: at once on a local chain, which is Hardhat's, and by the
   * node's `finalized` block on another.
   */
  readonly finality: Finality | undefined;
}

/** A log that was opened on a chain: the facts that the ledger pins. All 0x-hex lower case. */
export interface OpenedOnChain {
  readonly chainId: bigint;
  readonly genesisHash: string;
  readonly contract: string;
  readonly codeHash: string;
  readonly logId: string;
}

/** Opens a new log on a chain. */
export interface ChainSetup {
  /**
   * Creates a local chain in an empty folder and opens the log on it. Its account 0, which holds
   * all ether, is the operator; `onOperator` gets its key before the chain is used.
   */
  openLocally(dir: string, vkey: string, onOperator: (privateKey: string) => void): Promise<OpenedOnChain>;
  /**
   * Opens the log on an external chain, once all nodes are on the same one and know its rule of
   * finality. Fails with `chain-account-empty` where the account has no funds,
   * `chain-too-old` where the chain does not know the instructions of the contract.
   */
  openExternally(options: ExternalChainOptions): Promise<OpenedOnChain>;
}

export interface ExternalChainOptions {
  readonly rpcUrls: readonly string[];
  readonly finality: Finality;
  readonly contract: string | undefined;
  readonly vkey: string;
  /** The operator's key, and the file that it is in, which is named where its account is empty. */
  readonly operatorKey: () => { readonly privateKey: string; readonly path: string };
}

export interface CreateParts extends LedgerParts {
  readonly chainSetup: ChainSetup;
  readonly hasher: TreeHasher;
}

export interface CreatedLedger {
  readonly trust: Trust;
  readonly paths: DataPaths;
}

const FINALIZED: Finality = { tag: 'finalized' };

/**
 * Creates a ledger: keys, chain identity, the log of size 0 with its signed and published
 * checkpoint. Everything is put together in a folder next to its place, which it takes last:
 * interrupted at any point there is no half ledger, and running it again starts over.
 */
export async function createLedger(options: CreateOptions, parts: CreateParts): Promise<CreatedLedger> {
  const folder = parts.folderAt(options.dataDir, options.chainDir);
  const { paths } = folder;
  requireEmptyPlace(folder);
  const origin = checkOrigin(options.origin ?? `evidence-ledger.local/${randomBytes(8).toString('hex')}`);
  parts.staging.removeStale(paths.dir, 'init');
  folder.removeProvisionalChain();
  const staging = parts.folderAt(parts.staging.pathFor(paths.dir, 'init'), options.chainDir);
  parts.staging.create(staging.paths.keys, 0o700);
  try {
    const logKey = parts.keys.createLogKey(staging.paths.logKey, origin);
    const chain = await openOnChain(options, staging, folder, formatVkey(logKey.key), parts);
    const trust = identityOf(logKey, chain, options);
    staging.writeIdentity(trust);
    await createEmptyLog(parts.engineIn(staging.paths.dir), logKey, parts.hasher);
    mkdirSync(staging.paths.contents, { mode: 0o700 });
    staging.writeVersion();
    await parts.staging.publish(staging.paths.dir, paths.dir);
    // From here on the ledger exists. What waited for it is not needed any more.
    folder.confirmChain();
    rmSync(waitingKeyPath(paths), { force: true });
    return { trust, paths };
  } catch (error) {
    rmSync(staging.paths.dir, { recursive: true, force: true });
    throw error;
  }
}

/** Fails with `ledger-exists` or `folder-not-empty`. */
export function requireEmptyPlace(folder: LedgerFolder): void {
  const { dir } = folder.paths;
  if (folder.hasLedger()) throw new LedgerError('ledger-exists', { dir });
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new LedgerError('folder-not-empty', { dir });
  }
}

async function openOnChain(
  { rpcUrls, contract, finality = FINALIZED }: CreateOptions,
  staging: LedgerFolder,
  final: LedgerFolder,
  vkey: string,
  { chainSetup, keys }: CreateParts,
): Promise<OpenedOnChain> {
  const { chain, chainKey } = staging.paths;
  if (rpcUrls === undefined) {
    // The mark comes first: what a kill leaves from then on may be removed. An existing chain gets
    // none, and is refused.
    if (!staging.hasLocalChain()) staging.markProvisional(chain);
    return chainSetup.openLocally(chain, vkey, (privateKey) => keys.createChainKey(chainKey, privateKey));
  }
  const path = waitingKeyPath(final.paths);
  const operatorKey = () => {
    // The key of an external chain needs funds before init can succeed, so it outlives a failed
    // init: the next one takes it up again.
    if (!existsSync(path)) keys.createChainKey(path);
    return { privateKey: keys.readChainKey(path), path };
  };
  const opened = await chainSetup.openExternally({ rpcUrls, finality, contract, vkey, operatorKey });
  keys.createChainKey(chainKey, keys.readChainKey(path));
  return opened;
}

function waitingKeyPath({ dir }: DataPaths): string {
  return `${dir}.chain.key`;
}

function identityOf(logKey: LogKey, chain: OpenedOnChain, options: CreateOptions): Trust {
  const { rpcUrls, sources, operatedBy, finality } = options;
  const { chainId, genesisHash, contract, codeHash, logId } = chain;
  const nodeCount = rpcUrls?.length ?? 1;
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
      sources: sources ?? Math.floor(nodeCount / 2) + 1,
      rpcUrls: rpcUrls ?? [],
    },
    witnessPolicies: [],
    pinnedCheckpoints: [],
    pinnedBlocks: [],
  };
}

async function createEmptyLog(engine: StorageEngine, logKey: LogKey, hasher: TreeHasher): Promise<void> {
  const head = signedHead(logKey, 0n, hasher.empty, 0);
  const store = await engine.create(head);
  await store.publish({ size: 0n, note: head.note });
  await store.close();
}
