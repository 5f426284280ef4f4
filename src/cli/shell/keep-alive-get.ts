import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { readBoundedBody } from '../../protocol/encoding/http.ts';
import type { Get } from '../../client/http.ts';

/**
 * A `Get` by Node's own client, on connections that are kept: an audit asks for thousands of small
 * pages, and `fetch` takes longer for one than it takes to hash it.
 */
export function keepAliveGet(atOnce: number): { readonly get: Get; readonly close: () => void } {
  const options = { keepAlive: true, maxSockets: atOnce, scheduling: 'lifo' } as const;
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  const get: Get = (address, { headers, limitBytes, signal }) => {
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
        readBoundedBody({ body: response }, limitBytes).then(
          (body) => resolve({ status, headers: headersOf(response), body }),
          reject,
        );
      };
      const request = isPlain
        ? httpGet(url, { agent: agents['http:'], headers }, take)
        : httpsGet(url, { agent: agents['https:'], headers }, take);
      // Cheaper than Node's own way to hand it a signal, which is a large part of so small a
      // request.
      const abort = () => request.destroy(new Error('aborted'));
      signal.addEventListener('abort', abort, { once: true });
      request.once('close', () => signal.removeEventListener('abort', abort));
      request.once('error', reject);
    });
  };
  return { get, close: () => Object.values(agents).forEach((agent) => agent.destroy()) };
}

function headersOf({ headers }: IncomingMessage): Pick<Headers, 'get'> {
  return {
    get(name) {
      const value = headers[name.toLowerCase()];
      return typeof value === 'string' ? value : null;
    },
  };
}
