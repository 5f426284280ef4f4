import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

export interface HttpsAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where the body is empty. */
  readonly json: unknown;
}

export interface HttpsCall {
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes are sent by POST. */
  readonly body?: string | Uint8Array;
  readonly method?: string;
  /** The address that the client has. */
  readonly localAddress?: string;
}

/**
 * One request by a connection of its own, to a server that shows one of these certificates. The
 * name in the Host header is the caller's own choice.
 */
export function callByHttps(url: string, ca: readonly Buffer[], call: HttpsCall = {}): Promise<HttpsAnswer> {
  const { body, method = body === undefined ? 'GET' : 'POST', ...more } = call;
  const options = { ca: [...ca], method, agent: false, servername: 'localhost', checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, ...more }, (answer) => {
      let text = '';
      answer.on('data', (data: Buffer) => (text += data.toString()));
      answer.on('error', reject);
      answer.on('end', () => {
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        resolve({ status: answer.statusCode, headers: answer.headers, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
