import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { acceptedRecord } from '../adapters/access-files/accepted-record.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { requireOwnUser } from '../adapters/files/folder-owner.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import type { Head } from '../log/model.ts';
import { acceptAccess as accept } from '../operations/accept-access.ts';
import { auditAccess as audit } from '../operations/audit-access.ts';
import { cutAccess as cut } from '../operations/cut-access.ts';
import type { CutStream } from '../people/access/entry.ts';
import type { AccessCheck } from '../people/access/check-streams.ts';
import { type Backup, type BackupOptions, backUp as copyLedger } from '../operations/backup.ts';
import {
  type BackupInSeries,
  backUpIntoSeries as copyIntoSeries,
  isSeries,
  readSeries,
  type SeriesOptions,
} from '../operations/backup-series.ts';
import { type CheckProgress, checkLedger as check, type LedgerCheck } from '../operations/check.ts';
import { type CreatedLedger, createLedger as create, type CreateOptions } from '../operations/create-ledger.ts';
import type { LedgerFolder } from '../operations/ports.ts';
import { type Repaired, repairLedger as repair, type RepairOptions } from '../operations/repair.ts';
import {
  type ExternalComparison,
  restore as restoreFrom,
  type Restored,
  type RestoreOptions,
} from '../operations/restore.ts';
import { type VerifiedBackup, verifyBackup, type VerifyOptions } from '../operations/verify-backup.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { newStreamId } from './serve-access.ts';
import { connectChain, placesOf } from './chain.ts';
import { CHAIN_SETUP } from './chain-setup.ts';
import { openLedger } from './ledger.ts';
import { LEDGER_PARTS } from './parts.ts';

/** What an operator does with a ledger besides serving it, each on the parts that compose chose. */

export function hasLedger(dataDir: string): boolean {
  return LEDGER_PARTS.folderAt(dataDir).hasLedger();
}

export async function createLedger(options: CreateOptions): Promise<CreatedLedger> {
  requireOwnUser(options.dataDir);
  return create(options, { ...LEDGER_PARTS, chainSetup: CHAIN_SETUP, hasher: nodeTreeHasher });
}

/** Takes no lock: a ledger can be backed up while it is served. */
export function backUp({
  dataDir,
  chainDir,
  ...options
}: Omit<BackupOptions, 'folder'> & LedgerPlace): Promise<Backup> {
  return copyLedger({ ...options, folder: LEDGER_PARTS.folderAt(dataDir, chainDir) }, LEDGER_PARTS);
}

/** Locks the series, not the ledger. */
export function backUpIntoSeries({
  dataDir,
  chainDir,
  ...options
}: Omit<SeriesOptions, 'folder' | 'lock'> & LedgerPlace): Promise<BackupInSeries> {
  const folder = LEDGER_PARTS.folderAt(dataDir, chainDir);
  const lock = (path: string) => {
    const held = acquireFileLock(path);
    return () => held.release();
  };
  return copyIntoSeries({ ...options, folder, lock }, LEDGER_PARTS);
}

/** Reads a backup, or every backup of a series, whole; none where the folder does not exist. */
export async function verifyBackups(path: string, onFile: VerifyOptions['onFile']): Promise<VerifiedBackup[]> {
  if (!existsSync(path)) return [];
  const { backups, unreadable } = isSeries(path) ? await readSeries(path) : { backups: [{ path }], unreadable: [] };
  const paths = [...backups.map((backup) => backup.path), ...unreadable].toSorted();
  const read: VerifyOptions['read'] = new Map();
  const verified: VerifiedBackup[] = [];
  for (const each of paths) verified.push(await verifyBackup(each, { read, onFile }, LEDGER_PARTS));
  return verified;
}

export interface LedgerPlace {
  readonly dataDir: string;
  readonly chainDir: string | undefined;
}

export interface RestoreSettings extends Omit<RestoreOptions, 'compareExternally'> {
  /** Nodes to ask for the contract's head; undefined: those of the trust file's hint. */
  readonly rpcUrls: readonly string[] | undefined;
}

export async function restore({ rpcUrls, ...options }: RestoreSettings): Promise<Restored> {
  requireOwnUser(options.dataDir);
  const compareExternally = (dataDir: string) => compareRestored(dataDir, options.pinned, rpcUrls);
  return restoreFrom({ ...options, compareExternally }, LEDGER_PARTS);
}

export function checkLedger(dataDir: string, progress: CheckProgress): Promise<LedgerCheck> {
  return withLockedLedger(dataDir, (folder) => check(folder, LEDGER_PARTS, progress));
}

export function repairLedger(dataDir: string, options: Omit<RepairOptions, 'folder'>): Promise<Repaired> {
  return withLockedLedger(dataDir, (folder) => repair({ ...options, folder }, LEDGER_PARTS));
}

/** Needs no lock, and reads a backup as well as a data folder. Rejects with `ledger-missing`. */
export async function auditAccess(dir: string): Promise<AccessCheck> {
  if (!hasLedger(dir)) throw new LedgerError('ledger-missing', { folder: dir });
  return audit({ dir, access: join(dir, 'access') }, LEDGER_PARTS);
}

export function cutAccess(dataDir: string, beforeMs: number): Promise<readonly CutStream[]> {
  return withLockedLedger(dataDir, (folder) => cut(folder, LEDGER_PARTS, beforeMs, newStreamId));
}

/** Resolves to the index of the record that is accepted; undefined where there is none. */
export function acceptAccess(dataDir: string): Promise<bigint | undefined> {
  return withLockedLedger(dataDir, (folder) =>
    accept(folder, LEDGER_PARTS, (root) => acceptedRecord(folder.paths.access).write(root)),
  );
}

export function rebuildIndex(dataDir: string, onProgress: (size: bigint) => void): Promise<Head> {
  return withLockedLedger(dataDir, ({ paths }) => LEDGER_PARTS.engineIn(paths.dir).rebuildIndex(onProgress));
}

/** The service must not run meanwhile: `locked`. */
async function withLockedLedger<T>(dataDir: string, body: (folder: LedgerFolder) => Promise<T>): Promise<T> {
  const folder = LEDGER_PARTS.folderAt(dataDir);
  folder.requireLedger();
  const lock = acquireFileLock(folder.paths.lock);
  try {
    return await body(folder);
  } finally {
    lock.release();
  }
}

/** A local chain is not started for this: one that was restored remembers nothing more. */
async function compareRestored(
  dataDir: string,
  pinned: string | undefined,
  rpcUrls: readonly string[] | undefined,
): Promise<ExternalComparison> {
  const source = { folder: LEDGER_PARTS.folderAt(dataDir), pinnedNote: pinned, witnessPolicy: undefined };
  const cleanup = new CleanupStack();
  try {
    const { contract, contradictions } = await openLedger(
      source,
      { purpose: 'read' },
      async (identity, closing) => {
        const urls = rpcUrls ?? identity.chain.rpcUrls;
        // a key is only for signing, and nothing is signed here
        return urls.length === 0 ? undefined : connectChain(identity, placesOf(urls), { privateKey: '' }, closing);
      },
      cleanup,
    );
    const contradiction = contradictions.remembered ?? contradictions.contract;
    return {
      isPinned: pinned !== undefined && contradiction === undefined,
      isPinContradicted: contradictions.remembered !== undefined,
      contradiction,
      chainProblem: contract instanceof LedgerError ? contract : undefined,
    };
  } finally {
    await cleanup.run();
  }
}
