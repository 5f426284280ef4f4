import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Ballast } from '../adapters/data-folder/ballast.ts';
import { readVersion } from '../adapters/data-folder/data-folder.ts';
import { completeKeyChange } from '../adapters/data-folder/key-change.ts';
import { removePendingExternalCheck } from '../adapters/data-folder/pending-external-check.ts';
import { upgradeFolder } from '../adapters/data-folder/upgrade.ts';
import { EthereumEndorsements } from '../adapters/ethereum/endorsements.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { blockwiseRandomBytes } from '../adapters/node-crypto/random.ts';
import { askNode } from '../client/chain-rpc.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import { Drain } from '../http/drain.ts';
import { loopSleep } from '../http/loop-clock.ts';
import { requireFreePort, serveAt, urlOf } from '../http/listening.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../http/rate-limits.ts';
import { BODY_WINDOW_MS } from '../http/slow-body.ts';
import { formatRecordNumber } from '../kinds/record-number.ts';
import { uuidV7 } from '../kinds/record-id.ts';
import { BALLAST_BYTES, type DiskSpace } from '../log/disk-reserve.ts';
import type { ExternalCheckPolicy } from '../log/external-head.ts';
import { Log, type WitnessParts } from '../log/log.ts';
import type { Clock } from '../log/ports.ts';
import { isOperator } from '../operations/key-faults.ts';
import type { ContentStore, DataPaths, LedgerFolder, LogKey } from '../operations/ports.ts';
import { keysValidAt, type Trust, unrevokedKeys } from '../protocol/trust.ts';
import { startAnchoring } from '../server/background/anchoring.ts';
import { DiskReserve } from '../server/background/disk-reserve.ts';
import { startEndorsing } from '../server/background/endorsing.ts';
import { watchReadiness } from '../server/background/readiness.ts';
import { startScrubber } from '../server/background/scrubber.ts';
import { createApp } from '../server/app.ts';
import type { ServerContext } from '../server/context.ts';
import type { ServeEvent } from '../server/service-events.ts';
import { UploadTokens } from '../server/upload-tokens.ts';
import { CHAIN_FAULTS } from '../text/chain.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { chainFacts, connectChain, type LedgerChain, noNodeKnown, placesOf, serveLocalChain } from './chain.ts';
import { openLedger, type OpenedLedger, readPinnedNote } from './ledger.ts';
import { LEDGER_PARTS } from './parts.ts';
import { orUndefined, sleep, withTimeout } from './timeouts.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * An external chain's nodes; undefined: the local chain in the data folder, or the nodes of the
   * trust file's hint.
   */
  readonly rpcUrls?: readonly string[] | undefined;
  readonly chainPort: number;
  readonly chainDir?: string | undefined;
  readonly anchorIntervalMs: number;
  /** Highest price of a unit of gas of an anchor; 0 or undefined: any. */
  readonly maxFeeGwei?: number;
  /** Accounts whose endorsements receipts embed; at most as many as a receipt takes. */
  readonly endorsers?: readonly string[];
  /** Nothing is signed before the contract, the pinned checkpoint or a witness has agreed. */
  readonly requireOutsideHead?: boolean;
  /** File with a signed checkpoint of this log that is kept elsewhere. */
  readonly pinnedCheckpoint?: string | undefined;
  /** File with the tlog-policy whose witnesses cosign; undefined: the log has none. */
  readonly witnessPolicy?: string | undefined;
  /** How fast stored data is read again in the background; 0: not at all. */
  readonly scrubBytesPerSecond?: number;
  /**
   * Nothing is registered while fewer bytes are free; undefined: the larger of 1 GiB and 5 % of the
   * disk.
   */
  readonly diskReserveBytes?: number | undefined;
  /** Requests per second of one address before it must wait; 0: no limit. */
  readonly requestsPerSecond?: number;
  /** Unix milliseconds: the time of records, upload tokens and anchors. */
  readonly clock: Clock;
  readonly onEvent: (event: ServeEvent) => void;
  /** Called with every request when it has ended. */
  readonly onRequest?: ((request: AccessLogEntry) => void) | undefined;
}

export interface RunningServer {
  readonly url: string;
  readonly origin: string;
  /** Where the chain's first node answers; undefined until a local one has been ready. */
  readonly chainUrl: () => string | undefined;
  /** Records in the log. */
  readonly size: () => bigint;
  /** Resolves with the cause when the store had to stop: the process must end with 70. */
  readonly failed: Promise<LedgerError>;
  /** Completes what was accepted, within about ten seconds, and releases everything. */
  stop(): Promise<void>;
}

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];
/**
 * After `stop` new registrations get the problem `stopping`; what is accepted is completed. On a
 * busy machine this takes longer, see src/http/loop-clock.ts.
 */
