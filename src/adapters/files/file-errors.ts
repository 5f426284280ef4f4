import { LedgerError } from '../../text/ledger-error.ts';
import { osErrorText } from '../../text/os-errors.ts';
import { type PathBytes, pathText } from './path-bytes.ts';

type FileFailure = 'file-unreadable' | 'file-unwritable' | 'receipt/file-unwritable';

/**
 * An error of the operating system about a path, as an error of the catalogue that names the path
 * and the reason; every other error unchanged.
 */
export function fileFailure(code: FileFailure, path: PathBytes, error: unknown): unknown {
  const reason = osErrorText(error);
  if (reason === undefined) return error;
  return new LedgerError(code, { file: pathText(path).text, reason, cause: error });
}

/** Whether an error, or its cause, says that the path does not exist. */
export function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR') || (error instanceof LedgerError && isAbsent(error.cause));
}

/** Whether a write failed because the disk, or the user's quota of it, is full. */
export function isDiskFull(error: unknown): error is Error {
  return hasCode(error, 'ENOSPC', 'EDQUOT');
}

/** Whether the path exists and the disk does not return its bytes: a bad sector, or a folder. */
export function isUnreadable(error: unknown): error is Error {
  return hasCode(error, 'EIO', 'EISDIR');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}
