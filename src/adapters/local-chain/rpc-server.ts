import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ChainError, errorCode } from './chain-error.ts';
import { describeRpcError, RpcError } from './rpc-error.ts';

export type RpcServer = {
  readonly url: string;
  readonly port: number;
  /** Takes no new request, answers those at work, closes. */
  close(): Promise<void>;
};

type Dispatch = (method: string, params: readonly unknown[]) => Promise<unknown>;

const host = '127.0.0.1';
const limitBytes = 1024 * 1024;
const limitBatch = 100;
const timeoutMs = 2000;

const HEADERS = {
  'Content-Type': 'application/json',
  Allow: 'POST, OPTIONS',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, OPTIONS',
  'Access-Control-Allow-Headers': '*',
};

const Call = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).default(null),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});

/**
 * JSON-RPC 2.0 over HTTP on the loopback interface, port 0 = any free one. (Hardhat's own server
 * cannot say that its port is taken, and reads bodies without a limit.) Any web page may ask: a
 * verifier in a browser must, everything here is public, and only a signed transaction changes
 * anything.
 */
export async function listenRpc(port: number, dispatch: Dispatch): Promise<RpcServer> {
  let isClosing = false;
  const server = createServer((request, response) => {
    const answering = answerHttp(request, dispatch).then(({ status, body }) => {
      if (isClosing) response.setHeader('Connection', 'close');
      return response.writeHead(status, HEADERS).end(body);
    });
    answering.catch(() => response.destroy()); // the client went away half-way
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') throw cause;
    throw new ChainError('port-in-use', `port ${port} on ${host} is in use by another program`, { cause });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('an HTTP server listens without a port');
  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    async close() {
      isClosing = true;
      const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
      server.close();
      await once(server, 'close');
      clearTimeout(timer);
    },
  };
}

async function answerHttp(request: IncomingMessage, dispatch: Dispatch): Promise<{ status: number; body: string }> {
  if (request.method === 'OPTIONS') return { status: 204, body: '' };
  if (request.method !== 'POST') return { status: 405, body: '' };
  return { status: 200, body: JSON.stringify(await answerBody(request, dispatch)) };
}

async function answerBody(request: IncomingMessage, dispatch: Dispatch): Promise<unknown> {
  let body: unknown;
  try {
    body = JSON.parse(await readText(request));
  } catch (error) {
    const fault = error instanceof RpcError ? error : new RpcError(-32700, 'body is not JSON');
    return { jsonrpc: '2.0', id: null, error: describeRpcError(fault) };
  }
  if (!Array.isArray(body)) return answerCall(body, dispatch);
  if (body.length > 0 && body.length <= limitBatch) {
    return Promise.all(body.map((call: unknown) => answerCall(call, dispatch)));
  }
  const fault = new RpcError(-32600, `batch has ${body.length} calls, should have 1 to ${limitBatch}`);
  return { jsonrpc: '2.0', id: null, error: describeRpcError(fault) };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk); // the rest is read and dropped, so that the answer arrives
  }
  if (size > limitBytes) throw new RpcError(-32600, `body is ${size} bytes, should be at most ${limitBytes}`);
  return Buffer.concat(chunks).toString('utf8');
}

async function answerCall(call: unknown, dispatch: Dispatch): Promise<unknown> {
  const parsed = Call.safeParse(call);
  if (!parsed.success) {
    return { jsonrpc: '2.0', id: null, error: describeRpcError(new RpcError(-32600, 'not a JSON-RPC 2.0 call')) };
  }
  const { id, method, params } = parsed.data;
  try {
    return { jsonrpc: '2.0', id, result: await dispatch(method, params) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: describeRpcError(error) };
  }
}