const LAST_REQUESTS = { quietMs: 100, listenMs: 2000, limitMs: 6000 };
const DEFAULT_SCRUB_BYTES_PER_SECOND = 2 * 1024 * 1024;
const WEI_PER_GWEI = 10n ** 9n;

/**
 * The one place where the service is put together. Throws LedgerError where a part cannot start
 * (`ledger-missing`, `locked`, `journal-damaged` …); then nothing is left running.
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  if (!LOCAL_HOSTS.includes(options.host)) {
    throw new LedgerError('host-refused', { host: options.host, localHost: LOCAL_HOSTS[0]! });
  }
  const cleanup = new CleanupStack();
  try {
    return await start({ options, cleanup, isStopping: false });
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/** What all stages of a start share. */
interface Run {
  readonly options: ServeOptions;
  readonly cleanup: CleanupStack;
  isStopping: boolean;
}

async function start(run: Run): Promise<RunningServer> {
  const { promise: failed, resolve: fail } = Promise.withResolvers<LedgerError>();
  const folder = await takeFolder(run);
  const logKey = LEDGER_PARTS.keys.readLogKey(folder.paths.logKey);
  const ledger = await openForService(run, folder, logKey, fail);
  const { log, endorsements } = await openLog(run, ledger, logKey);
  const contents = LEDGER_PARTS.contentsIn(folder.paths.contents);
  await contents.sweep();
  const background = await startBackground(run, { ledger, log, endorsements, contents });
  const server = await serveLog(run, { ledger, log, contents, ...background });
  const drain = new Drain(server);
  return {
    url: urlOf(server),
    origin: ledger.identity.log.origin,
    chainUrl: () => ledger.chain.urls()[0],
    size: () => ledger.store.head().size,
    failed,
    async stop() {
      run.isStopping = true;
      const finished = Promise.all([log.drained(), drain.run(LAST_REQUESTS)]);
      await Promise.race([finished, loopSleep(LAST_REQUESTS.limitMs)]);
      await run.cleanup.run();
    },
  };
}

/** Stage 1: the folder is this process's, in the layout and with the keys of now. */
async function takeFolder({ options, cleanup }: Run): Promise<LedgerFolder> {
  const folder = LEDGER_PARTS.folderAt(options.dataDir, options.chainDir);
  const { paths } = folder;
  readVersion(paths); // `ledger-missing`, before a lock is created where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  cleanup.push(() => lock.release());
  await upgradeFolder(paths);
  await completeKeyChange(paths);
  await requireFreePort(options);
  return folder;
}

interface ServedLedger extends OpenedLedger {
  readonly chain: LedgerChain;
}

/** Stage 2: chain, witnesses and store are open, and no external head is known to be cut off. */
async function openForService(
  { options, cleanup }: Run,
  folder: LedgerFolder,
  logKey: LogKey,
  onFailStop: (error: LedgerError) => void,
): Promise<ServedLedger> {
  const { onEvent, pinnedCheckpoint, witnessPolicy } = options;
  const { paths } = folder;
  const ballast = new Ballast(paths.ballast, BALLAST_BYTES);
  // LevelDB cannot be opened without writing
  if ((await spaceOf(paths)).freeBytes < ballast.sizeBytes) await ballast.release();
  const ledger = await openLedger(
    { folder, pinnedNote: readPinnedNote(pinnedCheckpoint), witnessPolicy },
    { purpose: 'serve', logKey, onFailStop, onTornTail: (tail) => onEvent({ type: 'torn-tail', ...tail }) },
    (identity) => connectForService(options, folder, identity, cleanup),
    cleanup,
  );
  const served = { ...ledger, chain: ledger.chain! };
  const fault = await chainKeyFault(served);
  if (fault !== undefined) onEvent({ type: 'chain-problem', ...fault });
  return served;
}

async function connectForService(
  { rpcUrls, chainPort, maxFeeGwei = 0, onEvent }: ServeOptions,
  folder: LedgerFolder,
  identity: Trust,
  cleanup: CleanupStack,
): Promise<LedgerChain> {
  const { paths } = folder;
  const isLocal = rpcUrls === undefined && folder.hasLocalChain();
  const places = isLocal
    ? [
        await serveLocalChain(
          { folder, port: chainPort, onEvent: (event) => onEvent({ type: 'chain', event }) },
          cleanup,
        ),
      ]
    : placesOf(rpcUrls ?? identity.chain.rpcUrls);
  if (places.length === 0) {
    const { code, text } = noNodeKnown(paths);
    onEvent({ type: 'chain-problem', code, text });
    places.push(() => undefined);
  }
  return connectChain(
    identity,
    places,
    {
      privateKey: LEDGER_PARTS.keys.readChainKey(paths.chainKey),
      ...(maxFeeGwei > 0 && { maxFeePerGas: BigInt(maxFeeGwei) * WEI_PER_GWEI }),
      onNode: (node, problem) => {
        if (places.length === 1) return; // reported as a problem of the chain
        if (problem === undefined) onEvent({ type: 'chain-node-answers', node });
        else onEvent({ type: 'chain-node-problem', node, code: problem.code, text: problem.text });
      },
    },
    cleanup,
  );
}

