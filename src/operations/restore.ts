import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { keysForSize } from '../protocol/trust.ts';
import { BACKUP_FAULTS } from '../text/backup.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { type BackupFile, type BackupManifest, CHAIN_JOURNAL, readManifest } from './backup-manifest.ts';
import { requireOneBackup } from './backup-series.ts';
import { copyCompared } from './compared-copy.ts';
import { copyContents } from './copy-contents.ts';
import { requireEmptyPlace } from './create-ledger.ts';
import type { DataPaths, LedgerFolder, LedgerParts } from './ports.ts';
import { restoreKeys } from './restore-keys.ts';
import { suspendPeople } from './suspend-people.ts';

export interface RestoreOptions {
  readonly backup: string;
  /** Where the ledger is to be; the folder must not exist, or be empty. */
  readonly dataDir: string;
  readonly chainDir: string | undefined;
  /** A folder with log.key, chain.key and chain.json; undefined: those of the backup, if any. */
  readonly keysDir: string | undefined;
  /** A signed checkpoint that was kept elsewhere. */
  readonly pinned: string | undefined;
  /** Restore even a log that an external head contradicts, or that none could be compared with. */
  readonly acceptRollback: boolean;
  readonly onProgress: (done: bigint | number) => void;
  /**
   * Compares the log in a folder that nobody uses yet with the pinned checkpoint and the contract.
   */
  readonly compareExternally: (dataDir: string) => Promise<ExternalComparison>;
}

/** What the external heads say of a restored log. */
export interface ExternalComparison {
  /** A pinned checkpoint agrees, and nothing contradicts. */
  readonly isPinned: boolean;
  readonly isPinContradicted: boolean;
  /** Both heads are in its sentence. */
  readonly contradiction: LedgerError | undefined;
  /**
   * Why the contract was not asked; undefined where it was, or where there is no node to ask before
   * the local chain runs.
   */
  readonly chainProblem: LedgerError | undefined;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly paths: DataPaths;
  readonly external: ExternalComparison;
  readonly hasKeys: boolean;
  /** Accounts, keys and grants of the backup rest until an administrator confirms them. */
  readonly hasPeople: boolean;
  /** Whether the next start waits for an external head to agree before it signs. */
  readonly isAwaitingExternalCheck: boolean;
}

/**
 * Makes a data folder from a backup: every file compared with the manifest, the index made from the
 * journal, all of it checked as `fsck` does, and the head compared with the external heads. Put
 * together next to its place, which it takes last: interrupted at any point there is no half
 * ledger, and running it again starts over.
 */
export async function restore(options: RestoreOptions, parts: LedgerParts): Promise<Restored> {
  const folder = parts.folderAt(options.dataDir, options.chainDir);
  const { paths } = folder;
  requireEmptyPlace(folder);
  requireOneBackup(options.backup);
  const manifest = await readManifest(options.backup);
  parts.staging.removeStale(paths.dir, 'restore');
  parts.staging.removeStale(paths.chain, 'restore');
  folder.removeProvisionalChain();
  const staging = parts.folderAt(parts.staging.pathFor(paths.dir, 'restore'));
  const chainStaging = parts.staging.pathFor(paths.chain, 'restore');
  parts.staging.create(dirname(paths.dir));
  await mkdir(staging.paths.dir, { mode: 0o700 });
  try {
    await restoreFiles(options.backup, staging, manifest, parts);
    await restoreStore(options, staging, manifest, parts);
    const hasPeople = await suspendPeople(parts.engineIn(staging.paths.dir));
    const external = await options.compareExternally(staging.paths.dir);
    if (external.contradiction !== undefined && !options.acceptRollback) throw external.contradiction;
    const hasKeys = restoreKeys(staging, options, hasChain(manifest), parts);
    const chain = await placeChain(staging, folder, manifest, chainStaging, parts);
    // a contract that is only out of reach can still be compared with before signing: the operator
    // cannot accept that away
    const isAccepted = options.acceptRollback && external.chainProblem === undefined;
    const isAwaitingExternalCheck = external.contradiction !== undefined || !(external.isPinned || isAccepted);
    if (isAwaitingExternalCheck) {
      const contradictedBy = external.isPinContradicted ? { contradictedBy: options.pinned! } : {};
      await staging.writePendingExternalCheck({ isChainRestored: chain.isRestored, ...contradictedBy });
    }
    staging.writeVersion();
    // A crash between the two leaves a chain that belongs to no ledger: the next run removes it.
    if (chain.isStaged) await parts.staging.publish(chainStaging, paths.chain);
    await parts.staging.publish(staging.paths.dir, paths.dir);
    folder.confirmChain();
    return { manifest, paths, external, hasKeys, hasPeople, isAwaitingExternalCheck };
  } catch (error) {
    for (const each of [staging.paths.dir, chainStaging]) await rm(each, { recursive: true, force: true });
    throw error;
  }
}

