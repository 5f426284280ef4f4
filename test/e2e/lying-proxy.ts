import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a node answers in place of the honest result; or how it fails to answer. */
export type Lie = (call: Call, honest: unknown) => unknown;
export const SILENCE = Symbol('silence');
export const GARBAGE = Symbol('garbage');
export const TOO_MANY = Symbol('429');
export const REFUSAL = Symbol('a JSON-RPC error');

/** A proxy in front of a real node, which changes its answers. */
export class LyingProxy {
  lie: Lie = (_, honest) => honest;
  url = '';
  readonly #target: () => string;
  readonly #server = createServer((request, response) => {
    void json(request).then((call) => this.#answer(call as Call, response));
  });

  constructor(target: () => string) {
    this.#target = target;
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(call: Call, response: ServerResponse): Promise<void> {
    const asked = await fetch(this.#target(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    });
    const { result, error } = (await asked.json()) as { result?: unknown; error?: unknown };
    const said = error === undefined ? this.lie(call, result) : undefined;
    if (said === SILENCE) return;
    if (said === GARBAGE) response.end('<html>bad gateway</html>');
    else if (said === TOO_MANY) response.writeHead(429, { 'retry-after': '1' }).end('slow down');
    else {
      const refusal = said === REFUSAL ? { code: -32005, message: 'query returned more than 10000 results' } : error;
      const envelope = refusal === undefined ? { result: said } : { error: refusal };
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...envelope }));
    }
  }
}
