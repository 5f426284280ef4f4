import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { AccessLog } from '../../src/people/access/access-log.ts';
import type { Log } from '../../src/log/log.ts';
import { DirectoryLog } from '../../src/people/directory-log.ts';
import { EMPTY_HEAD } from '../log/memory-log.ts';
import { createApp } from '../../src/server/app.ts';
import { BODY_WINDOW_MS } from '../../src/http/slow-body.ts';
import { AccessTrail } from '../../src/server/access/access-trail.ts';
import { Sessions } from '../../src/server/access/sessions.ts';
import type { ServerContext } from '../../src/server/context.ts';
import { DiskReserve } from '../../src/server/background/disk-reserve.ts';
import { HandlerCount } from '../../src/http/handler-count.ts';
import { serveAt, urlOf } from '../../src/http/listening.ts';
import { NO_ROTATIONS } from '../../src/protocol/key-rotation.ts';
import { MemoryStreams } from '../people/access/memory-streams.ts';
import { ANY_CASE } from '../any-case.ts';
import { UploadTokens } from '../../src/server/upload-tokens.ts';

const NO_SESSIONS = { load: async () => ({ sessions: [], links: [], devices: [], counts: [] }), save: async () => {} };
export const HOST_TOKEN = `evh_${'t'.repeat(43)}`;
const random = (length: number) => new Uint8Array(randomBytes(length));

export interface MemoryService extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
  readonly internalErrors: unknown[];
  openConnections(): Promise<number>;
}

/**
 * The real routes over real HTTP, on a log that the test can break. Contents, trust and whatever
 * else a test needs come in `more`.
 */
export async function startMemoryService(log: Log, more: Partial<ServerContext> = {}): Promise<MemoryService> {
  const internalErrors: unknown[] = [];
  const tools = { hash: nodeSha256, random, clock: more.clock ?? Date.now };
  const people = more.people ?? (await DirectoryLog.open(new MemoryStore(EMPTY_HEAD), tools));
  const app = createApp({
    log,
    contents: {
      put: () => Promise.reject(new Error('no contents here')),
      size: async () => undefined,
      read: () => {
        throw new Error('no contents here');
      },
    },
    uploads: new UploadTokens(randomBytes(32), Date.now),
    hash: nodeSha256,
    clock: Date.now,
    trust: () => {
      throw new Error('no trust here');
    },
    rotations: () => NO_ROTATIONS,
    askChain: async () => [],
    typesetter: { typeset: () => Promise.reject(new Error('no typesetter here')) },
    account: `0x${'0'.repeat(40)}`,
    chainHealth: () => ({ isReachable: true }),
    troubledNodes: () => 0,
    scrubHealth: () => ({ passes: 0, findings: 0 }),
    disk: new DiskReserve({
      space: async () => ({ freeBytes: 1e12, totalBytes: 1e12 }),
      ballast: { sizeBytes: 0, isWhole: () => true, make: async () => {} },
      reserveBytes: 0,
      nowMs: () => performance.now(),
    }),
    people,
    sessions: await Sessions.open({ ...tools, store: NO_SESSIONS, directory: people.directory }),
    access: memoryAccess(tools.clock),
    hostToken: HOST_TOKEN,
    isSecure: false,
    proxies: [],
    publicHosts: [],
    isInsecureAllowed: false,
    isLookupPublic: false,
    random,
    caseFormats: ANY_CASE,
    onRequest: () => {},
    requestsPerSecond: 0,
    bodyWindowMs: BODY_WINDOW_MS,
    isStopping: () => false,
    handlers: new HandlerCount(),
    onInternalError: (error) => internalErrors.push(error),
    ...more,
  });
  const server = await serveAt({ host: '127.0.0.1', port: 0 }, app);
  return {
    url: urlOf(server),
    server,
    internalErrors,
    openConnections: () => promisify(server.getConnections.bind(server))(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An access log in memory. */
export function memoryAccess(
  clock: () => number,
  streams: MemoryStreams = new MemoryStreams(),
  freeBytes: () => Promise<number> = async () => 1e12,
): AccessTrail & { readonly log: AccessLog } {
  const newStream = () => uuidV7(clock(), random(10));
  const log = new AccessLog({ streams, hash: nodeSha256, clock, newStream, origin: 'test.example/log' });
  const trail = new AccessTrail({ log, streams, freeBytes, onState: () => {}, onError: () => {} });
  return Object.assign(trail, { log });
}
