import { describe, expect, test } from 'vitest';
import { chooseNodes } from '../../src/client/choose-nodes.ts';
import { hostOf, nodeAddress } from '../../src/client/node-address.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { testLedger, trustJson } from '../oracle/ledger.ts';

test.each([
  'http://127.0.0.1:8545',
  'http://localhost:8545',
  'http://LOCALHOST.:8545/',
  'http://node.localhost:8545//',
  'http://127.9.8.7:8545/x',
  'http://2130706433:8545/y',
  'http://0.0.0.0:8545',
  'http://[::1]:8545',
  'http://[::]:8545',
  'http://[::ffff:127.0.0.1]:8545',
  'http://user:secret@localhost:8545?key=1',
])('%s is one node', (url) => {
  expect(nodeAddress(url)).toBe('localhost:8545');
});

test.each([
  ['https://node.example/v3/key', 'node.example:443'],
  ['http://node.example', 'node.example:80'],
  ['https://node.example.', 'node.example:443'],
  ['https://1270.example:444', '1270.example:444'],
  ['http://[::ffff:10.0.0.5]:8545', '10.0.0.5:8545'],
  ['http://[64:ff9b::10.0.0.5]:8545', '10.0.0.5:8545'],
  ['http://[2001:db8::1]:8545', '[2001:db8::1]:8545'],
  ['no url', 'no url'],
])('%s is %s', (url, address) => {
  expect(nodeAddress(url)).toBe(address);
});

test('the host has no port', () => {
  expect(hostOf('https://node.example:444/x')).toBe('node.example');
});

describe('who chose a node', () => {
  const trust = parseTrust(JSON.stringify({ ...trustJson(testLedger()) }));
  const hinted = { ...trust, chain: { ...trust.chain, rpcUrls: ['https://hint.example/key'] } };
  const operatorUrls = async () => ['https://evidence.example', 'https://other-hint.example'];

  test('hints are the operator’s', async () => {
    expect(await chooseNodes({ named: undefined, operatorUrls }, hinted)).toEqual([
      { url: 'https://hint.example/key', by: 'operator' },
    ]);
  });

  test('a service that passes questions on is the operator’s, under whatever name', async () => {
    const named = [
      'https://alias.example/v1/chain',
      'https://other.example/behind/v1/chain/',
      'https://node.example/v1',
    ];
    const chosen = await chooseNodes({ named, operatorUrls }, hinted);
    expect(chosen.map(({ by }) => by)).toEqual(['operator', 'operator', 'verifier']);
  });

  test('a named node is the verifier’s, unless it is on a host of the operator', async () => {
    const named = [
      'https://node.example',
      'https://node.example',
      'https://hint.example:8545/else',
      'https://evidence.example:8545',
      'https://other-hint.example',
    ];
    expect((await chooseNodes({ named, operatorUrls }, hinted)).map(({ by }) => by)).toEqual([
      'verifier',
      'operator',
      'operator',
      'operator',
    ]);
  });
});
