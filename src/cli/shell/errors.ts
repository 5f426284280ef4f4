import { errorText, parseErrorText } from '../../text/error-text.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { isDiskFull } from '../../adapters/files/file-errors.ts';
import { LedgerError, relayedError } from '../../text/ledger-error.ts';

/**
 * What a command ends with when a part refuses or the disk is full; anything else is a bug and
 * passes through.
 */
export function toLedgerError(error: unknown): unknown {
  if (isDiskFull(error)) {
    const place = 'path' in error ? String(error.path) : errorText(error);
    return new LedgerError('storage-full', { place, cause: error });
  }
  if (!(error instanceof ProtocolError)) return error;
  return relayedError(error.code, parseErrorText(error), error);
}

/** Runs a command's body with the failures of the parts turned into errors of the catalogue. */
export async function withLedgerErrors<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toLedgerError(error);
  }
}
