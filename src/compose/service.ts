import { LedgerError } from '../text/ledger-error.ts';
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { Server } from 'node:http';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import { Ballast } from '../adapters/data-folder/ballast.ts';
import { type DataPaths, dataPaths, readVersion, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { completeKeyChange, readRotations } from '../adapters/data-folder/key-change.ts';
import {
  readPendingExternalCheck,
  removePendingExternalCheck,
} from '../adapters/data-folder/pending-external-check.ts';
import { upgradeFolder } from '../adapters/data-folder/upgrade.ts';
import { EthereumEndorsements } from '../adapters/ethereum/endorsements.ts';
import { askNode } from '../adapters/ethereum/ask.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { type LogKey, readLogKey } from '../adapters/keys/log-key.ts';
import { openStore } from '../adapters/embedded-store/store.ts';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { blockwiseRandomBytes } from '../adapters/node-crypto/random.ts';
import { formatDepositNumber } from '../kinds/deposit-number.ts';
import { uuidV7 } from '../kinds/record-id.ts';
import { BALLAST_BYTES, type DiskSpace } from '../log/disk-reserve.ts';
import { Log } from '../log/log.ts';
import { requireSigned } from '../log/signed-head.ts';
import { keysValidAt, keysForSize, type Trust, unrevokedKeys } from '../protocol/trust.ts';
import { fetchWitnessHeads } from '../log/witness-heads.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import { startAnchoring } from '../server/background/anchoring.ts';
import { createApp } from '../server/app.ts';
import { BODY_WINDOW_MS } from '../http/slow-body.ts';
import { DiskReserve } from '../server/background/disk-reserve.ts';
import { startEndorsing } from '../server/background/endorsing.ts';
import { drainRequests } from '../http/drain.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../http/rate-limits.ts';
import { requireFreePort, serveAt, urlOf } from '../http/listening.ts';
import { externalCheckPolicy } from '../server/background/external-check-policy.ts';
import { watchReadiness } from '../server/background/readiness.ts';
import { anchorChain, chainKeyFault, factsOf, hintOf, startChain } from './chain.ts';
import { orUndefined, withTimeout, sleep } from './timeouts.ts';
import { keepScrubbing } from './scrubbing.ts';
import type { ServeOptions } from '../server/service-events.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import { UploadTokens } from '../server/upload-tokens.ts';

export interface RunningServer {
  readonly url: string;
  readonly origin: string;
  /** Where the chain's first node answers; undefined while a local one has not been ready yet. */
  readonly chainUrl: () => string | undefined;
  /** Records in the log. */
  readonly size: () => bigint;
  /** Resolves with the cause when the store had to stop: the process must end with 70. */
  readonly failed: Promise<Error>;
  /** Finishes what was accepted, within about ten seconds, and lets go of everything. */
  stop(): Promise<void>;
}

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];
const STOP_TIMEOUT_MS = 6000;
/**
 * Whoever registers after the word to stop is refused in words, until nobody has asked for so long.
 */
const QUIET_MS = 100;
const LAST_REQUESTS_MS = 2000;

