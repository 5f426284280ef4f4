import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeChain } from '../oracle/chain.ts';

/**
 * Paths and their bodies, answered by GET, and by POST with 409; everything else is 404. The test may change the map at
 * any time, and read the requested paths.
 */
export async function servePages(
  pages: ReadonlyMap<string, Uint8Array | string>,
  requests: string[] = [],
): Promise<TestServer> {
  return listen(
    createServer((request, response) => {
      requests.push(request.url!.slice(1));
      const page = pages.get(request.url!.slice(1));
      // What is posted is a checkpoint, which a witness answers with the size that it knows.
      response.statusCode = page === undefined ? 404 : request.method === 'POST' ? 409 : 200;
      response.end(page ?? 'not here');
    }),
  );
}

/**
 * The chain by JSON-RPC; `maxBlocks` is the widest range for which this node answers `eth_getLogs`.
 */
export async function serveChain(chain: FakeChain, maxBlocks = Infinity): Promise<TestServer> {
  return listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: [never] };
        const { fromBlock, toBlock } = (params[0] ?? {}) as { fromBlock?: string; toBlock?: string };
        const isTooWide = fromBlock !== undefined && Number(toBlock) - Number(fromBlock) + 1 > maxBlocks;
        const result = isTooWide ? undefined : chain.answer({ method, params });
        const error = { code: -32005, message: 'range is too wide' };
        response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result === undefined ? { error } : { result }) }));
      });
    }),
  );
}

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<TestServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
