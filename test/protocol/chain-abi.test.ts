import { AbiCoder, id, Interface, keccak256 as ethersKeccak } from 'ethers';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressWord, decodeWords, keccak256, uintWord, wordUint } from '../../src/protocol/chain/abi.ts';
import * as contract from '../../src/protocol/chain/contract.ts';
import * as rpc from '../../src/protocol/chain/rpc.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { anchorInterface, logIdOf } from '../oracle/chain.ts';
import artifact from '../../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };
import { codeOf } from './thrown.ts';

const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n);
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;

describe('calls and answers, as ethers writes and reads them', () => {
  test('call data', () => {
    fc.assert(
      fc.property(hex32, uint64, address, (logId, size, who) => {
        expect(contract.headCall(logId)).toBe(anchorInterface.encodeFunctionData('head', [logId]));
        expect(contract.rootAtCall(logId, size)).toBe(anchorInterface.encodeFunctionData('rootAt', [logId, size]));
        expect(contract.endorsedSizeCall(logId, who)).toBe(
          anchorInterface.encodeFunctionData('endorsedSize', [logId, who]),
        );
      }),
    );
  });

  test('answers', () => {
    fc.assert(
      fc.property(hex32, uint64, uint64, uint64, (root, size, time, count) => {
        const head = contract.decodeHead(anchorInterface.encodeFunctionResult('head', [size, root, time, count]));
        expect({ ...head, root: hex(head.root) }).toEqual({ size, root, timeSeconds: time, count });
        const rootAt = contract.decodeRootAt(anchorInterface.encodeFunctionResult('rootAt', [root]));
        expect(rootAt && hex(rootAt)).toBe(/^0x0+$/.test(root) ? undefined : root);
        expect(contract.decodeEndorsedSize(anchorInterface.encodeFunctionResult('endorsedSize', [size]))).toBe(size);
      }),
    );
    expect(contract.decodeRootAt(`0x${'00'.repeat(32)}`)).toBeUndefined();
  });

  test('events', () => {
    fc.assert(
      fc.property(hex32, uint64, hex32, uint64, uint64, (logId, size, root, previousSize, anchorIndex) => {
        const { topics, data } = anchorInterface.encodeEventLog('Anchored', [
          logId,
          size,
          root,
          previousSize,
          anchorIndex,
        ]);
        const event = contract.decodeAnchored(topics, data)!;
        expect({ ...event, root: hex(event.root) }).toEqual({ logId, size, root, previousSize, anchorIndex });
        expect(contract.decodeAnchored(topics.slice(1), data)).toBeUndefined();
        expect(contract.decodeAnchored([...topics, logId], data)).toBeUndefined();
        expect(contract.decodeAnchored(topics.with(0, id('Other()')), data)).toBeUndefined();
      }),
    );
    expect(contract.ANCHORED_TOPIC).toBe(anchorInterface.getEvent('Anchored')!.topicHash);
  });

  test('endorsements: the call, and the event', () => {
    fc.assert(
      fc.property(hex32, address, uint64, hex32, (logId, endorser, size, root) => {
        expect(contract.endorseCall(logId, size, Buffer.from(root.slice(2), 'hex'))).toBe(
          anchorInterface.encodeFunctionData('endorse', [logId, size, root]),
        );
        const { topics, data } = anchorInterface.encodeEventLog('Endorsed', [logId, endorser, size, root]);
        const event = contract.decodeEndorsed(topics, data)!;
        expect({ ...event, root: hex(event.root) }).toEqual({ logId, endorser, size, root });
        expect(contract.endorserTopic(endorser)).toBe(topics[2]);
        expect(contract.decodeEndorsed(topics.slice(1), data)).toBeUndefined();
        expect(contract.decodeEndorsed([...topics, logId], data)).toBeUndefined();
        expect(contract.decodeEndorsed(topics.with(0, contract.ANCHORED_TOPIC), data)).toBeUndefined();
        expect(contract.decodeEndorsed(topics.with(2, `0x01${topics[2]!.slice(4)}`), data)).toBeUndefined();
      }),
    );
    expect(contract.ENDORSED_TOPIC).toBe(anchorInterface.getEvent('Endorsed')!.topicHash);
  });

  test('the committed contract has these functions and events', () => {
    const committed = new Interface(artifact.abi);
    for (const name of ['head', 'rootAt', 'endorsedSize', 'endorse']) {
      expect(committed.getFunction(name)!.selector).toBe(anchorInterface.getFunction(name)!.selector);
    }
    expect(committed.getEvent('Anchored')!.topicHash).toBe(contract.ANCHORED_TOPIC);
    expect(committed.getEvent('Endorsed')!.topicHash).toBe(contract.ENDORSED_TOPIC);
  });

  test('log ids tie the address to the key', () => {
    fc.assert(
      fc.property(address, fc.string({ unit: 'grapheme' }), (operator, vkey) => {
        expect(contract.logIdOf(operator, vkey)).toBe(logIdOf(operator, vkey));
      }),
    );
  });

  test('words', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), address, fc.uint8Array(), (value, who, bytes) => {
        expect(hex(uintWord(value))).toBe(AbiCoder.defaultAbiCoder().encode(['uint256'], [value]));
        expect(wordUint(uintWord(value))).toBe(value);
        expect(hex(addressWord(who))).toBe(AbiCoder.defaultAbiCoder().encode(['address'], [who]));
        expect(hex(keccak256(bytes))).toBe(ethersKeccak(bytes));
      }),
    );
    expect(codeOf(() => uintWord(2n ** 260n))).toBe('length-wrong');
    expect(codeOf(() => uintWord(-1n))).toBe('hex-invalid');
    for (const data of ['0x', '0x00', `0x${'00'.repeat(31)}`, `0x${'00'.repeat(33)}`, `0x${'00'.repeat(64)}`]) {
      expect(
        codeOf(() => decodeWords('it', data, 1)),
        data,
      ).toBe('abi-length-wrong');
    }
    expect(codeOf(() => decodeWords('it', 'zz', 1))).toBe('hex-invalid');
    // Some nodes write upper case.
    expect(decodeWords('it', `0x${'AB'.repeat(32)}`, 1)[0]).toEqual(new Uint8Array(32).fill(0xab));
  });
});

