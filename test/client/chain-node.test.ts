import { expect, test } from 'vitest';
import { ChainNode } from '../../src/client/chain-rpc.ts';
import { blockQuestion, chainIdQuestion } from '../../src/protocol/chain/rpc.ts';
import { json, serve, type TestServer } from './http-server.ts';

const asked = ({ asked: requests }: TestServer) =>
  requests.map(({ body }) => (JSON.parse(body.toString()) as { method: string; params: string[] }).params[0] ?? 'id');

test('a question goes out once, however many ask it, and at the same time', async () => {
  await using server = await serve(({ body }) => {
    const { id, params } = JSON.parse(body.toString()) as { id: number; params: string[] };
    return json({ jsonrpc: '2.0', id, result: params[0] ?? '0x1' });
  });
  const node = new ChainNode(server.url);
  const [one, other] = await Promise.all([
    node.ask([chainIdQuestion(), blockQuestion(1n)]),
    node.ask([blockQuestion(2n), chainIdQuestion()]),
  ]);
  expect([one.answers, other.answers]).toEqual([
    ['0x1', '0x1'],
    ['0x2', '0x1'],
  ]);
  expect((await node.ask([blockQuestion(2n), blockQuestion(1n)])).answers).toEqual(['0x2', '0x1']);
  expect(asked(server).toSorted()).toEqual(['0x1', '0x2', 'id']);
});

test('a node that is silent is not waited for again', async () => {
  await using server = await serve(async () => new Promise(() => {}));
  const node = new ChainNode(server.url, 200);
  expect((await node.ask([chainIdQuestion()])).answers).toEqual([undefined]);
  expect((await node.ask([blockQuestion(1n), chainIdQuestion()])).answers).toEqual([undefined, undefined]);
  expect(asked(server)).toEqual(['id']);
});
