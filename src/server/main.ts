import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Server } from 'node:http';
import { ContentStore } from '../adapters/contents/content-store.ts';
import {
  type DataPaths,
  dataPaths,
  readVersion,
  hasLocalChain,
  readIdentity,
} from '../adapters/data-folder/data-folder.ts';
import { readDemand, removeDemand } from '../adapters/data-folder/outside-demand.ts';
import { upgradeFolder } from '../adapters/data-folder/upgrade.ts';
import { claimChain } from '../adapters/data-folder/unclaimed-chain.ts';
import { EthereumAnchorChain } from '../adapters/ethereum/anchor-chain.ts';
import { askNode } from '../adapters/ethereum/ask.ts';
import { acquireFileLock } from '../adapters/file-lock/file-lock.ts';
import { readChainKey } from '../adapters/keyfile/chain-key.ts';
import { type LogKey, readLogKey } from '../adapters/keyfile/log-key.ts';
import { scrubStore } from '../adapters/leveldb/scrub.ts';
import { type LevelStore, openStore } from '../adapters/leveldb/store.ts';
import { type ChainEvent, superviseChain } from '../adapters/local-chain/supervisor.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { formatDepositNumber } from '../evidence/deposit-number.ts';
import { uuidV7 } from '../evidence/record-id.ts';
import { Log } from '../log/log.ts';
import { type OutsideDemand, type OutsideHead, pinnedHead } from '../log/outside-head.ts';
import { PortError } from '../log/ports.ts';
import { logIdForSize, type Trust } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/vkey.ts';
import { createApp } from './app.ts';
import type { ChainHealth } from './context.ts';
import { DiskReserve } from './disk-reserve.ts';
import { BackOff, startHeartbeat } from './heartbeat.ts';
import { type Finding, type ScrubHealth, startScrubber } from './scrubber.ts';
import { watchRequests } from './last-requests.ts';
import { demandFreePort, serveAt, urlOf } from './listening.ts';
import { UndoStack } from './undo-stack.ts';
import { UploadTokens } from './upload-tokens.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** An external chain's node; undefined: the local chain in the data folder, or the node of the trust file's hint. */
  readonly rpcUrl?: string;
  readonly chainPort: number;
  readonly chainDir?: string;
  readonly anchorIntervalMs: number;
  /** Nothing is signed before the contract or the pinned checkpoint has agreed. */
  readonly requireOutsideHead?: boolean;
  /** File with a signed checkpoint of this log that is kept elsewhere. */
  readonly pinnedCheckpoint?: string;
  /** How fast stored data is read again in the background; 0: not at all. */
  readonly scrubBytesPerSecond?: number;
  /** Nothing is registered while fewer bytes are free; undefined: the larger of 1 GiB and 5 % of the disk. */
  readonly diskReserveBytes?: number;
  readonly onEvent: (event: ServeEvent) => void;
}

/** What the operator should be told. */
export type ServeEvent =
  | { readonly type: 'chain'; readonly event: ChainEvent }
  | { readonly type: 'torn-tail'; readonly file: string; readonly offset: number; readonly lengthBytes: number }
  | { readonly type: 'chain-problem'; readonly code: string; readonly message: string }
  | { readonly type: 'chain-answers' }
  | { readonly type: 'awaiting-outside' }
  | { readonly type: 'outside-agrees' }
  | { readonly type: 'halted'; readonly code: string; readonly message: string }
  | ({ readonly type: 'damage' } & Finding)
  | { readonly type: 'internal-error'; readonly error: unknown };

