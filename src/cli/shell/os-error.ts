import { LedgerError } from '../../text/ledger-error.ts';
import { osErrorMessage } from '../../text/os-errors.ts';
import type { Message } from '../../text/message.ts';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';

/**
 * What the operating system said about a path, as a failure of the command; every other error
 * unchanged.
 */
export function fileFailure(code: 'file-unreadable' | 'file-unwritable', path: PathBytes, error: unknown): unknown {
  const reason = osErrorText(error);
  if (reason === undefined) return error;
  return new LedgerError(code, { file: pathText(path).text, reason, cause: error });
}

/** Whether the path that this failure is about is simply not there. */
export function isAbsent(error: LedgerError): boolean {
  const code = osCode(error.cause);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * The code of an error of the operating system (`ENOENT`, `EACCES`); undefined for every other
 * error.
 */
function osCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return code;
}

/** The same as people read it: `no such file or folder (ENOENT)`. */
export function osErrorText(error: unknown): Message | undefined {
  const code = osCode(error);
  return code === undefined ? undefined : osErrorMessage(code);
}