/**
 * With the key of another account nothing can be anchored; registration goes on all the same. Where
 * the chain is silent, what the folder says counts.
 */
async function chainKeyFault({
  folder,
  identity,
  chain,
  contract,
}: ServedLedger): Promise<{ code: string; text: Message } | undefined> {
  const { chainKey } = folder.paths;
  const account = LEDGER_PARTS.keys.accountOf(LEDGER_PARTS.keys.readChainKey(chainKey));
  const operator = contract === undefined ? undefined : await orUndefined(chain.contract.operator());
  const isOwn = operator === undefined ? isOperator(account, identity, folder.readRotations()) : operator === account;
  if (isOwn) return undefined;
  return {
    code: 'key-wrong',
    text: bilingual(CHAIN_FAULTS.otherAccount, { file: chainKey, account }),
  };
}

/** Stage 3: the log has compared itself with all external heads, before anything is signed. */
async function openLog(
  run: Run,
  ledger: ServedLedger,
  signer: LogKey,
): Promise<{ readonly log: Log; readonly endorsements: EthereumEndorsements | undefined }> {
  const { options } = run;
  const { onEvent, clock } = options;
  const { identity, store, chain, witnessed } = ledger;
  const random = blockwiseRandomBytes();
  const endorsements = connectEndorsements(run, ledger);
  const witnesses = witnessParts(run, ledger);
  const log = await Log.open({
    store,
    chain: chain.contract,
    signer,
    clock,
    random,
    newIdentifiers: (timeMs) => ({
      id: uuidV7(timeMs, random(10)),
      number: formatRecordNumber(timeMs, random(12)),
    }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: identity.chain,
    isRevoked: (size, block) => keysValidAt(identity, size, block).length === 0,
    anchorIntervalMs: options.anchorIntervalMs,
    ...(endorsements !== undefined && { endorsements }),
    onAnchorFailed: ({ failure, txHash, size }) =>
      onEvent({ type: 'anchor-failed', failure: failure!, txHash, size: size.toString() }),
    onAnchorReorged: ({ txHash, size }, { blockNumber }) =>
      onEvent({ type: 'anchor-taken-back', txHash, size: size.toString(), block: blockNumber.toString() }),
    onHalt: ({ code, text }) => onEvent({ type: 'halted', code, text }),
    external: { ...externalCheckPolicy(options, ledger), witnessed },
    ...(witnesses !== undefined && { witnesses }),
  });
  await compareWithContractAtStart(log);
  if (log.isAwaitingExternalCheck && log.halted === undefined) onEvent({ type: 'awaiting-outside' });
  return { log, endorsements };
}

/** Undefined where nobody's endorsements go into receipts. */
function connectEndorsements({ options, cleanup }: Run, { identity, chain }: ServedLedger) {
  const { endorsers = [] } = options;
  if (endorsers.length === 0) return undefined;
  const endorsements = new EthereumEndorsements({ ...chainFacts(identity), url: () => chain.urls()[0], endorsers });
  cleanup.push(() => endorsements.close());
  return endorsements;
}

function witnessParts(run: Run, { identity, witnesses }: ServedLedger): WitnessParts | undefined {
  if (witnesses === undefined) return undefined;
  return {
    ...witnesses,
    keys: unrevokedKeys(identity),
    sleep,
    // what this process's own end interrupts is not reported
    onEvent: (event) => (run.isStopping ? undefined : run.options.onEvent(event)),
  };
}

/** Which external heads must agree before the log signs: asked for by the operator, or left by a restore. */
function externalCheckPolicy(
  { requireOutsideHead = false, rpcUrls, onEvent }: ServeOptions,
  { folder, pending, pinned }: ServedLedger,
): ExternalCheckPolicy {
  const isRequired = requireOutsideHead || pending !== undefined;
  return {
    isRequired,
    isChainExternal: pending?.isChainRestored !== true || rpcUrls !== undefined,
    pinned,
    onAgreed: () => {
      if (isRequired) onEvent({ type: 'outside-agrees' });
      if (pending === undefined) return;
      // should it stay, the next start asks once more
      removePendingExternalCheck(folder.paths).catch((error: unknown) => onEvent({ type: 'internal-error', error }));
    },
  };
}

/**
 * Compares with the contract before the first signature. A chain that does not answer in time keeps
 * nothing from being registered.
 */
async function compareWithContractAtStart(log: Log): Promise<void> {
  const comparison = log.compareWithChain().catch((error: unknown) => {
    // problems of the chain are reported by the anchoring, contradictions have halted the log
    if (!(error instanceof LedgerError)) throw error;
  });
  await withTimeout(comparison);
}

type Background = Pick<ServerContext, 'disk' | 'chainHealth' | 'scrubHealth'>;

/** Stage 4: everything that runs without being asked: publishing, anchoring, endorsing, scrubbing. */
async function startBackground(
  { options, cleanup }: Run,
  {
    ledger,
    log,
    endorsements,
    contents,
  }: Awaited<ReturnType<typeof openLog>> & {
    readonly ledger: ServedLedger;
    readonly contents: ContentStore;
  },
): Promise<Background> {
  const { onEvent, clock, diskReserveBytes, scrubBytesPerSecond = DEFAULT_SCRUB_BYTES_PER_SECOND } = options;
  const { paths } = ledger.folder;
  const onError = (error: unknown) => onEvent({ type: 'internal-error', error });
  const disk = new DiskReserve({
    space: () => spaceOf(paths),
    ballast: new Ballast(paths.ballast, BALLAST_BYTES),
    reserveBytes: diskReserveBytes,
    nowMs: () => performance.now(),
  });
  const readiness = await watchReadiness({
    log,
    disk,
    onRefusing: (code) => onEvent({ type: 'refusing', code }),
    onAccepting: () => onEvent({ type: 'accepting' }),
    onError,
  });
  cleanup.push(() => readiness.stop());
  const anchoring = startAnchoring(log, disk, onEvent);
  cleanup.push(() => anchoring.stop());
  if (endorsements !== undefined) {
    const endorsing = startEndorsing(log, (firstBlock) => endorsements.step(firstBlock), onError);
    cleanup.push(() => endorsing.stop());
  }
  // before the anchoring stops, which may be waiting for them
  cleanup.push(() => ledger.witnesses?.cosigners.forEach((cosigner) => cosigner.close()));
  const scrubber = startScrubber({
    source: ledger.scrubSource(contents),
    bytesPerSecond: scrubBytesPerSecond,
    clock,
    onProblem: ({ where, ...problem }) => onEvent({ type: 'damage', ...problem, ...where }),
    onError,
  });
  cleanup.push(() => scrubber.stop());
  return { disk, chainHealth: anchoring.health, scrubHealth: () => scrubber.health() };
}

/** Stage 5: requests are answered. */
async function serveLog(
  run: Run,
  {
    ledger,
    log,
    contents,
    ...background
  }: Background & {
    readonly ledger: ServedLedger;
    readonly log: Log;
    readonly contents: ContentStore;
  },
): Promise<Server> {
  const { options, cleanup } = run;
  const { clock, onEvent, onRequest = () => {}, requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND } = options;
  const { identity, chain, witnesses } = ledger;
  const rotations = ledger.folder.readRotations();
  const app = createApp({
    log,
    contents,
    uploads: new UploadTokens(randomBytes(32), clock),
    hash: nodeSha256,
    clock,
    trust: () => ({
      ...identity,
      chain: { ...identity.chain, rpcUrls: nodeHint(chain.urls(), identity) },
      ...(witnesses !== undefined && { witnessPolicy: witnesses.policy }),
    }),
    rotations: () => rotations,
    askChain: async (questions) => {
      const urls = questions.length === 0 ? [] : chain.urls();
      // named without its path, which may hold a key: clients read the names
      return Promise.all(urls.map(async (url) => ({ ...(await askNode(url, questions)), name: new URL(url).origin })));
    },
    troubledNodes: () => chain.contract.troubled,
    ...background,
    registrant: { principal: 'local' },
    onRequest,
    requestsPerSecond,
    bodyWindowMs: BODY_WINDOW_MS,
    isStopping: () => run.isStopping,
    onInternalError: (error) => onEvent({ type: 'internal-error', error }),
  });
  const server = await serveAt(options, app);
  cleanup.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

/** Where the trust file says that nodes are: no path, which may hold a key. */
function nodeHint(urls: readonly string[], { chain }: Trust): readonly string[] {
  return urls.length === 0 ? chain.rpcUrls : [...new Set(urls.map((url) => new URL(url).origin))];
}

async function spaceOf({ dir }: DataPaths): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
