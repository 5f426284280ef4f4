import type { Response } from 'express';
import { LedgerError } from '../text/ledger-error.ts';

/**
 * Aborted once nobody waits for the answer: its client has left, or a stop has closed the
 * connection. Long work asks it between two pieces.
 */
export function goneSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (!response.writableFinished) controller.abort(new LedgerError('client-gone'));
  };
  if (response.destroyed) end();
  else response.once('close', end);
  return controller.signal;
}