export interface RunningServer {
  readonly url: string;
  readonly origin: string;
  /** Where the chain answers; undefined while a local one has not been ready yet. */
  readonly chainUrl: () => string | undefined;
  /** Records in the log. */
  readonly size: () => bigint;
  /** Resolves with the cause when the store had to stop: the process must end with 70. */
  readonly failed: Promise<Error>;
  /** Finishes what was accepted, within about ten seconds, and lets go of everything. */
  stop(): Promise<void>;
}

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];
/** How long a start waits for the chain's word on the log, which is to be heard before anything is signed. */
const OUTSIDE_PATIENCE_MS = 10_000;
const PUBLISH_EVERY_MS = 1000;
const CHAIN_STEP_MS = 2000;
const CHAIN_STEP_BUSY_MS = 100;
const STOP_PATIENCE_MS = 6000;
const DEFAULT_SCRUB_BYTES_PER_SECOND = 2 * 1024 * 1024;
const STEP_PATIENCE_MS = 2000;
/** Whoever registers after the word to stop is refused in words, until nobody has asked for so long. */
const QUIET_MS = 100;
const LAST_REQUESTS_MS = 2000;

/**
 * The one place where the parts are put together. Throws PortError where a part cannot start (`ledger-missing`, `locked`, `journal-damaged` …); then
 * nothing is left running.
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  if (!LOCAL_HOSTS.includes(options.host)) {
    throw new PortError(
      'host-refused',
      `host is ${options.host}: without access control only ${LOCAL_HOSTS[0]} is served`,
    );
  }
  const undo = new UndoStack();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(options: ServeOptions, undo: UndoStack): Promise<RunningServer> {
  const { onEvent } = options;
  const paths = dataPaths(options.dataDir, options.chainDir);
  readVersion(paths); // `ledger-missing`, before a lock is made where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  undo.push(() => lock.release());
  await upgradeFolder(paths);

  await demandFreePort(options);
  const identity = readIdentity(paths);
  const logKey = readLogKey(paths.logKey);
  demandOwnKey(logKey, identity);
  const outside = outsideDemand(options, paths, identity);

  const chainUrl = await startChain(options, paths, identity, undo);
  const chain = anchorChain(paths, identity, chainUrl);
  undo.push(() => chain.close());

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const outsideSize = await anchoredSize(chain);
  const store = await openStore({
    dir: paths.dir,
    ...(outsideSize !== undefined && { outsideSize }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    onTornTail: (tail) => onEvent({ type: 'torn-tail', ...tail }),
    onFailStop: fail,
  });
  undo.push(() => store.close());
  const contents = new ContentStore(paths.contents);
  await contents.sweep();

  const { chainId, genesisHash, contract } = identity.chain;
  const log = await Log.open({
    store,
    chain,
    signer: logKey,
    clock: Date.now,
    random: randomBytes,
    newIdentifiers: (timeMs) => ({
      id: uuidV7(timeMs, randomBytes(10)),
      number: formatDepositNumber(timeMs, randomBytes(12)),
    }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: { chainId, genesisHash, contract, logId: logIdForSize(identity.chain, 0n)! },
    anchorIntervalMs: options.anchorIntervalMs,
    onHalt: ({ code, message }) => onEvent({ type: 'halted', code, message }),
    outside,
  });
  await hearTheChain(log);
  if (log.isAwaitingOutside && log.halted === undefined) onEvent({ type: 'awaiting-outside' });

  const health = keepAnchoring(log, options, undo);
  const scrubHealth = keepScrubbing(store, contents, options, undo);
  let isStopping = false;
  const app = createApp({
    log,
    contents,
    uploads: new UploadTokens(randomBytes(32), Date.now),
    hash: nodeSha256,
    trust: () => ({ ...identity, chain: { ...identity.chain, rpcUrls: hintOf(chainUrl(), identity) } }),
    askChain: async (questions) => {
      const url = chainUrl();
      return url === undefined || questions.length === 0 ? [] : [await askNode(url, chainId, questions)];
    },
    chainHealth: health,
    scrubHealth,
    disk: new DiskReserve({
      space: async () => {
        const { bavail, blocks, bsize } = await statfs(paths.dir);
        return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      },
      reserveBytes: options.diskReserveBytes,
      nowMs: () => performance.now(),
    }),
    registrant: { principal: 'local' },
    isStopping: () => isStopping,
    onInternalError: (error) => onEvent({ type: 'internal-error', error }),
  });
  const server = await serveAt(options, app);
  const lastRequests = watchRequests(server);
  undo.push(() => {
    server.close();
    server.closeAllConnections();
  });

  return {
    url: urlOf(server),
    origin: identity.log.origin,
    chainUrl,
    size: () => store.head().size,
    failed,
    async stop() {
      isStopping = true;
      const finished = Promise.all([log.drained(), lastRequests(QUIET_MS, LAST_REQUESTS_MS)]).then(() =>
        closed(server),
      );
      await Promise.race([finished, sleep(STOP_PATIENCE_MS)]);
      await undo.run();
    },
  };
}

/** Resolves when all requests are answered; idle connections are closed at once. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** The key in the folder must be the one that the ledger was made with. */
function demandOwnKey(logKey: LogKey, identity: Trust): void {
  const vkey = formatVkey(logKey.key);
  if (!identity.log.keys.some(({ key }) => formatVkey(key) === vkey)) {
    throw new PortError('key-wrong', `keys/log.key is the key ${vkey}, which is not a key of ${identity.log.origin}`);
  }
}

