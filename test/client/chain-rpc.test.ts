import { expect, test } from 'vitest';
import { askNode } from '../../src/client/chain-rpc.ts';
import { nodeName } from '../../src/client/node-address.ts';
import { blockQuestion, chainIdQuestion } from '../../src/protocol/chain/rpc.ts';
import { json, nobody, type Page, serve, trickle } from './http-server.ts';

const questions = [chainIdQuestion(), blockQuestion(0n), chainIdQuestion()];

/** Answers each question with what the function gives for its method. */
const node = (answer: (id: number, method: string) => Page) =>
  serve(({ body }) => {
    const { id, method } = JSON.parse(body.toString()) as { id: number; method: string };
    return answer(id, method);
  });

test('answers stand in the order of the questions; equal questions are asked once', async () => {
  await using server = await node((id, method) => json({ jsonrpc: '2.0', id, result: method }));
  const { answers } = await askNode(server.url, questions);
  expect(answers).toEqual(['eth_chainId', 'eth_getBlockByNumber', 'eth_chainId']);
  expect(server.asked).toHaveLength(2);
});

test('null is an answer', async () => {
  await using server = await node((id) => json({ jsonrpc: '2.0', id, result: null }));
  expect((await askNode(server.url, questions)).answers).toEqual([null, null, null]);
});

test.each<[string, (id: number) => Page]>([
  ['an error', (id) => json({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'no' } })],
  ['another id', (id) => json({ jsonrpc: '2.0', id: id + 7, result: '0x1' })],
  ['no result', (id) => json({ jsonrpc: '2.0', id })],
  ['duplicate names', (id) => ({ body: `{"id":${id},"result":"0x1","result":"0x2"}` })],
  ['HTML', () => ({ status: 403, body: '<html>' })],
  ['a dropped connection', () => ({ isDropped: true })],
  ['more than 8 MiB', (id) => ({ body: `{"id":${id},"result":"${'x'.repeat(9_000_000)}"}` })],
])('%s is no answer', async (_, answer) => {
  await using server = await node(answer);
  expect((await askNode(server.url, questions)).answers).toEqual([undefined, undefined, undefined]);
});

test('one deadline holds for all questions together, also where answers trickle in', async () => {
  await using server = await trickle(20);
  const asked = Array.from({ length: 12 }, (_, i) => blockQuestion(BigInt(i)));
  expect((await askNode(server.url, asked, 400)).answers).toEqual(asked.map(() => undefined));
  // Four are asked at once. With a deadline for each, the others would be asked after them.
  expect(server.requests).toBeLessThanOrEqual(4);
});

test('a node that is not there gives no answer and throws nothing', async () => {
  expect((await askNode(await nobody(), questions)).answers).toEqual([undefined, undefined, undefined]);
  expect((await askNode('not a url', questions)).answers).toEqual([undefined, undefined, undefined]);
});

test('a password goes as a header, and is in no name', async () => {
  await using server = await node((id) => json({ id, result: '0x1' }));
  const url = server.url.replace('http://', 'http://user:p%40ss@');
  const { name, answers } = await askNode(url, questions);
  expect(answers[0]).toBe('0x1');
  expect(server.asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  expect(name).toBe(server.url);
  expect(nodeName('https://u:p@node.example/v3/0123456789abcdef0123456789abcdef?key=s')).toBe(
    'https://node.example/v3/…',
  );
});
