import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { Ballast } from '../adapters/data-folder/ballast.ts';
import { completeKeyChange } from '../adapters/data-folder/key-change.ts';
import { DATA_VERSION, readVersion } from '../adapters/data-folder/data-folder.ts';
import { upgradeFolder } from '../adapters/data-folder/upgrade.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { nodeSha256 } from '../adapters/node-crypto/node-hashes.ts';
import { askNode } from '../client/chain-rpc.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import { Drain } from '../http/drain.ts';
import { HandlerCount } from '../http/handler-count.ts';
import { changeCertificate, requireFreePort, serveAt, urlOf } from '../http/listening.ts';
import { loopSleep } from '../http/loop-clock.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../http/rate-limits.ts';
import { writeSecretFile } from '../adapters/files/secret-file.ts';
import { sessionFile } from '../adapters/session-file/session-file.ts';
import { HOST_TOKEN_PREFIX } from '../server/access/host-token.ts';
import { Sessions } from '../server/access/sessions.ts';
import { DirectoryLog } from '../people/directory-log.ts';
import { BODY_WINDOW_MS } from '../http/slow-body.ts';
import { BALLAST_BYTES } from '../log/disk-reserve.ts';
import { newestBackup } from '../operations/backup-series.ts';
import type { ContentStore, LedgerFolder } from '../operations/ports.ts';
import type { Trust } from '../protocol/trust.ts';
import { startAnchoring } from '../server/background/anchoring.ts';
import { DiskReserve } from '../server/background/disk-reserve.ts';
import { startEndorsing } from '../server/background/endorsing.ts';
import { watchReadiness } from '../server/background/readiness.ts';
import { startScrubber } from '../server/background/scrubber.ts';
import { createApp } from '../server/app.ts';
import { hasWebPages } from '../server/web-pages.ts';
import { openTypesetter } from './typesetter.ts';
import type { SeenBackup, ServerContext } from '../server/context.ts';
import { UploadTokens } from '../server/upload-tokens.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { LEDGER_PARTS } from './parts.ts';
import { openAccess, serveAccess } from './serve-access.ts';
import { openForService } from './serve-ledger.ts';
import { readProviders } from './sign-in-providers.ts';
import { openLog, type ServedLog } from './serve-log.ts';
import type { Run, ServedLedger, ServeOptions } from './serve-options.ts';
import { certificateOf, followCertificate, isReachedByHttps, requireServable } from './serving.ts';
import { spaceOf } from './space.ts';

export interface RunningServer {
  readonly url: string;
  readonly origin: string;
  /** Where the chain's first node answers; undefined until a local one has been ready. */
  readonly chainUrl: () => string | undefined;
  /** Records in the log. */
  readonly size: () => bigint;
  /** Resolves with the cause when the store had to stop: the process must end with 70. */
  readonly failed: Promise<LedgerError>;
  /** One-time link to the first account; undefined where there are accounts, or no pages. */
  readonly firstAccountLink: string | undefined;
  /** Completes what was accepted, within about ten seconds, and releases everything. */
  stop(): Promise<void>;
}

/**
 * After `stop` new registrations get the problem `stopping`; what is accepted is completed. On a
 * busy machine this takes longer, see src/http/loop-clock.ts.
 */
const LAST_REQUESTS = { quietMs: 100, listenMs: 2000, limitMs: 6000 };
/** Handlers whose connections are closed end at their next piece of work. */
const LAST_HANDLERS_MS = 2000;
const DEFAULT_SCRUB_BYTES_PER_SECOND = 2 * 1024 * 1024;

/**
 * The one place where the service is put together. Throws LedgerError where a part cannot start
 * (`ledger-missing`, `locked`, `journal-damaged` …); then nothing is left running.
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  requireServable(options, undefined);
  const certificate = await certificateOf(options);
  const cleanup = new CleanupStack();
  try {
    return await start({ options, cleanup, certificate, isStopping: false });
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(run: Run): Promise<RunningServer> {
  const { promise: failed, resolve: fail } = Promise.withResolvers<LedgerError>();
  const folder = await takeFolder(run);
  const logKey = LEDGER_PARTS.keys.readLogKey(folder.paths.logKey);
  const ledger = await openForService(run, folder, logKey, fail);
  const opened = await openLog(run, ledger, logKey);
  const contents = LEDGER_PARTS.contentsIn(folder.paths.contents);
  await contents.sweep();
  const people = await DirectoryLog.open(ledger.store, { hash: nodeSha256, random, clock: run.options.clock });
  requireServable(run.options, people.directory.hasPeople());
  const sessions = await Sessions.open({
    store: sessionFile(join(folder.paths.dir, 'sessions.json')),
    hash: nodeSha256,
    random,
    clock: run.options.clock,
    directory: people.directory,
  });
  const hostToken = takeHostToken(folder.paths.dir, run.cleanup);
  const served = { ...opened, ledger, contents, people, sessions, hostToken };
  const earlier = await openAccess(folder, ledger.store, run.options.onEvent);
  const background = await startBackground(run, served);
  const access = serveAccess({
    ...served,
    ...background,
    clock: run.options.clock,
    onEvent: run.options.onEvent,
    earlier,
  });
  run.cleanup.push(() => Promise.race([access.stop(), loopSleep(LAST_HANDLERS_MS, { ref: false })]));
  const server = await serveRequests(run, served, { ...background, access: access.trail });
  const { log } = opened;
  const isAlone = !people.directory.hasPeople() && hasWebPages();
  const firstAccountLink = isAlone ? `${urlOf(server)}/start#${await sessions.makeLink(undefined)}` : undefined;
  const drain = new Drain(server);
  return {
    url: urlOf(server),
    origin: ledger.identity.log.origin,
    chainUrl: () => ledger.chain.urls()[0],
    size: () => ledger.store.head().size,
    failed,
    firstAccountLink,
    async stop() {
      run.isStopping = true;
      const finished = Promise.all([log.drained(), drain.run(LAST_REQUESTS)]);
      const last = finished.then(() => access.stop()).catch(() => {});
      await Promise.race([last, loopSleep(LAST_REQUESTS.limitMs, { ref: false })]);
      await run.cleanup.run();
    },
  };
}

/** Stage 1: the folder is locked, in the current layout, and no change of keys is unfinished. */
async function takeFolder({ options, cleanup }: Run): Promise<LedgerFolder> {
  const folder = LEDGER_PARTS.folderAt(options.dataDir, options.chainDir);
  const { paths } = folder;
  readVersion(paths); // `ledger-missing`, before a lock is created where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  cleanup.push(() => lock.release());
  const found = await upgradeFolder(paths);
  if (found !== DATA_VERSION) options.onEvent({ type: 'upgraded', from: found, to: DATA_VERSION });
  await completeKeyChange(paths);
  await requireFreePort(options);
  return folder;
}

