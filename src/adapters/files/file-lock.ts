import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../../text/ledger-error.ts';
import { requireOwnUser } from './folder-owner.ts';
import { lockHolder } from './lock-holder.ts';

/**
 * A lock that this process holds. It ends with `release` or with the process, however that dies.
 */
export type FileLock = { release(): void };

// The garbage collector closes a DatabaseSync that nothing refers to, and releases its lock. A
// caller may ignore what acquireFileLock returns, so this set keeps the open ones alive.
const held = new Set<DatabaseSync>();

/**
 * Takes the exclusive lock `path`, at once or not at all; the file is created if absent, its folder
 * must exist.
 *
 * Node has no binding for flock or LockFileEx, and a file with a process id in it outlives a power
 * cut. SQLite has both bindings: an exclusive transaction that is never committed, on a database of
 * 0 bytes, is an operating system lock on every platform. Nothing is written to the file, and no
 * other file appears in its folder (journal in memory). It excludes other processes as well as a
 * second holder within this one. Not for network file systems.
 *
 * Throws `wrong-user` where root works in the folder of another user, `locked` where another holder
 * has the file, `lock-unusable` where the file cannot serve as a lock.
 */
export function acquireFileLock(path: string): FileLock {
  requireOwnUser(dirname(path));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    if (!isBusy(cause)) throw new LedgerError('lock-unusable', { file: path, cause });
    const holder = lockHolder(path);
    if (holder !== undefined) throw new LedgerError('held/locked', { file: path, ...holder, cause });
    throw new LedgerError('locked', { file: path, cause });
  }
  const opened = database;
  held.add(opened);
  return {
    release() {
      if (held.delete(opened)) opened.close();
    },
  };
}

/** SQLITE_BUSY, in its extended forms too: the low byte is the primary result code. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' && (code & 0xff) === 5;
}
