import { LedgerError } from '../text/ledger-error.ts';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limitPipelining } from './pipelining.ts';
import { answerUnreadable, refuseTunnel } from './unreadable-request.ts';

/** Where the service is reached. Port 0 is any free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Limits that do not depend on a route. Bodies have their own, in body.ts. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 0,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: false, // without one it is refused with a problem, in local-host.ts
};

/** File handles that connections leave to the store, the contents and the chain. */
const STORE_HANDLES = 128;

/** Serves `app` at this place; throws `port-unusable` where that cannot be. */
export function serveAt(place: Place, app: RequestListener): Promise<Server> {
  const server = createServer(LIMITS, limitPipelining(app))
    .on('clientError', answerUnreadable)
    .on('connect', refuseTunnel);
  return listen(server, place);
}

/** A port that is taken is better known before the chain is started and the journal read. */
export async function requireFreePort(place: Place): Promise<void> {
  const probe = await listen(createServer(), place);
  await new Promise((resolve) => probe.close(resolve));
}

export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function listen(server: Server, { host, port }: Place): Promise<Server> {
  server.maxHeadersCount = 64; // more are refused: none is left out, so that nothing is carried out without its key or its digest
  server.maxRequestsPerSocket = 1000;
  server.maxConnections = mostConnections();
  server.setTimeout(30_000); // a connection on which nothing moves
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${cause.code})`;
      reject(new LedgerError('port-unusable', { detail: `port ${port} on ${host} ${reason}`, cause }));
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** Connections leave some file handles to the store: for want of them it would have to stop. */
function mostConnections(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files +([0-9]+)/m.exec(limits)?.[1] ?? Infinity);
    return Math.max(16, limit - STORE_HANDLES);
  } catch {
    return Infinity; // another system than Linux
  }
}