/** What requests and background tasks work with. */
interface Served extends ServedLog {
  readonly ledger: ServedLedger;
  readonly contents: ContentStore;
  readonly people: DirectoryLog;
  readonly sessions: Sessions;
  readonly hostToken: string;
}

type Background = Pick<ServerContext, 'disk' | 'chainHealth' | 'scrubHealth'>;
type ServedInBackground = Background & Pick<ServerContext, 'access'>;

/** Stage 4: publishing, anchoring, endorsing and scrubbing run in the background. */
async function startBackground(
  { options, cleanup }: Run,
  { ledger, log, endorsements, contents }: Served,
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
async function serveRequests(
  run: Run,
  { ledger, log, contents, people, sessions, hostToken }: Served,
  background: ServedInBackground,
): Promise<Server> {
  const { options, cleanup } = run;
  const { clock, onEvent, onRequest = () => {}, requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND } = options;
  const { identity, chain, witnesses } = ledger;
  const rotations = ledger.folder.readRotations();
  const handlers = new HandlerCount();
  const typesetter = openTypesetter({ ownFonts: options.fonts });
  cleanup.push(() => typesetter.close());
  if (options.verifyUrl === undefined) onEvent({ type: 'verify-url-missing' });
  const app = createApp({
    log,
    contents,
    uploads: new UploadTokens(randomBytes(32), clock),
    hash: nodeSha256,
    clock,
    trust: () => ({
      ...identity,
      chain: { ...identity.chain, rpcUrls: options.publicRpcUrls ?? nodeHint(chain.urls(), identity) },
      ...(witnesses !== undefined && { witnessPolicies: witnesses.policies }),
    }),
    rotations: () => rotations,
    askChain: async (questions) => {
      const urls = questions.length === 0 ? [] : chain.urls();
      // named without its path, which may hold a key: clients read the names
      return Promise.all(
        urls.map(async (url) => ({
          ...(await askNode(url, questions)),
          name: new URL(url).origin,
          by: 'operator' as const,
        })),
      );
    },
    account: LEDGER_PARTS.keys.accountOf(LEDGER_PARTS.keys.readChainKey(ledger.folder.paths.chainKey)),
    troubledNodes: () => chain.contract.troubled,
    typesetter,
    verifyUrl: options.verifyUrl,
    ...background,
    ...(options.backupDir !== undefined && { newestBackup: () => seenBackup(options.backupDir!) }),
    people,
    sessions,
    hostToken,
    isSecure: isReachedByHttps(options),
    proxies: options.behindProxy ?? [],
    publicHosts: options.publicHosts ?? [],
    isInsecureAllowed: options.insecureHttp ?? false,
    isLookupPublic: options.publicLookup ?? false,
    random,
    signInProviders: readProviders(options.signInProviders),
    operatorName: options.operatorName,
    caseFormats: options.caseFormats ?? [],
    onRequest,
    requestsPerSecond,
    bodyWindowMs: BODY_WINDOW_MS,
    isStopping: () => run.isStopping,
    handlers,
    onInternalError: (error) => onEvent({ type: 'internal-error', error }),
  });
  const { certificate } = run;
  const server = await serveAt(options, app, certificate);
  followCertificate(options, certificate, (changed) => changeCertificate(server, changed), cleanup);
  if (certificate === undefined && options.insecureHttp === true) {
    onEvent({ type: 'insecure-http', host: options.host });
  }
  cleanup.push(async () => {
    server.close();
    server.closeAllConnections();
    // what they read is closed next
    await Promise.race([handlers.idle(), loopSleep(LAST_HANDLERS_MS, { ref: false })]);
  });
  return server;
}

/**
 * A new token for commands of the folder's owner, in a file that nobody else reads; the folder is
 * locked, so what stands there is of a service that was killed.
 */
function takeHostToken(dir: string, cleanup: CleanupStack): string {
  const path = join(dir, 'host.token');
  const token = `${HOST_TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
  rmSync(path, { force: true });
  writeSecretFile(path, `${token}\n`);
  cleanup.push(() => rmSync(path, { force: true }));
  return token;
}

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

async function seenBackup(dir: string): Promise<SeenBackup | undefined> {
  const newest = await newestBackup(dir);
  return newest && { timeMs: newest.timeMs, size: newest.manifest.size };
}

/** Where the trust file says that nodes are: no path, which may hold a key. */
function nodeHint(urls: readonly string[], { chain }: Trust): readonly string[] {
  return urls.length === 0 ? chain.rpcUrls : [...new Set(urls.map((url) => new URL(url).origin))];
}