/**
 * The one place where the parts are put together. Throws LedgerError where a part cannot start
 * (`ledger-missing`, `locked`, `journal-damaged` …); then nothing is left running.
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  if (!LOCAL_HOSTS.includes(options.host)) {
    throw new LedgerError('host-refused', {
      detail: `host is ${options.host}: without access control only ${LOCAL_HOSTS[0]} is served`,
    });
  }
  const cleanup = new CleanupStack();
  try {
    return await start(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(options: ServeOptions, cleanup: CleanupStack): Promise<RunningServer> {
  const { onEvent } = options;
  const paths = dataPaths(options.dataDir, options.chainDir);
  readVersion(paths); // `ledger-missing`, before a lock is made where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  cleanup.push(() => lock.release());
  await upgradeFolder(paths);
  await completeKeyChange(paths);

  await requireFreePort(options);
  const identity = readIdentity(paths);
  const rotations = readRotations(paths);
  const logKey = readLogKey(paths.logKey);
  const asking = options.witnessPolicy === undefined ? undefined : readWitnessPolicy(options.witnessPolicy, identity);
  const cosigners = asking?.witnesses.map((witness) => new WitnessClient(witness, identity.log.origin)) ?? [];
  const restored = readPendingExternalCheck(paths);
  const external = externalCheckPolicy({
    ...options,
    restored,
    identity,
    onAgreed: () => {
      if (external.isRequired) onEvent({ type: 'outside-agrees' });
      if (restored === undefined) return;
      // should it stay, the next start asks once more
      removePendingExternalCheck(paths).catch((error: unknown) => onEvent({ type: 'internal-error', error }));
    },
  });

  const nodes = await startChain(options, paths, identity, cleanup);
  const chain = anchorChain(paths, identity, nodes, options);
  const chainUrls = () => nodes.map((url) => url()).filter((url) => url !== undefined);
  cleanup.push(() => chain.close());
  const { endorsers = [] } = options;
  const endorsements =
    endorsers.length === 0
      ? undefined
      : new EthereumEndorsements({ ...factsOf(identity), url: () => chainUrls()[0], endorsers });
  cleanup.push(() => endorsements?.close());

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const [anchored, accountFault, witnessed] = await Promise.all([
    orUndefined(chain.head()),
    chainKeyFault(paths, identity, rotations, chain),
    fetchWitnessHeads(cosigners, { origin: identity.log.origin, keys: unrevokedKeys(identity) }),
  ]);
  if (accountFault !== undefined) onEvent({ type: 'chain-problem', ...accountFault });
  // what contract, pins and witnesses hold, no torn tail may fall below
  const externalSize = largest([anchored?.size, ...[...external.pinned, ...witnessed].map(({ size }) => size)]);
  const ballast = new Ballast(paths.ballast, BALLAST_BYTES);
  // LevelDB cannot be opened without writing
  if ((await spaceOf(paths)).freeBytes < ballast.sizeBytes) await ballast.release();
  const store = await openStore({
    dir: paths.dir,
    externalSize,
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    onTornTail: (tail) => onEvent({ type: 'torn-tail', ...tail }),
    onFailStop: fail,
  });
  cleanup.push(() => store.close());
  const head = store.head();
  requireSigned(head, keysForSize(identity, head.size));
  requireOwnKey(logKey, identity, head.size + 1n);
  const contents = new ContentStore(paths.contents);
  await contents.sweep();

  const { chainId } = identity.chain;
  const random = blockwiseRandomBytes();
  let isStopping = false;
  const log = await Log.open({
    store,
    chain,
    signer: logKey,
    clock: options.clock,
    random,
    newIdentifiers: (timeMs) => ({
      id: uuidV7(timeMs, random(10)),
      number: formatDepositNumber(timeMs, random(12)),
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
    external: { ...external, witnessed },
    ...(asking !== undefined && {
      witnesses: {
        policy: asking.policy,
        cosigners,
        keys: unrevokedKeys(identity),
        sleep,
        // what is cut off by our own end is nothing to tell
        onEvent: (event) => (isStopping ? undefined : onEvent(event)),
      },
    }),
  });
  await compareWithContractAtStart(log);
  if (log.isAwaitingExternalCheck && log.halted === undefined) onEvent({ type: 'awaiting-outside' });

  const disk = new DiskReserve({
    space: () => spaceOf(paths),
    ballast,
    reserveBytes: options.diskReserveBytes,
    nowMs: () => performance.now(),
  });
  const readiness = await watchReadiness({
    log,
    disk,
    onRefusing: (code) => onEvent({ type: 'refusing', code }),
    onAccepting: () => onEvent({ type: 'accepting' }),
    onError: (error) => onEvent({ type: 'internal-error', error }),
  });
  cleanup.push(() => readiness.stop());
  const anchoring = startAnchoring(log, disk, onEvent);
  cleanup.push(() => anchoring.stop());
  if (endorsements !== undefined) {
    const endorsing = startEndorsing(
      log,
      (firstBlock) => endorsements.step(firstBlock),
      (error) => onEvent({ type: 'internal-error', error }),
    );
    cleanup.push(() => endorsing.stop());
  }
  cleanup.push(() => cosigners.forEach((cosigner) => cosigner.close())); // before: it may be waiting for them
  const scrubHealth = keepScrubbing(store, contents, paths, options, cleanup);
  const app = createApp({
    log,
    contents,
    uploads: new UploadTokens(randomBytes(32), options.clock),
    hash: nodeSha256,
    clock: options.clock,
    trust: () => ({
      ...identity,
      chain: { ...identity.chain, rpcUrls: hintOf(chainUrls(), identity) },
      ...(asking !== undefined && { witnessPolicy: asking.policy }),
    }),
    rotations: () => rotations,
    askChain: async (questions) => {
      const urls = questions.length === 0 ? [] : chainUrls();
      return Promise.all(urls.map((url) => askNode(url, chainId, questions)));
    },
    chainHealth: anchoring.health,
    troubledNodes: () => chain.troubled,
    scrubHealth,
    disk,
    registrant: { principal: 'local' },
    onRequest: options.onRequest ?? (() => {}),
    requestsPerSecond: options.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND,
    bodyWindowMs: BODY_WINDOW_MS,
    isStopping: () => isStopping,
    onInternalError: (error) => onEvent({ type: 'internal-error', error }),
  });
  const server = await serveAt(options, app);
  const drained = drainRequests(server);
  cleanup.push(() => {
    server.close();
    server.closeAllConnections();
  });

  return {
    url: urlOf(server),
    origin: identity.log.origin,
    chainUrl: () => chainUrls()[0],
    size: () => store.head().size,
    failed,
    async stop() {
      isStopping = true;
      const finished = Promise.all([log.drained(), drained(QUIET_MS, LAST_REQUESTS_MS)]).then(() => closed(server));
      await Promise.race([finished, sleep(STOP_TIMEOUT_MS)]);
      await cleanup.run();
    },
  };
}

/** Resolves when all requests are answered; idle connections are closed at once. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/**
 * The key in the folder must be the one whose turn it is: an earlier key of the log signs nothing
 * any more.
 */
function requireOwnKey(logKey: LogKey, identity: Trust, nextSize: bigint): void {
  const vkey = formatVkey(logKey.key);
  if (!keysForSize(identity, nextSize).some((key) => formatVkey(key) === vkey)) {
    const found = `keys/log.key is the key ${vkey}`;
    throw new LedgerError('key-wrong', {
      detail: `${found}, which is not the key of ${identity.log.origin} for size ${nextSize}`,
    });
  }
}

async function spaceOf({ dir }: DataPaths): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function largest(sizes: readonly (bigint | undefined)[]): bigint {
  return sizes.reduce<bigint>((most, size) => (size !== undefined && size > most ? size : most), 0n);
}

/**
 * Before anything is signed, the contract's word on the log; a chain that does not answer is no
 * reason not to register.
 */
async function compareWithContractAtStart(log: Log): Promise<void> {
  const asked = log.compareWithChain().catch((error: unknown) => {
    if (!(error instanceof LedgerError)) throw error; // chain problems are told by the heartbeat, contradictions have halted the log
  });
  await withTimeout(asked);
}
