import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { LedgerError } from '../text/ledger-error.ts';
import { refusal } from './unreadable-request.ts';

/**
 * Requests of one connection that may be unanswered at once. Node would carry out all requests that
 * arrive together and keep their answers in memory; no client of ours sends a second request before
 * the first answer.
 */
const MAX_UNANSWERED = 4;

/**
 * Limits the unanswered requests of a connection. The first request above the limit is refused and
 * ends the connection; those behind it are not looked at.
 */
export function limitPipelining(listener: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    if (count <= MAX_UNANSWERED) listener(request, response);
    else if (count === MAX_UNANSWERED + 1) {
      const { status, headers, body } = refusal(new LedgerError('too-many-requests', { seconds: 1 }));
      response.writeHead(status, { ...headers, 'Retry-After': '1' }).end(body);
    }
  };
}
