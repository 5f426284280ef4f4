import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANCHORED_TOPIC, ENDORSED_TOPIC, headCall } from '../../src/protocol/chain/contract.ts';
import type { ChainQuestion, ChainSource } from '../../src/protocol/chain/rpc.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { testLedger, trustJson } from '../oracle/ledger.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';

/** `POST /v1/chain` passes on the questions of verifications and audits and nothing else. */

const trust: Trust = parseTrust(JSON.stringify(trustJson(testLedger())));
const { contract } = trust.chain;
const ROOT = `0x${'ab'.repeat(32)}`;
const ANCHORS = { address: contract, topics: [ANCHORED_TOPIC, ROOT], fromBlock: '0x0', toBlock: '0x1f' };
let service: MemoryService;
let asked: ChainQuestion[] = [];
let answer: () => Promise<ChainSource[]> = async () => [node('0x1')];

const node = (result: string | undefined): ChainSource => ({
  name: 'node',
  address: 'node',
  by: 'operator',
  answers: [result],
});

beforeAll(async () => {
  service = await startMemoryService((await openMemoryLog()).log, {
    trust: () => trust,
    askChain: async (questions) => {
      asked.push(...questions);
      return answer();
    },
  });
});
afterAll(async () => service[Symbol.asyncDispose]());

async function ask(question: object | string, headers: Record<string, string> = {}) {
  asked = [];
  const response = await fetch(`${service.url}/v1/chain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof question === 'string' ? question : JSON.stringify({ jsonrpc: '2.0', id: 1, ...question }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('questions of a verification and of an audit', () => {
  test.each([
    ['eth_chainId', []],
    ['eth_getCode', [contract, 'latest']],
    ['eth_getBlockByNumber', ['0x1f', false]],
    ['eth_getBlockByNumber', ['finalized', false]],
    ['eth_call', [{ to: contract, data: headCall(ROOT) }, 'latest']],
    ['eth_call', [{ to: contract, data: headCall(ROOT) }, '0x0']],
    ['eth_getLogs', [{ blockHash: ROOT }]],
    ['eth_getLogs', [ANCHORS]],
  ])('%s %j is asked as it is', async (method, params) => {
    expect(await ask({ method, params })).toEqual({ status: 200, json: { jsonrpc: '2.0', id: 1, result: '0x1' } });
    expect(asked).toEqual([{ method, params }]);
  });
});

describe('nothing else reaches a node', () => {
  const other = `0x${'12'.repeat(20)}`;
  test.each([
    ['another method', { method: 'eth_sendRawTransaction', params: ['0x00'] }],
    ['a transaction', { method: 'eth_getTransactionByHash', params: [ROOT] }],
    ['another contract', { method: 'eth_getCode', params: [other, 'latest'] }],
    ['a call of another contract', { method: 'eth_call', params: [{ to: other, data: headCall(ROOT) }, 'latest'] }],
    ['another function', { method: 'eth_call', params: [{ to: contract, data: '0x12345678' }, 'latest'] }],
    [
      'a call with gas',
      { method: 'eth_call', params: [{ to: contract, data: headCall(ROOT), gas: '0xffffff' }, 'latest'] },
    ],
    ['a call with state', { method: 'eth_call', params: [{ to: contract, data: headCall(ROOT) }, 'latest', {}] }],
    [
      'long data',
      { method: 'eth_call', params: [{ to: contract, data: headCall(ROOT) + '0'.repeat(2000) }, 'latest'] },
    ],
    ['whole blocks', { method: 'eth_getBlockByNumber', params: ['latest', true] }],
    ['a pending block', { method: 'eth_getBlockByNumber', params: ['pending', false] }],
    ['logs of a range', { method: 'eth_getLogs', params: [{ fromBlock: '0x0', toBlock: 'latest' }] }],
    ['anchors of another contract', { method: 'eth_getLogs', params: [{ ...ANCHORS, address: other }] }],
    ['anchors of all logs', { method: 'eth_getLogs', params: [{ ...ANCHORS, topics: [ANCHORED_TOPIC] }] }],
    ['other events', { method: 'eth_getLogs', params: [{ ...ANCHORS, topics: [ENDORSED_TOPIC, ROOT] }] }],
    ['anchors without an end', { method: 'eth_getLogs', params: [{ ...ANCHORS, toBlock: 'latest' }] }],
    ['no id', { id: null, method: 'eth_chainId', params: [] }],
    ['more members', { method: 'eth_chainId', params: [], more: 1 }],
  ])('%s', async (_what, question) => {
    const { status, json } = await ask(question);
    expect([status, json['code'], asked]).toEqual([400, 'validation-failed', []]);
  });

  test('a batch', async () => {
    const { status } = await ask('[{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}]');
    expect([status, asked]).toEqual([400, []]);
  });

  test('a body of more than 16 KiB, another media type, a page of elsewhere', async () => {
    expect((await ask(`{"id":"${'x'.repeat(17_000)}"}`)).status).toBe(413);
    expect((await ask('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask({ method: 'eth_chainId', params: [] }, { origin: 'https://elsewhere.example' })).status).toBe(
      403,
    );
    expect(asked).toEqual([]);
  });
});

test('a node that does not answer, or answers too much, is an error of JSON-RPC', async () => {
  for (const nodes of [[], [node(undefined)], [node('x'.repeat(2_000_000))]]) {
    answer = async () => nodes;
    const { status, json } = await ask({ method: 'eth_chainId', params: [] });
    expect([status, json]).toEqual([200, { jsonrpc: '2.0', id: 1, error: expect.objectContaining({ code: -32000 }) }]);
  }
});

test('one question is asked at a time, and a long line is refused', async () => {
  let [running, most] = [0, 0];
  let go!: () => void;
  const opened = new Promise<void>((resolve) => (go = resolve));
  answer = async () => {
    most = Math.max(most, ++running);
    await opened;
    running--;
    return [node('0x1')];
  };
  const asks = Array.from({ length: 70 }, () => ask({ method: 'eth_chainId', params: [] }));
  const { status, json } = await Promise.race(asks);
  expect([status, json['code']]).toEqual([503, 'chain-busy']);
  go();
  const statuses = (await Promise.all(asks)).map((answered) => answered.status);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect(most).toBe(1);
});
