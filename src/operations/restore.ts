import { LedgerError } from '../text/ledger-error.ts';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import {
  DATA_VERSION,
  type DataPaths,
  dataPaths,
  hasLedger,
  hasLocalChain,
  readIdentity,
  sealIdentity,
} from '../adapters/data-folder/data-folder.ts';
import { writePendingExternalCheck } from '../adapters/data-folder/pending-external-check.ts';
import { confirmChain, markProvisional, removeProvisionalChain } from '../adapters/data-folder/provisional-chain.ts';
import { checkStore } from '../adapters/embedded-store/check/check.ts';
import { rebuildIndex } from '../adapters/embedded-store/repair/rebuild.ts';
import { journalPath, settingsPath } from '../adapters/local-chain/settings.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { syncFolder } from '../adapters/files/sync-folder.ts';
import { keysForSize } from '../protocol/trust.ts';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { type BackupFile, type BackupManifest, CHAIN_JOURNAL, readManifest } from './backup-manifest.ts';
import { stagingPath, removeStale, publishStaged } from '../adapters/files/staging.ts';
import { copyContents } from './copy-contents.ts';
import { compareExternally, type ExternalComparison } from './external-comparison.ts';
import { restoreKeys } from './restore-keys.ts';

export interface RestoreOptions {
  readonly backup: string;
  /** Where the ledger is to be; must not be there, or be empty. */
  readonly dataDir: string;
  readonly chainDir: string | undefined;
  /**
   * A folder with log.key, chain.key and chain.json; undefined: those of the backup, if it has
   * them.
   */
  readonly keysDir: string | undefined;
  readonly rpcUrls: readonly string[] | undefined;
  /** A signed checkpoint that was kept elsewhere. */
  readonly pinned: string | undefined;
  readonly acceptRollback: boolean;
  readonly onProgress?: (done: bigint | number) => void;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly paths: DataPaths;
  readonly external: ExternalComparison;
  readonly hasKeys: boolean;
  /** Whether the next start waits for one outside to agree before it signs. */
  readonly isAwaitingExternalCheck: boolean;
}

/**
 * Makes a data folder from a backup: every file compared with the manifest, the index made from the
 * journal, all of it checked as `fsck` does, and the head compared with what is remembered outside.
 * Put together beside its place, which it takes last: stopped at any point there is no half ledger,
 * and running it again begins anew.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const paths = dataPaths(options.dataDir, options.chainDir);
  requireRoom(paths);
  const manifest = await readManifest(options.backup);
  removeStale(paths.dir, 'restore');
  removeStale(paths.chain, 'restore');
  removeProvisionalChain(paths);
  const staging = dataPaths(stagingPath(paths.dir, 'restore'));
  const chainBeside = stagingPath(paths.chain, 'restore');
  await mkdir(dirname(paths.dir), { recursive: true });
  await mkdir(staging.dir, { mode: 0o700 });
  try {
    await restoreFiles(options.backup, staging, manifest);
    await restoreStore(options, staging, manifest);
    const external = await compareExternally(staging, options);
    if (external.contradiction !== undefined && !options.acceptRollback) throw external.contradiction;
    const hasKeys = restoreKeys(staging, options, hasChain(manifest));
    const chain = await placeChain(staging, paths, manifest, chainBeside);
    // a contract that is only out of reach can still be heard before signing: that is not for the
    // operator to accept away
    const isAccepted = options.acceptRollback && external.chainProblem === undefined;
    const isAwaitingExternalCheck = external.contradiction !== undefined || !(external.isPinned || isAccepted);
    if (isAwaitingExternalCheck) {
      const contradictedBy = external.isPinContradicted ? { contradictedBy: options.pinned! } : {};
      await writePendingExternalCheck(staging, { isChainRestored: chain.isRestored, ...contradictedBy });
    }
    await writeFile(staging.version, `${DATA_VERSION}\n`, { flag: 'wx', flush: true });
    // A crash between the two leaves a chain that nobody has claimed: the next run removes it.
    if (chain.isBeside) await publishStaged(chainBeside, paths.chain);
    await publishStaged(staging.dir, paths.dir);
    confirmChain(paths);
    return { manifest, paths, external, hasKeys, isAwaitingExternalCheck };
  } catch (error) {
    for (const folder of [staging.dir, chainBeside]) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function requireRoom(paths: DataPaths): void {
  if (hasLedger(paths)) throw new LedgerError('ledger-exists', { detail: `there is a ledger in ${paths.dir} already` });
  if (existsSync(paths.dir) && readdirSync(paths.dir).length > 0) {
    throw new LedgerError('folder-not-empty', { dir: paths.dir });
  }
}

/** All but contents and keys, each compared with the manifest on the way. */
async function restoreFiles(backup: string, staging: DataPaths, { files }: BackupManifest): Promise<void> {
  for (const folder of ['journal', 'chain', 'keys']) await mkdir(join(staging.dir, folder), { mode: 0o700 });
  for (const file of files) {
    const to = file.path.startsWith('keys/') ? undefined : join(staging.dir, file.path);
    await copyCompared(join(backup, file.path), to, file);
  }
  sealIdentity(staging);
  await syncFolder(join(staging.dir, 'journal'));
  await syncFolder(join(staging.dir, 'chain'));
}

