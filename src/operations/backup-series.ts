import { readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BACKUP_FAULTS } from '../text/backup.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { type Backup, type BackupOptions, backUp, requireOutside } from './backup.ts';
import { type BackupManifest, readManifest } from './backup-manifest.ts';
import { type KeepPolicy, timesToKeep } from './keep-policy.ts';
import type { LedgerParts } from './ports.ts';

/** A folder of backups of one ledger, each a folder named for its time: `2026-11-30T02-15-00Z`. */
export interface BackupSeries {
  /** Oldest first. */
  readonly backups: readonly SeriesEntry[];
  /** Backups whose manifest cannot be read: shared with none, and never removed. */
  readonly unreadable: readonly string[];
  /** What runs that were cut off left behind. */
  readonly remains: readonly string[];
}

export interface SeriesEntry {
  readonly path: string;
  /** Unix milliseconds, by its name. */
  readonly timeMs: number;
  readonly manifest: BackupManifest;
}

export interface SeriesOptions extends Omit<BackupOptions, 'destination' | 'earlier' | 'acceptSize'> {
  readonly dir: string;
  /** Undefined: nothing is removed. */
  readonly keep: KeepPolicy | undefined;
  /** Copies every file, though an earlier backup has it. */
  readonly isFull: boolean;
  readonly nowMs: number;
  /** Takes the lock of the series until the returned function is called. */
  readonly lock: (path: string) => () => void;
}

export interface BackupInSeries extends Backup {
  readonly path: string;
  readonly removed: readonly string[];
  readonly unreadable: readonly string[];
}

const NAME = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})-([0-9]{2})-([0-9]{2}Z)$/;
const REMAINS = /^[0-9T-]+Z\.(?:partial|removed)-[0-9]+$/;
const LOCK = 'lock';
/** How far ahead names may lie that backups within one second were given. */
const SOON_MS = 60_000;

/**
 * Adds a backup to a series: what the newest one has already is shared with it, so each is whole by
 * itself and costs what is new. Then removes what the policy does not keep. Cut off at any point,
 * every name in the series is a whole backup, and the next run clears away the rest.
 *
 * Fails with `backup-folder-foreign` where the folder holds anything else, with `backup-of-other`
 * where it is a series of another ledger, with `backup-ahead` where it knows more than the ledger.
 */
export async function backUpIntoSeries(options: SeriesOptions, parts: LedgerParts): Promise<BackupInSeries> {
  const { dir, folder, keep, isFull, nowMs, lock, ...others } = options;
  folder.requireLedger();
  requireOutside(dir, folder.paths.dir);
  await readSeries(dir); // before anything is made in a folder that is none
  parts.staging.create(dir, 0o700);
  const release = lock(join(dir, LOCK));
  try {
    const { backups, unreadable, remains } = await readSeries(dir);
    for (const path of remains) await rm(path, { recursive: true, force: true });
    requireSameLog(backups, folder.readIdentity().log.origin, dir);
    const path = join(dir, freeName(dir, nowMs));
    const earlier = isFull ? undefined : backups.at(-1)?.path;
    const acceptSize = (size: bigint) => requireNoLess(size, backups);
    const backup = await backUp({ ...others, folder, destination: path, earlier, acceptSize }, parts);
    const removed = keep === undefined ? [] : await prune(dir, path, keep, parts);
    return { ...backup, path, removed, unreadable };
  } finally {
    release();
  }
}

/** Fails with `backup-folder-foreign`. A folder that does not exist is an empty series. */
export async function readSeries(dir: string): Promise<BackupSeries> {
  const backups: SeriesEntry[] = [];
  const unreadable: string[] = [];
  const remains: string[] = [];
  for (const name of namesIn(dir)) {
    const path = join(dir, name);
    const timeMs = timeOf(name);
    if (timeMs !== undefined) {
      try {
        backups.push({ path, timeMs, manifest: await readManifest(path) });
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        unreadable.push(path);
      }
    } else if (REMAINS.test(name)) remains.push(path);
    else if (name !== LOCK) throw new LedgerError('backup-folder-foreign', { dir, name });
  }
  return { backups, unreadable, remains };
}

/** The newest backup of a series that has a readable manifest. */
export async function newestBackup(dir: string): Promise<SeriesEntry | undefined> {
  const names = namesIn(dir).filter((name) => timeOf(name) !== undefined);
  for (const name of names.toReversed()) {
    const path = join(dir, name);
    const manifest = await readManifest(path).catch((error: unknown) => {
      if (error instanceof LedgerError) return undefined;
      throw error;
    });
    if (manifest !== undefined) return { path, timeMs: timeOf(name)!, manifest };
  }
  return undefined;
}

/** Fails with `backup-unreadable`, naming the newest one, where a folder holds several backups. */
export function requireOneBackup(path: string): void {
  const newest = namesIn(path).findLast((name) => timeOf(name) !== undefined);
  if (newest === undefined) return;
  const reason = bilingual(BACKUP_FAULTS.several, { newest: join(path, newest) });
  throw new LedgerError('backup-unreadable', { path, reason });
}

/** Whether a folder is a backup itself rather than a series of them. */
export function isSeries(dir: string): boolean {
  return namesIn(dir).some((name) => timeOf(name) !== undefined);
}

/** In order of their times. */
function namesIn(dir: string): string[] {
  const stats = statSync(dir, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) throw new LedgerError('backup-folder-foreign', { dir, name: dir });
  return readdirSync(dir).toSorted();
}

function timeOf(name: string): number | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const timeMs = Date.parse(`${match[1]}:${match[2]}:${match[3]}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/**
 * The name for this second, or for the second after the newest of those that were made just now: a
 * name that a removed backup had would be older than what was made after it.
 */
function freeName(dir: string, nowMs: number): string {
  const soon = namesIn(dir)
    .map((name) => timeOf(name) ?? 0)
    .filter((timeMs) => timeMs >= nowMs - 1000 && timeMs < nowMs + SOON_MS);
  const timeMs = Math.max(nowMs, ...soon.map((taken) => taken + 1000));
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

function requireSameLog(backups: readonly SeriesEntry[], origin: string, dir: string): void {
  const other = backups.find(({ manifest }) => manifest.origin !== origin);
  if (other === undefined) return;
  throw new LedgerError('backup-of-other', { dir, found: other.manifest.origin, expected: origin });
}

/**
 * A ledger that knows less than its own backup is an old copy: its backups would push out better
 * ones.
 */
function requireNoLess(size: bigint, backups: readonly SeriesEntry[]): void {
  const larger = backups.find(({ manifest }) => manifest.size > size);
  if (larger === undefined) return;
  throw new LedgerError('backup-ahead', { backup: larger.path, known: larger.manifest.size, size });
}

/** Removes what the policy does not keep, and never `made`; returns the paths. */
async function prune(dir: string, made: string, keep: KeepPolicy, parts: LedgerParts): Promise<string[]> {
  const { backups } = await readSeries(dir);
  const kept = timesToKeep(
    backups.map(({ timeMs }) => timeMs),
    keep,
  );
  const removed = backups.filter(({ path, timeMs }) => path !== made && !kept.includes(timeMs));
  for (const { path } of removed) await remove(path, parts);
  return removed.map(({ path }) => path);
}

/**
 * Takes a backup out of the series by one rename, durably, before its files are deleted: a power
 * cut must not bring back a name whose files are gone.
 */
async function remove(path: string, { staging }: LedgerParts): Promise<void> {
  const removed = staging.pathFor(path, 'removed');
  await rename(path, removed);
  await staging.sync(dirname(path));
  await rm(removed, { recursive: true, force: true });
}
