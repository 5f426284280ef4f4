import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { LoopDeadline, loopSleep } from './loop-clock.ts';

/**
 * Watches the requests of a new server, and returns how to let the last ones end before its
 * connections are closed: a connection that is closed under a request that its client has already
 * sent leaves the client not knowing whether it was carried out.
 *
 * The returned function resolves once no request has been under way or has arrived for `quietMs`,
 * at the latest after `limitMs`, since clients may go on for ever; both in the time of the loop
 * clock. From its call on, each answer also ends its connection.
 */
export function drainRequests(server: Server): (quietMs: number, limitMs: number) => Promise<void> {
  let [begun, underWay, isDraining] = [0, 0, false];
  server.prependListener('request', (_request, response) => {
    if (isDraining) response.setHeader('Connection', 'close');
    begun++;
    underWay++;
    response.once('close', () => underWay--);
  });
  return async (quietMs, limitMs) => {
    isDraining = true;
    const limit = new LoopDeadline(limitMs);
    while (limit.leftMs > 0) {
      const before = begun;
      await loopSleep(quietMs);
      await setImmediate(); // requests that have arrived meanwhile are read now
      if (underWay === 0 && begun === before) return;
    }
  };
}
