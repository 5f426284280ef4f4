import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type RpcServer, serveRpc } from '../../src/http/json-rpc.ts';

let server: RpcServer;
let held: PromiseWithResolvers<string>;
let isAsked: PromiseWithResolvers<void>;

beforeEach(async () => {
  held = Promise.withResolvers<string>();
  isAsked = Promise.withResolvers<void>();
  server = await serveRpc({ host: '127.0.0.1', port: 0 }, async (method, params) => {
    if (method === 'held') {
      isAsked.resolve();
      return held.promise;
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

test('takes POST only, from pages of every origin', async () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const { status, headers } = await fetch(server.url, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  }
  const preflight = await fetch(server.url, { method: 'OPTIONS', headers: { origin: 'https://verifier.example' } });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
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
