import { DatabaseSync } from 'node:sqlite';

/**
 * A lock that this process holds. It ends with `release` or with the process, however that dies.
 */
export type FileLock = { release(): void };

/**
 * `code` is `'locked'` when another holder has the file, else `'lock-unusable'`: the file cannot
 * serve as a lock.
 */
export class FileLockError extends Error {
  readonly code: 'locked' | 'lock-unusable';

  constructor(code: 'locked' | 'lock-unusable', message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'FileLockError';
    this.code = code;
  }
}

// A DatabaseSync that nobody refers to is closed by the garbage collector, and its lock with it. A
// caller may well ignore what acquireFileLock returned, so the open ones are kept here.
const held = new Set<DatabaseSync>();

/**
 * Takes the exclusive lock `path`, at once or not at all; the file is created if absent, its folder
 * must exist.
 *
 * Node has no binding for flock or LockFileEx, and a file with a process id in it outlives a power
 * cut. SQLite does have both bindings: an exclusive transaction that is never committed, on a
 * database of 0 bytes, is an operating system lock on every platform. Nothing is written to the
 * file, and no file appears beside it (journal in memory). It excludes processes as well as a
 * second holder within this one. Not for network file systems.
 *
 * @throws {FileLockError}
 */
export function acquireFileLock(path: string): FileLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) throw new FileLockError('locked', `lock ${path} is held by another process`, cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileLockError('lock-unusable', `lock ${path} cannot be taken: ${reason}`, cause);
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
