import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEMS } from '../text/problems.ts';
import { type ProblemCode, statusOf } from './problem.ts';

/** What Node's HTTP parser refuses before there is a request. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'body-timeout',
  HPE_INVALID_EOF_STATE: 'body-incomplete',
};

/** How long a refused client may take to read why. */
const LINGER_MS = 2000;

/** Answers bytes that are no HTTP request with a problem, and ends the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else endWith(socket, CODES[error.code ?? ''] ?? 'request-unreadable');
}

/** CONNECT is for proxies. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  endWith(socket, 'method-not-allowed', { Allow: 'GET, HEAD, POST' });
}

/** A problem without a request that could name a language. */
export function refusal(code: ProblemCode): { status: number; headers: Record<string, string>; body: string } {
  const status = statusOf(code);
  const { en } = PROBLEMS[code];
  const body = JSON.stringify({ type: `about:blank#${code}`, title: en, status, code, detail: en });
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  return { status, headers, body };
}

function endWith(socket: Duplex, code: ProblemCode, more: Readonly<Record<string, string>> = {}): void {
  const { status, headers, body } = refusal(code);
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  // Not at once: what is unread would reset the connection, and the client would not see the
  // answer.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