/** Whom the log must hear before it signs: asked for by the operator, or left by a restore. */
function outsideDemand(options: ServeOptions, paths: DataPaths, identity: Trust): OutsideDemand {
  const { requireOutsideHead = false, pinnedCheckpoint, rpcUrl, onEvent } = options;
  const restored = readDemand(paths);
  const isRequired = requireOutsideHead || restored !== undefined;
  const notes = [pinnedCheckpoint === undefined ? undefined : readPin(pinnedCheckpoint), restored?.contradictedBy];
  return {
    isRequired,
    isChainOutside: restored?.isChainRestored !== true || rpcUrl !== undefined,
    pinned: notes.filter((note) => note !== undefined).map((note) => pinOf(note, identity)),
    onAgreed: () => {
      if (isRequired) onEvent({ type: 'outside-agrees' });
      if (restored === undefined) return;
      // should it stay, the next start asks once more
      removeDemand(paths).catch((error: unknown) => onEvent({ type: 'internal-error', error }));
    },
  };
}

function readPin(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PortError('pin-wrong', `the pinned checkpoint ${file} cannot be read`, { cause });
  }
}

function pinOf(note: string, { log }: Trust): OutsideHead {
  const keys = log.keys.map(({ key }) => key);
  return pinnedHead(note, keys, log.origin);
}

/** Runs the local chain where the folder has one; answers where the chain is now. */
async function startChain(
  { rpcUrl, chainPort, onEvent }: ServeOptions,
  paths: DataPaths,
  identity: Trust,
  undo: UndoStack,
): Promise<() => string | undefined> {
  if (rpcUrl !== undefined) return () => rpcUrl;
  if (!hasLocalChain(paths)) {
    if (identity.chain.rpcUrls.length === 0) {
      const message = `there is no local chain in ${paths.chain}, and no other node is known`;
      onEvent({ type: 'chain-problem', code: 'chain-missing', message });
    }
    return () => identity.chain.rpcUrls[0];
  }
  claimChain(paths);
  let url: string | undefined;
  const chain = superviseChain({
    dir: paths.chain,
    port: chainPort,
    onEvent: (event) => {
      if (event.type === 'ready') url = event.url;
      // The chain runs already, by `evl chain`: its identity is checked before it is used.
      if (event.type === 'failed' && event.code === 'locked') url = `http://127.0.0.1:${chainPort}`;
      onEvent({ type: 'chain', event });
    },
  });
  undo.push(() => chain.stop());
  // A chain that fails to start does not keep the ledger from registering.
  await Promise.race([chain.url.catch(() => undefined), sleep(OUTSIDE_PATIENCE_MS)]);
  return () => url;
}

