import type { Response } from 'express';

/**
 * Aborted once nobody waits for the answer: its client has left, or a stop has closed the
 * connection. Long work asks it between two pieces.
 */
export function goneSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (response.writableFinished) return;
    controller.abort(Object.assign(new Error('the client has left'), { code: 'ABORT_ERR' }));
  };
  if (response.destroyed) end();
  else response.once('close', end);
  return controller.signal;
}
