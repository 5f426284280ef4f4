import type { Duplex } from 'node:stream';
import { PROBLEMS } from '../text/problems.ts';

/** Status line and problem code for what Node's HTTP parser refuses before there is a request. */
const ANSWERS: Readonly<Record<string, readonly [string, keyof typeof PROBLEMS]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'body-timeout'],
  HPE_INVALID_EOF_STATE: ['400 Bad Request', 'body-incomplete'],
};

/** Answers bytes that are no HTTP request with a problem, and ends the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code] = ANSWERS[error.code ?? ''] ?? ['400 Bad Request', 'request-unreadable'];
  const title = PROBLEMS[code].en;
  const body = JSON.stringify({ type: `about:blank#${code}`, title, status: Number(status.slice(0, 3)), code });
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
