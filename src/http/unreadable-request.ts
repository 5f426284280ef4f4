import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LedgerError } from '../text/ledger-error.ts';
import { PeopleError } from '../text/people-error.ts';
import { problemJson, toProblem } from './problem.ts';

/** How long a refused client may take to read the answer. */
const LINGER_MS = 2000;

/** Answers bytes that are not an HTTP request with a problem, and ends the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else endWith(socket, parserError(error.code));
}

/**
 * Answers http on a port for https with a problem, in plain text as the client expects it. What is
 * no handshake has no decrypting socket to answer by: the connection itself is used.
 */
export function answerPlainHttp(server: TlsServer): void {
  const connections = new Map<string, Socket>();
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    connections.set(name, socket);
    socket.once('close', () => connections.delete(name));
  });
  server.on('secureConnection', (socket) => connections.delete(nameOf(socket)));
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = connections.get(nameOf(socket));
    connections.delete(nameOf(socket));
    if (error.code === 'ERR_SSL_HTTP_REQUEST' && connection?.writable === true) {
      endWith(connection, new PeopleError('https-required'));
    }
  });
}

/** Refuses CONNECT, which is for proxies. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  const allowed = 'GET, HEAD, POST';
  endWith(socket, new LedgerError('method-not-allowed', { allowed }), { Allow: allowed });
}

/** Refuses what a client expects besides `100-continue`, which Node answers itself. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = refusal(new LedgerError('expectation-unsupported'));
  response.writeHead(status, headers).end(body);
}

/** What Node's HTTP parser refuses before there is a request. */
function parserError(code: string | undefined): LedgerError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new LedgerError('headers-too-large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new LedgerError('chunk/body-too-large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new LedgerError('body-timeout');
    case 'HPE_INVALID_EOF_STATE':
      return new LedgerError('body-incomplete');
    default:
      return new LedgerError('request-unreadable');
  }
}

/** A problem as a whole answer, in English: there is no request that could name a language. */
export function refusal(error: LedgerError): { status: number; headers: Record<string, string>; body: string } {
  const { status, ...rest } = problemJson(toProblem(error), 'en') as { readonly status: number };
  const body = JSON.stringify({ ...rest, status });
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Language': 'en',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  return { status, headers, body };
}

function endWith(socket: Duplex, error: LedgerError, more: Readonly<Record<string, string>> = {}): void {
  const { status, headers, body } = refusal(error);
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  // Not at once: unread bytes would reset the connection, and the client would lose the answer.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