/** All but contents and keys, each compared with the manifest on the way. */
async function restoreFiles(
  backup: string,
  staging: LedgerFolder,
  { files }: BackupManifest,
  parts: LedgerParts,
): Promise<void> {
  const { dir } = staging.paths;
  const folders = new Set(files.map(({ path }) => path.split('/')[0]!).filter((name) => name === 'access'));
  for (const name of ['journal', 'chain', 'keys', ...folders]) await mkdir(join(dir, name), { mode: 0o700 });
  for (const file of files) {
    const to = file.path.startsWith('keys/') ? undefined : join(dir, file.path);
    await copyOrFail(join(backup, file.path), to, file);
  }
  staging.sealIdentity();
  await parts.staging.sync(join(dir, 'journal'));
  await parts.staging.sync(join(dir, 'chain'));
  for (const name of folders) await parts.staging.sync(join(dir, name));
}

/** Fails with `backup-damaged`. */
async function copyOrFail(from: string, to: string | undefined, file: BackupFile): Promise<void> {
  const fault = await copyCompared(from, to, file);
  if (fault !== undefined) throw backupDamaged(fault);
}

/**
 * Index and contents. The result is what `fsck` calls whole, at the head that the manifest names.
 */
async function restoreStore(
  { backup, onProgress }: RestoreOptions,
  staging: LedgerFolder,
  manifest: BackupManifest,
  { engineIn, contentsIn }: LedgerParts,
): Promise<void> {
  const identity = staging.readIdentity();
  const engine = engineIn(staging.paths.dir);
  await engine.rebuildIndex(onProgress);
  const contents = new Set<string>();
  const found = await engine.check({
    vkeys: (size) => keysForSize(identity, size),
    onProgress,
    onContent: (_record, sha256) => contents.add(sha256),
  });
  const [problem] = found.problems;
  if (problem !== undefined) {
    const { code, message } = problem;
    throw backupDamaged(bilingual(BACKUP_FAULTS.storeProblem, { code, problem: message }));
  }
  const { origin } = identity.log;
  if (origin !== manifest.origin) {
    throw backupDamaged(bilingual(BACKUP_FAULTS.otherOrigin, { found: origin, expected: manifest.origin }));
  }
  if (found.size !== manifest.size || !equalBytes(found.root, manifest.root)) {
    const { size, root } = manifest;
    const expected = { expectedSize: size, expectedRoot: toBase64(root) };
    const heads = { size: found.size, root: toBase64(found.root), ...expected };
    throw backupDamaged(bilingual(BACKUP_FAULTS.otherJournal, heads));
  }
  await copyContents(contentsIn(join(backup, 'contents')), contentsIn, staging.paths.contents, contents, {
    onContent: onProgress,
  });
}

/**
 * Where the chain goes: by default into the data folder. In a folder of its own (`EVL_CHAIN_DIR`)
 * an existing chain is kept, since it may remember more than the backup; one that has nothing more
 * than the backup is no external memory. Where none exists it is put together next to its place, as
 * the ledger is.
 */
async function placeChain(
  staging: LedgerFolder,
  folder: LedgerFolder,
  manifest: BackupManifest,
  chainStaging: string,
  { localChain, staging: folders }: LedgerParts,
): Promise<{ readonly isRestored: boolean; readonly isStaged: boolean }> {
  const [from, { paths }] = [staging.paths.chain, folder];
  if (!hasChain(manifest)) {
    await rm(from, { recursive: true });
    return { isRestored: false, isStaged: false };
  }
  if (paths.chain === join(paths.dir, 'chain')) return { isRestored: true, isStaged: false };
  if (folder.hasLocalChain()) {
    const isNothingMore =
      statSync(localChain.journalPath(paths.chain)).size <= statSync(localChain.journalPath(from)).size;
    await rm(from, { recursive: true });
    return { isRestored: isNothingMore, isStaged: false };
  }
  if (existsSync(paths.chain) && readdirSync(paths.chain).length > 0) {
    throw new LedgerError('folder-not-empty', { dir: paths.chain });
  }
  folders.create(chainStaging, 0o700);
  const file = manifest.files.find(({ path }) => path === CHAIN_JOURNAL)!;
  await copyOrFail(localChain.journalPath(from), localChain.journalPath(chainStaging), file);
  if (staging.hasLocalChain()) await copyPlain(localChain.settingsPath(from), localChain.settingsPath(chainStaging));
  folder.markProvisional(chainStaging);
  await rm(from, { recursive: true });
  return { isRestored: true, isStaged: true };
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

function backupDamaged(fault: Message): LedgerError {
  return new LedgerError('backup-damaged', { fault });
}
