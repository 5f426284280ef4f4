import { randomBytes } from 'node:crypto';
import { ContentStore } from '../../src/adapters/contents/content-store.ts';
import { dataPaths, readIdentity } from '../../src/adapters/data-folder/data-folder.ts';
import { readLogKey } from '../../src/adapters/keyfile/log-key.ts';
import { type LevelStore, openStore } from '../../src/adapters/leveldb/store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { formatDepositNumber } from '../../src/evidence/deposit-number.ts';
import { uuidV7 } from '../../src/evidence/record-id.ts';
import { Log } from '../../src/log/log.ts';
import type { AnchorChain, PortError } from '../../src/log/ports.ts';
import { logIdForSize } from '../../src/protocol/trust.ts';
import { BODY_WINDOW_MS } from '../../src/server/body-watch.ts';
import { createApp } from '../../src/server/app.ts';
import { DiskReserve } from '../../src/server/disk-reserve.ts';
import { serveAt, urlOf } from '../../src/server/listening.ts';
import { UploadTokens } from '../../src/server/upload-tokens.ts';

export interface SmallService {
  readonly url: string;
  readonly log: Log;
  readonly store: LevelStore;
  stop(): Promise<void>;
}

/**
 * The service on a data folder, as `startServer` puts it together, but quick to start and stepped by hand: its segments are small, its chain is given,
 * nothing runs by a timer, and when the store fails it stays, so that one can see what it answers then.
 */
export async function startSmallService(
  dir: string,
  segmentBytes: number,
  chain: AnchorChain,
  onFailStop: (error: PortError) => void = () => {},
): Promise<SmallService> {
  const paths = dataPaths(dir);
  const identity = readIdentity(paths);
  const { chainId, genesisHash, contract } = identity.chain;
  const store = await openStore({ dir, segmentBytes, hash: nodeSha256, hasher: nodeTreeHasher, onFailStop });
  const contents = new ContentStore(paths.contents);
  await contents.sweep();
  const log = await Log.open({
    store,
    chain,
    signer: readLogKey(paths.logKey),
    clock: Date.now,
    random: randomBytes,
    newIdentifiers: (timeMs) => ({
      id: uuidV7(timeMs, randomBytes(10)),
      number: formatDepositNumber(timeMs, randomBytes(12)),
    }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: { chainId, genesisHash, contract, logId: logIdForSize(identity.chain, 0n)! },
    anchorIntervalMs: 0,
    onHalt: () => {},
  });
  const app = createApp({
    log,
    contents,
    uploads: new UploadTokens(randomBytes(32), Date.now),
    hash: nodeSha256,
    trust: () => identity,
    askChain: async () => [],
    chainHealth: () => ({ isReachable: true }),
    scrubHealth: () => ({ passes: 0, findings: 0 }),
    disk: new DiskReserve({
      space: async () => ({ freeBytes: 1e12, totalBytes: 1e12 }),
      ballast: { sizeBytes: 0, isWhole: () => true, make: async () => {} },
      reserveBytes: 0,
      nowMs: () => performance.now(),
    }),
    registrant: { principal: 'local' },
    onRequest: () => {},
    requestsPerSecond: 0,
    bodyWindowMs: BODY_WINDOW_MS,
    isStopping: () => false,
    onInternalError: () => {},
  });
  const server = await serveAt({ host: '127.0.0.1', port: 0 }, app);
  return {
    url: urlOf(server),
    log,
    store,
    async stop() {
      server.close();
      server.closeAllConnections();
      await log.drained();
      await store.close();
    },
  };
}
