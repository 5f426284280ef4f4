import type { LedgerError } from '../../src/text/ledger-error.ts';
import { randomBytes } from 'node:crypto';
import { ContentStore } from '../../src/adapters/embedded-store/contents/content-store.ts';
import { dataPaths, readIdentity } from '../../src/adapters/data-folder/data-folder.ts';
import { readLogKey } from '../../src/adapters/keys/log-key.ts';
import { type LevelStore, openStore } from '../../src/adapters/embedded-store/store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { formatRecordNumber } from '../../src/kinds/record-number.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { Log } from '../../src/log/log.ts';
import type { AnchorChain } from '../../src/log/ports.ts';
import { startMemoryService } from '../server/memory-service.ts';

export interface SmallService {
  readonly url: string;
  readonly log: Log;
  readonly store: LevelStore;
  stop(): Promise<void>;
}

/**
 * The service on a data folder, composed as by `startServer`, but quick to start and stepped by
 * hand: its segments are small, its chain is given, nothing runs by a timer, and it keeps running
 * when the store fails, so that a test can see its answers.
 */
export async function startSmallService(
  dir: string,
  segmentBytes: number,
  chain: AnchorChain,
  onFailStop: (error: LedgerError) => void = () => {},
): Promise<SmallService> {
  const paths = dataPaths(dir);
  const identity = readIdentity(paths);
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
      number: formatRecordNumber(timeMs, randomBytes(12)),
    }),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: identity.chain,
    anchorIntervalMs: 0,
    onHalt: () => {},
  });
  const service = await startMemoryService(log, { contents, trust: () => identity });
  return {
    url: service.url,
    log,
    store,
    async stop() {
      await service[Symbol.asyncDispose]();
      await log.drained();
      await store.close();
    },
  };
}
