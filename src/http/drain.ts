import type { Server } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Watches a server's requests. What it answers resolves once no request was under way or came for
 * `quietMs`: a connection that is closed earlier may break under a request that its client has sent
 * already, and a client that sees that knows nothing. Nobody need be quiet for ever, hence the
 * limit.
 */
export function drainRequests(server: Server): (quietMs: number, limitMs: number) => Promise<void> {
  let [begun, underWay] = [0, 0];
  server.on('request', (_request, response) => {
    begun++;
    underWay++;
    response.once('close', () => underWay--);
  });
  return async (quietMs, limitMs) => {
    for (const endMs = performance.now() + limitMs; performance.now() < endMs;) {
      const before = begun;
      await setTimeout(quietMs);
      await setImmediate(); // what has arrived meanwhile is read now
      if (underWay === 0 && begun === before) return;
    }
  };
}
