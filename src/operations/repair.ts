import { existsSync } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { keysForSize } from '../protocol/trust.ts';
import { requireOneBackup } from './backup-series.ts';
import type { ContentStore, LedgerFolder, LedgerParts, RepairedFile, StoreCheck } from './ports.ts';

export interface Repaired {
  readonly segments: readonly RepairedFile[];
  /** Contents that were put back. */
  readonly contents: readonly string[];
  /** Contents that neither place has, with the first record of each. */
  readonly lacking: ReadonlyMap<string, bigint>;
  /** Of the store after the repair. */
  readonly check: StoreCheck;
}

export interface RepairOptions {
  readonly folder: LedgerFolder;
  /** A backup, or another copy of the data folder. */
  readonly from: string | undefined;
  readonly onProgress: (done: bigint) => void;
}

/**
 * Puts back what is damaged or missing: first the journal, which says which contents there must be,
 * then those. The caller holds the lock.
 */
export async function repairLedger(
  { folder, from, onProgress }: RepairOptions,
  { engineIn, contentsIn }: Pick<LedgerParts, 'engineIn' | 'contentsIn'>,
): Promise<Repaired> {
  if (from !== undefined) requireOneBackup(from);
  const { paths } = folder;
  const identity = folder.readIdentity();
  const vkeys = (size: bigint) => keysForSize(identity, size);
  const engine = engineIn(paths.dir);
  const segments = await engine.repair({ from, vkeys });
  const owners = new Map<string, bigint>();
  const check = await engine.check({
    vkeys,
    onProgress,
    onContent: (record, sha256) => owners.set(sha256, owners.get(sha256) ?? record),
  });
  const own = contentsIn(paths.contents);
  const other = from === undefined ? undefined : contentsIn(join(from, 'contents'));
  const contents: string[] = [];
  const lacking = new Map<string, bigint>();
  for (const [sha256, record] of owners) {
    const outcome = await repairContent(own, other, sha256);
    if (outcome === 'repaired') contents.push(sha256);
    if (outcome === 'lacking') lacking.set(sha256, record);
  }
  return { segments, contents, lacking, check };
}

async function repairContent(
  own: ContentStore,
  other: ContentStore | undefined,
  sha256: string,
): Promise<'whole' | 'repaired' | 'lacking'> {
  if ((await own.check(sha256)) === undefined) return 'whole';
  if (other === undefined || (await other.check(sha256)) !== undefined) return 'lacking';
  await own.sweep(); // nobody uploads now
  const file = own.pathOf(sha256);
  if (existsSync(file)) await keep(file);
  await own.put(other.read(sha256), () => {});
  return 'repaired';
}

/** Gives the damaged bytes a second name, so that nothing is lost. */
async function keep(file: string): Promise<void> {
  let n = 1;
  while (existsSync(`${file}.damaged-${n}`)) n++;
  await link(file, `${file}.damaged-${n}`).catch(() => copyFile(file, `${file}.damaged-${n}`));
}
