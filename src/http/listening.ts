import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LedgerError } from '../text/ledger-error.ts';
import { osErrorMessage } from '../text/os-errors.ts';
import { limitPipelining } from './pipelining.ts';
import { answerPlainHttp, answerUnreadable, refuseExpectation, refuseTunnel } from './unreadable-request.ts';

/** The address at which a service listens. Port 0 is any free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** A certificate with those that vouch for it, and its key; both PEM. */
export interface CertificatePair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Limits that do not depend on a route. Bodies have their own, in slow-body.ts and body.ts. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 0,
  keepAliveTimeout: 5000, // announced to clients in Keep-Alive
  // A client on a busy machine notices late that its time is over, and must not be cut off.
  keepAliveTimeoutBuffer: 10_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: false, // without one it is refused with a problem, in local-host.ts
};

/** More header fields are refused: none is dropped, since it could be the key or the digest. */
const MAX_HEADERS = 64;
const MAX_REQUESTS_PER_CONNECTION = 1000;
/** A connection on which nothing moves for this long is closed. */
const IDLE_TIMEOUT_MS = 30_000;
/** File handles that connections leave to the store, the contents and the chain. */
const STORE_HANDLES = 128;
const MIN_CONNECTIONS = 16;

/** TLS 1.2 is what older browsers of offices have; how long a handshake may take. */
const TLS_OPTIONS = { minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } as const;

/** Serves `app` at this address, by https where there is a certificate; throws `port-unusable`. */
export function serveAt(place: Place, app: RequestListener, pair?: CertificatePair): Promise<Server> {
  const listener = limitPipelining(app);
  const server: Server =
    pair === undefined
      ? createServer(LIMITS, listener)
      : createTlsServer({ ...LIMITS, ...TLS_OPTIONS, ...pair }, listener);
  server.on('clientError', answerUnreadable).on('connect', refuseTunnel).on('checkExpectation', refuseExpectation);
  if (server instanceof TlsServer) answerPlainHttp(server);
  return listen(server, place);
}

/** New connections get this certificate; throws where key and certificate do not fit. */
export function changeCertificate(server: Server, pair: CertificatePair): void {
  if (server instanceof TlsServer) server.setSecureContext({ ...TLS_OPTIONS, ...pair });
}

/**
 * Throws `port-unusable` where the port is taken, before the chain is started and the journal is
 * read.
 */
export async function requireFreePort(place: Place): Promise<void> {
  const probe = await listen(createServer(), place);
  await new Promise((resolve) => probe.close(resolve));
}

export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function listen(server: Server, { host, port }: Place): Promise<Server> {
  server.maxHeadersCount = MAX_HEADERS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  server.maxConnections = maxConnections();
  server.setTimeout(IDLE_TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = osErrorMessage(cause.code ?? '');
      reject(new LedgerError('port-unusable', { host, port: String(port), reason, cause }));
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** Without file handles the store would have to stop, so connections leave it some. */
function maxConnections(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files +([0-9]+)/m.exec(limits)?.[1] ?? Infinity);
    return Math.max(MIN_CONNECTIONS, limit - STORE_HANDLES);
  } catch {
    return Infinity; // not Linux
  }
}
