import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type RpcServer, serveRpc } from '../../src/http/json-rpc.ts';

/** How long the method `counted` takes. */
const CALL_MS = 20;

let server: RpcServer;
let held: PromiseWithResolvers<string>;
let isAsked: PromiseWithResolvers<void>;
let counted: number;

beforeEach(async () => {
  held = Promise.withResolvers<string>();
  isAsked = Promise.withResolvers<void>();
  counted = 0;
  server = await serveRpc({ host: '127.0.0.1', port: 0 }, async (method, params) => {
    if (method === 'held') {
      isAsked.resolve();
      return held.promise;
    }
    if (method === 'counted') {
      counted++;
      isAsked.resolve();
      await delay(CALL_MS);
    }
    if (method === 'revert') throw Object.assign(new Error('reverted'), { code: 3, data: '0x01' });
    if (method === 'bug') throw Object.assign(new Error('a bug'), { code: 'EBUG', data: 'the whole request' });
    return params;
  });
});
afterEach(() => server.close());

const call = (method: string, ...params: unknown[]) => ({ jsonrpc: '2.0', id: 1, method, params });
const post = async (body: string | Uint8Array, path = '') =>
  (await fetch(server.url + path, { method: 'POST', body })).json();

/** One POST with headers that `fetch` does not let a program set. */
async function raw(headers: Record<string, string>, body: string) {
  const sent = request(server.url, { method: 'POST', headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
  return { status: answer.statusCode, headers: answer.headers, body: text };
}

test('answers calls and batches on every path, in their order', async () => {
  expect(await post(JSON.stringify(call('echo', 1, 'a')))).toEqual({ jsonrpc: '2.0', id: 1, result: [1, 'a'] });
  expect(await post(JSON.stringify([call('echo', 1), call('echo', 2)]), '/any/path')).toMatchObject([
    { result: [1] },
    { result: [2] },
  ]);
});

test('passes on numeric codes and hex data of errors, and nothing else', async () => {
  expect(await post(JSON.stringify(call('revert')))).toMatchObject({
    error: { code: 3, message: 'reverted', data: '0x01' },
  });
  expect(await post(JSON.stringify(call('bug')))).toEqual({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32603, message: 'a bug' },
  });
});

test.each<[string, string, number]>([
  ['no JSON', '{', -32700],
  ['no call', '{"id":1}', -32600],
  ['an empty batch', '[]', -32600],
  ['a batch of 101 calls', JSON.stringify(Array(101).fill(call('echo'))), -32600],
  ['a body over a mebibyte', ' '.repeat(1024 * 1024 + 1), -32600],
])('refuses %s', async (_, body, code) => {
  expect(await post(body)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
});

test('takes POST only, of programs and not of pages, and under a name of this machine', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await fetch(server.url, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  }
  const refused = { jsonrpc: '2.0', id: null, error: { code: -32600 } };
  for (const header of [{ origin: 'https://page.example' }, { origin: 'null' }, { host: 'rebound.example' }]) {
    const answer = await raw(header, JSON.stringify(call('echo')));
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject(refused);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  }
  const named = await raw({ host: `localhost:${server.port}` }, JSON.stringify(call('echo', 1)));
  expect(JSON.parse(named.body)).toMatchObject({ result: [1] });
});

test('carries out a batch call by call, and stops when the client is gone', async () => {
  const stopped = new AbortController();
  const body = JSON.stringify(Array(100).fill(call('counted')));
  const asked = fetch(server.url, { method: 'POST', body, signal: stopped.signal });
  await isAsked.promise;
  stopped.abort();
  await expect(asked).rejects.toThrow('aborted');
  for (let before = -1; before !== counted; await delay(10 * CALL_MS)) before = counted;
  expect(counted).toBeLessThan(100);
});

test('answers what is under way while it closes, and nothing after it', async () => {
  const answer = post(JSON.stringify(call('held')));
  await isAsked.promise;
  const closed = server.close();
  held.resolve('late');
  expect(await answer).toMatchObject({ result: 'late' });
  await closed;
  await expect(post('{}')).rejects.toThrow('fetch failed');
});

test('reports a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(serveRpc({ host: '127.0.0.1', port }, async () => null)).rejects.toMatchObject({
    code: 'port-unusable',
  });
});