function anchorChain(paths: DataPaths, { chain }: Trust, url: () => string | undefined): EthereumAnchorChain {
  const { chainId, genesisHash, contract, codeHash, finality } = chain;
  const logId = logIdForSize(chain, 0n)!;
  const identity = { chainId, genesisHash, contract, codeHash, logId };
  return new EthereumAnchorChain({ url, privateKey: readChainKey(paths.chainKey), identity, finality });
}

/** What the contract holds, which no torn tail may fall below; undefined where the chain does not answer in time. */
function anchoredSize(chain: EthereumAnchorChain): Promise<bigint | undefined> {
  const asked = chain.head().then(
    ({ size }) => size,
    () => undefined, // chain problems are told by the heartbeat
  );
  return Promise.race([asked, sleep(OUTSIDE_PATIENCE_MS).then(() => undefined)]);
}

/** Before anything is signed, the contract's word on the log; a chain that does not answer is no reason not to register. */
async function hearTheChain(log: Log): Promise<void> {
  const asked = log.compareWithChain().catch((error: unknown) => {
    if (!(error instanceof PortError)) throw error; // chain problems are told by the heartbeat, contradictions have halted the log
  });
  await Promise.race([asked, sleep(OUTSIDE_PATIENCE_MS)]);
}

/** Publishes and anchors from now on; answers how the chain was at the last step. */
function keepAnchoring(log: Log, { onEvent }: ServeOptions, undo: UndoStack): () => ChainHealth {
  let health: ChainHealth = { isReachable: false, problem: 'not-asked-yet' };
  const publisher = startHeartbeat(async () => {
    await log.publishStep().catch((error: unknown) => onEvent({ type: 'internal-error', error }));
    return PUBLISH_EVERY_MS;
  });
  const backOff = new BackOff();
  const anchorer = startHeartbeat(async () => {
    try {
      await log.anchorStep();
      backOff.succeeded();
      if (!health.isReachable) onEvent({ type: 'chain-answers' });
      health = { isReachable: true };
      return log.isAnchoring ? CHAIN_STEP_BUSY_MS : CHAIN_STEP_MS;
    } catch (error) {
      if (!(error instanceof PortError)) onEvent({ type: 'internal-error', error });
      const { code, message } = error instanceof PortError ? error : new PortError('internal', 'an internal error');
      if (log.halted?.code === code) {
        health = { isReachable: true, problem: code }; // it answers, and contradicts us: that was told when the log halted
        return CHAIN_STEP_MS;
      }
      if (health.problem !== code) onEvent({ type: 'chain-problem', code, message });
      health = { isReachable: false, problem: code };
      return backOff.failedMs(Math.random);
    }
  });
  undo.push(async () => {
    // A step may be waiting for a node that does not answer; what it would write then, the closed store refuses.
    await Promise.race([Promise.all([publisher.stop(), anchorer.stop()]), sleep(STEP_PATIENCE_MS)]);
  });
  return () => health;
}

/** Reads everything that is stored, again and again, and tells what is damaged; never stops the service. */
function keepScrubbing(
  store: LevelStore,
  contents: ContentStore,
  { onEvent, scrubBytesPerSecond = DEFAULT_SCRUB_BYTES_PER_SECOND }: ServeOptions,
  undo: UndoStack,
): () => ScrubHealth {
  const scrubber = startScrubber({
    bytesPerSecond: scrubBytesPerSecond,
    onFinding: (finding) => onEvent({ type: 'damage', ...finding }),
    onError: (error) => onEvent({ type: 'internal-error', error }),
    walk: (onRead, onFinding) =>
      scrubStore(store, {
        onRead,
        onProblem: ({ where, ...problem }) => onFinding({ ...problem, ...where }),
        onContent: async (record, sha256) => {
          const problem = await contents.check(sha256, onRead);
          if (problem !== undefined) onFinding({ ...problem, record });
        },
      }),
  });
  undo.push(() => scrubber.stop());
  return () => scrubber.health();
}

function hintOf(url: string | undefined, identity: Trust): readonly string[] {
  return url === undefined ? identity.chain.rpcUrls : [new URL(url).origin];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
