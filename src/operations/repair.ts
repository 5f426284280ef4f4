import { copyFile, link } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import { type DataPaths, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { checkStore, type StoreCheck } from '../adapters/embedded-store/check/check.ts';
import { repairJournal, type RepairedSegment } from '../adapters/embedded-store/repair/repair.ts';
import { keysForSize } from '../protocol/trust.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';

export interface Repaired {
  readonly segments: readonly RepairedSegment[];
  /** Contents that were put back. */
  readonly contents: readonly string[];
  /** Contents that are in neither place, with the first record of each. */
  readonly lacking: ReadonlyMap<string, bigint>;
  /** Of the store, afterwards. */
  readonly check: StoreCheck;
}

export interface RepairOptions {
  readonly paths: DataPaths;
  readonly from: string | undefined;
  readonly onProgress: (done: bigint) => void;
}

/**
 * Puts back what is damaged or missing, journal first: it says which contents there should be. The
 * caller holds the lock.
 */
export async function repairLedger({ paths, from, onProgress }: RepairOptions): Promise<Repaired> {
  const identity = readIdentity(paths);
  const vkeys = (size: bigint) => keysForSize(identity, size);
  const segments = await repairJournal({
    dir: paths.dir,
    ...(from !== undefined && { from }),
    vkeys,
    hasher: nodeTreeHasher,
  });
  const owners = new Map<string, bigint>();
  const check = await checkStore({
    dir: paths.dir,
    vkeys,
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    onProgress,
    onContent: (record, sha256) => owners.set(sha256, owners.get(sha256) ?? record),
  });
  const contents: string[] = [];
  const lacking = new Map<string, bigint>();
  for (const [sha256, record] of owners) {
    const outcome = await repairContent(new ContentStore(paths.contents), from, sha256);
    if (outcome === 'repaired') contents.push(sha256);
    if (outcome === 'lacking') lacking.set(sha256, record);
  }
  return { segments, contents, lacking, check };
}

async function repairContent(
  own: ContentStore,
  from: string | undefined,
  sha256: string,
): Promise<'whole' | 'repaired' | 'lacking'> {
  if ((await own.check(sha256)) === undefined) return 'whole';
  if (from === undefined) return 'lacking';
  const other = new ContentStore(join(from, 'contents'));
  if ((await other.check(sha256)) !== undefined) return 'lacking';
  await own.sweep(); // makes the folder for uploads; nobody uploads now
  const file = own.pathOf(sha256);
  if (existsSync(file)) await keep(file);
  await own.put(other.read(sha256), () => {});
  return 'repaired';
}

/** The damaged bytes get a second name, so that nothing is lost. */
async function keep(file: string): Promise<void> {
  let n = 1;
  while (existsSync(`${file}.damaged-${n}`)) n++;
  await link(file, `${file}.damaged-${n}`).catch(() => copyFile(file, `${file}.damaged-${n}`));
}
