import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileFailure } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Where a folder is put together before it takes its name: next to it, so that taking the name is
 * one rename.
 */
export function stagingPath(final: string, work: string): string {
  return `${final}.${work}-${process.pid}`;
}

/** Creates a folder and its parents where they are missing. Throws `file-unwritable`. */
export function createFolder(folder: string, mode?: number): void {
  try {
    makeFolder(folder, mode);
  } catch (error) {
    throw fileFailure('file-unwritable', Buffer.from(folder), error);
  }
}

/** Folders that interrupted runs of the same work left; nothing in them was ever used. */
export function removeStale(final: string, work: string): void {
  const parent = dirname(final);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const match = /^(.*)\.([a-z]+)-([0-9]+)$/.exec(name);
    if (match?.[1] === basename(final) && match[2] === work && !isAlive(Number(match[3]))) {
      // its chain may write for a moment more
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }
}

/** The one step by which a finished folder appears. An empty folder may be in its place. */
export async function publishStaged(staging: string, final: string): Promise<void> {
  await syncFolder(staging);
  try {
    if (existsSync(final)) rmdirSync(final);
    renameSync(staging, final);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    throw new LedgerError('folder-not-empty', { dir: final, cause });
  }
  await syncFolder(dirname(final));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // it had this number before
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
