import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Ends the connection instead of answering. */
  readonly isDropped?: boolean;
}

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
}

/** A real HTTP server on a free port, whose answers a function gives; undefined is a 404. */
export async function serve(
  answer: (asked: Asked) => Page | undefined | Promise<Page | undefined>,
): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(parts) };
      asked.push(one);
      void Promise.resolve(answer(one)).then((page = { status: 404, body: 'nothing here' }) => {
        if (page.isDropped === true) return request.socket.destroy();
        response.writeHead(page.status ?? 200, page.headers);
        return response.end(page.body);
      });
    });
    request.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface TricklingServer extends AsyncDisposable {
  readonly url: string;
  /** The number of requests so far. */
  readonly requests: number;
}

/** A service or node that never comes to the end of its answer: a byte every few milliseconds. */
export async function trickle(periodMs: number): Promise<TricklingServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), periodMs);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(value: unknown, status = 200): Page {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** An address without a listener. */
export async function nobody(): Promise<string> {
  const server = await serve(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.url;
}