describe('JSON-RPC answers', () => {
  test('quantities', () => {
    fc.assert(
      fc.property(uint64, (value) => {
        expect(rpc.parseQuantity('it', rpc.quantity(value))).toBe(value);
      }),
    );
    for (const value of [
      '0x',
      '0x00',
      '0x01',
      '1',
      '',
      'x1',
      '0x1g',
      '-0x1',
      `0x1${'0'.repeat(16)}`,
      1,
      null,
      undefined,
    ]) {
      expect(
        codeOf(() => rpc.parseQuantity('it', value)),
        String(value),
      ).toBe('quantity-invalid');
    }
  });

  test('blocks', () => {
    const block = { number: '0x10', hash: `0x${'AB'.repeat(32)}`, timestamp: '0x5', extra: {} };
    expect(rpc.parseBlock(block)).toEqual({ number: 16n, hash: `0x${'ab'.repeat(32)}`, timestampSeconds: 5n });
    expect(rpc.parseBlock(null)).toBeUndefined();
    const bad: Json[] = [
      7,
      'x',
      [],
      {},
      { ...block, hash: '0x00' },
      { ...block, number: 16 },
      { ...block, timestamp: null },
    ];
    for (const answer of bad)
      expect(
        codeOf(() => rpc.parseBlock(answer)),
        JSON.stringify(answer),
      ).toBeDefined();
  });

  test('logs that were taken back, or are too many, are no answer', () => {
    expect(codeOf(() => rpc.parseLogs([{ removed: true }]))).toBe('shape-wrong');
    expect(codeOf(() => rpc.parseLogs(Array.from({ length: 100_001 }, () => ({}))))).toBe('shape-wrong');
  });

  test('envelopes', () => {
    expect(rpc.readEnvelope({ result: null })).toEqual({ result: null });
    expect(rpc.readEnvelope({ result: '0x' })).toEqual({ result: '0x' });
    expect(rpc.readEnvelope({ error: { message: 'm'.repeat(400) } })).toEqual({ error: 'm'.repeat(300) });
    expect(rpc.readEnvelope({ error: {}, result: 1 })).toEqual({ error: 'the node answered with an error' });
    expect(rpc.readEnvelope({ error: null, result: 1 })).toEqual({ result: 1 });
    for (const envelope of [{}, [], null, 7, 'x']) expect(rpc.readEnvelope(envelope)).toHaveProperty('error');
  });

  test('questions', () => {
    expect(rpc.blockQuestion(255n)).toEqual({ method: 'eth_getBlockByNumber', params: ['0xff', false] });
    expect(rpc.blockQuestion('finalized').params).toEqual(['finalized', false]);
    expect(rpc.logsQuestion('0xc', ['0xt'], 0n, 16n).params).toEqual([
      { address: '0xc', topics: ['0xt'], fromBlock: '0x0', toBlock: '0x10' },
    ]);
  });
});
