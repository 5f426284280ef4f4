import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LedgerError } from '../text/ledger-error.ts';
import { refusal } from './unreadable-request.ts';

/**
 * Requests of one connection that may be unanswered at once, the one that is being answered
 * included.
 */
const MAX_UNANSWERED = 4;

/**
 * Answers the requests of a connection one at a time. Node would carry out all requests that arrive
 * together and keep their answers in memory until they are read; here the next one starts when the
 * answer before has left. The first request above the limit is refused and ends the connection;
 * those behind it are not looked at. No client of ours sends a second request before the first
 * answer.
 */
export function limitPipelining(listener: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    const queue = unanswered.get(socket) ?? [];
    unanswered.set(socket, queue);
    if (queue.length > MAX_UNANSWERED) return;
    const answer = queue.length < MAX_UNANSWERED ? () => listener(request, response) : () => refuse(response);
    queue.push(answer);
    response.once('close', () => {
      queue.shift();
      if (!socket.destroyed) queue[0]?.();
    });
    if (queue.length === 1) answer();
  };
}

function refuse(response: ServerResponse): void {
  const { status, headers, body } = refusal(new LedgerError('too-many-requests', { seconds: 1 }));
  response.writeHead(status, { ...headers, 'Retry-After': '1' }).end(body);
}
