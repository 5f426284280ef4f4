import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { refusal } from './unreadable-request.ts';

/**
 * Node carries out all requests that come in one piece, however many, and keeps their answers. No
 * client of ours sends a second before the first answer.
 */
const MAX_UNANSWERED = 4;

/**
 * Lets few requests of a connection be under way at once. The first too many is refused and ends
 * the connection; those behind it are not looked at.
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
      const { status, headers, body } = refusal('too-many-requests');
      response.writeHead(status, { ...headers, 'Retry-After': '1' }).end(body);
    }
  };
}
