import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { BodyTooLarge } from '../../src/client/bounded-body.ts';
import type { Get } from '../../src/client/http.ts';

/** A `Get` by Node's own client, on connections that are kept: an audit asks for thousands of small pages, and `fetch` takes longer for one than it takes to hash it. */
export function keptConnections(atOnce: number): Get {
  const options = { keepAlive: true, maxSockets: atOnce, scheduling: 'lifo' } as const;
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  return (address, { headers, limitBytes, signal }) => {
    const url = new URL(address);
    const isPlain = url.protocol === 'http:';
    return new Promise((resolve, reject) => {
      const take = (response: IncomingMessage) => {
        const { statusCode: status = 0 } = response;
        if (status >= 300 && status < 400) {
          response.resume();
          resolve(undefined);
          return;
        }
        readWhole(response, limitBytes).then(
          (body) => resolve({ status, headers: new Headers(plainHeaders(response)), body }),
          reject,
        );
      };
      const request = isPlain
        ? httpGet(url, { agent: agents['http:'], headers, signal }, take)
        : httpsGet(url, { agent: agents['https:'], headers, signal }, take);
      request.once('error', reject);
    });
  };
}

async function readWhole(response: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limitBytes) response.destroy(new BodyTooLarge(limitBytes));
    });
    response.once('end', () => resolve(new Uint8Array(Buffer.concat(chunks, length))));
    response.once('error', reject);
    response.once('close', () => reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })));
  });
}

function plainHeaders({ headers }: IncomingMessage): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
}
