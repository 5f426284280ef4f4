import { once } from 'node:events';
import express, { type Express, type Request } from 'express';
import { z } from 'zod';
import { readBody } from './body.ts';
import { type Place, serveAt, urlOf } from './listening.ts';
import { isLocalHost } from './local-host.ts';

/** Carries out one call. A numeric `code` and hex `data` of what it throws reach the client. */
export type RpcDispatch = (method: string, params: readonly unknown[]) => Promise<unknown>;

export interface RpcServer {
  readonly url: string;
  readonly port: number;
  /** Accepts no new request, answers those under way for up to 2 s, and closes. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_BATCH_CALLS = 100;
const CLOSE_TIMEOUT_MS = 2000;

const HEADERS = { 'Content-Type': 'application/json', Allow: 'POST' };

const ANY_PATH = /^/;

const INVALID_REQUEST = -32600;
const PARSE_ERROR = -32700;
const INTERNAL_ERROR = -32603;

const Call = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).default(null),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});

/**
 * Serves JSON-RPC 2.0 by POST to programs of this machine, whatever the path; port 0 is any free
 * one. Throws `port-unusable`. Web pages are refused, also those whose own name points here (DNS
 * rebinding): browsers name an origin with every POST.
 */
export async function serveRpc(place: Place, dispatch: RpcDispatch): Promise<RpcServer> {
  const server = await serveAt(
    place,
    createRpcApp(dispatch, () => server.listening),
  );
  const url = urlOf(server);
  return {
    url,
    port: Number(new URL(url).port),
    async close() {
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      server.close();
      await once(server, 'close');
      clearTimeout(timer);
    },
  };
}

function createRpcApp(dispatch: RpcDispatch, isListening: () => boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  app.use(({ headers }, response, next) => {
    if (isLocalHost(headers.host) && headers.origin === undefined) return next();
    response.status(403).end(JSON.stringify(failure(null, INVALID_REQUEST, 'only for programs of this machine')));
  });
  app.post(ANY_PATH, async (request, response) => {
    const answer = JSON.stringify(await answerBody(request, () => response.destroyed, dispatch));
    if (!isListening()) response.set('Connection', 'close');
    response.end(answer);
  });
  app.use((_request, response) => {
    response.status(405).end();
  });
  return app;
}

/** A batch is carried out call by call, and no further once the client is gone. */
async function answerBody(request: Request, isGone: () => boolean, dispatch: RpcDispatch): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await readBody(request, MAX_BODY_BYTES);
  } catch {
    request.resume(); // the rest is read and dropped, so that the client gets to read the answer
    return failure(null, INVALID_REQUEST, `body is larger than ${MAX_BODY_BYTES} bytes`);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return failure(null, PARSE_ERROR, 'body is not JSON');
  }
  if (!Array.isArray(body)) return answerCall(body, dispatch);
  if (body.length === 0 || body.length > MAX_BATCH_CALLS) {
    return failure(null, INVALID_REQUEST, `batch has ${body.length} calls, should have 1 to ${MAX_BATCH_CALLS}`);
  }
  const answers: unknown[] = [];
  for (const call of body as unknown[]) {
    if (isGone()) break;
    answers.push(await answerCall(call, dispatch));
  }
  return answers;
}

async function answerCall(call: unknown, dispatch: RpcDispatch): Promise<unknown> {
  const parsed = Call.safeParse(call);
  if (!parsed.success) return failure(null, INVALID_REQUEST, 'not a JSON-RPC 2.0 call');
  const { id, method, params } = parsed.data;
  try {
    return { jsonrpc: '2.0', id, result: await dispatch(method, params) };
  } catch (error) {
    const { code, message, data } = describeError(error);
    return failure(id, code, message, data);
  }
}

function failure(id: string | number | null, code: number, message: string, data?: string) {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } };
}

/**
 * `data` only where it is hex, as of a revert: for other errors of a node it may be the whole
 * request.
 */
function describeError(error: unknown): { code: number; message: string; data?: string | undefined } {
  if (!(error instanceof Error)) return { code: INTERNAL_ERROR, message: String(error) };
  const { code, data } = error as { readonly code?: unknown; readonly data?: unknown };
  return {
    code: typeof code === 'number' ? code : INTERNAL_ERROR,
    message: error.message,
    data: typeof data === 'string' && data.startsWith('0x') ? data : undefined,
  };
}