/** Without `to` it is only compared. */
async function copyCompared(from: string, to: string | undefined, { size, sha256 }: BackupFile): Promise<void> {
  const copy = to === undefined ? undefined : await open(to, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let length = 0;
    const chunks: AsyncIterable<Uint8Array> = createReadStream(from);
    for await (const chunk of chunks) {
      hash.update(chunk);
      length += chunk.length;
      await copy?.writeFile(chunk);
    }
    const found = hash.digest('hex');
    if (length !== size) throw backupDamaged(`${from} has ${length} bytes, should have ${size}`);
    if (found !== sha256) throw backupDamaged(`${from} has SHA-256 ${found}, should have ${sha256}`);
    await copy?.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw backupDamaged(`${from} is missing`, error);
  } finally {
    await copy?.close();
  }
}

/**
 * Index and contents; what comes out is what `fsck` calls whole, at the head that the manifest
 * names.
 */
async function restoreStore(options: RestoreOptions, staging: DataPaths, manifest: BackupManifest): Promise<void> {
  const { onProgress = () => {} } = options;
  const identity = readIdentity(staging);
  await rebuildIndex({ dir: staging.dir, hasher: nodeTreeHasher, onProgress });
  const contents = new Set<string>();
  const found = await checkStore({
    dir: staging.dir,
    vkeys: (size) => keysForSize(identity, size),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    onProgress,
    onContent: (_record, sha256) => contents.add(sha256),
  });
  const [problem] = found.problems;
  if (problem !== undefined) throw backupDamaged(`${problem.code}: ${problem.message.en}`);
  if (
    identity.log.origin !== manifest.origin ||
    found.size !== manifest.size ||
    !equalBytes(found.root, manifest.root)
  ) {
    const heads = `it has size ${found.size} with root ${toBase64(found.root)}, should have ${manifest.size} with ${toBase64(manifest.root)}`;
    throw backupDamaged(`the journal is another one than the manifest's: ${heads}`);
  }
  await copyContents(new ContentStore(join(options.backup, 'contents')), staging.contents, contents, onProgress);
}

/**
 * Where the chain goes: by default into the data folder. In a folder of its own (`EVL_CHAIN_DIR`) a
 * chain that is there already is kept: it may remember more than the backup. One that has nothing
 * more than the backup is no memory outside. Where there is none it is put together beside its
 * place, as the ledger is.
 */
async function placeChain(
  staging: DataPaths,
  paths: DataPaths,
  manifest: BackupManifest,
  beside: string,
): Promise<{ readonly isRestored: boolean; readonly isBeside: boolean }> {
  if (!hasChain(manifest)) {
    await rm(staging.chain, { recursive: true });
    return { isRestored: false, isBeside: false };
  }
  if (paths.chain === join(paths.dir, 'chain')) return { isRestored: true, isBeside: false };
  if (hasLocalChain(paths)) {
    const isNothingMore = statSync(journalPath(paths.chain)).size <= statSync(journalPath(staging.chain)).size;
    await rm(staging.chain, { recursive: true });
    return { isRestored: isNothingMore, isBeside: false };
  }
  if (existsSync(paths.chain) && readdirSync(paths.chain).length > 0) {
    throw new LedgerError('folder-not-empty', { dir: paths.chain });
  }
  await mkdir(beside, { recursive: true, mode: 0o700 });
  const file = manifest.files.find(({ path }) => path === CHAIN_JOURNAL)!;
  await copyCompared(journalPath(staging.chain), journalPath(beside), file);
  if (hasLocalChain(staging)) await copyPlain(settingsPath(staging.chain), settingsPath(beside));
  markProvisional(beside);
  await rm(staging.chain, { recursive: true });
  return { isRestored: true, isBeside: true };
}

async function copyPlain(from: string, to: string): Promise<void> {
  const copy = await open(to, 'wx', 0o600);
  try {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(from);
    for await (const chunk of chunks) await copy.writeFile(chunk);
    await copy.sync();
  } finally {
    await copy.close();
  }
}

function hasChain({ files }: BackupManifest): boolean {
  return files.some(({ path }) => path === CHAIN_JOURNAL);
}

function backupDamaged(message: string, cause?: unknown): LedgerError {
  return new LedgerError('backup-damaged', { detail: message, cause });
}
