import { LedgerError } from '../../src/text/ledger-error.ts';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { Anchorer } from '../../src/log/anchorer.ts';
import { toBase64 } from '../../src/protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { openMemoryLog } from './memory-log.ts';

async function settle(step: () => Promise<void>, times = 3): Promise<void> {
  for (let i = 0; i < times; i++) await step();
}

describe('the anchorer', () => {
  test('anchors what is published, once, and the receipt carries it', async () => {
    const { log, chain, register, store } = await openMemoryLog();
    await register('a');
    await log.anchorStep();
    expect(chain.sent).toEqual([]); // nothing is published yet
    await log.publishStep();
    await settle(() => log.anchorStep());
    expect(chain.anchored.map(({ size }) => size)).toEqual([1n]);
    const receipt = await log.newestReceipt(0n, (await store.record(0n))!);
    expect(receipt.anchor).toMatchObject({ size: 1n, txHash: chain.anchored[0]!.txHash });
    expect(toBase64(receipt.anchor!.root)).toBe(toBase64(store.head().root));
    await settle(() => log.anchorStep());
    expect(chain.sent).toHaveLength(1);
  });

  test('keeps its interval, unless an anchor is asked for', async () => {
    const memory = await openMemoryLog({ anchorIntervalMs: 60_000 });
    const { log, chain, register } = memory;
    await register('a');
    await log.publishStep();
    await settle(() => log.anchorStep());
    await register('b');
    await log.publishStep();
    await settle(() => log.anchorStep());
    expect(chain.anchored).toHaveLength(1);
    memory.nowMs += 60_000;
    await settle(() => log.anchorStep());
    expect(chain.anchored).toHaveLength(2);
    await register('c');
    log.requestAnchor(); // before it is published
    await settle(() => log.anchorStep());
    expect(chain.anchored).toHaveLength(2);
    await log.publishStep();
    await settle(() => log.anchorStep());
    expect(chain.anchored.map(({ size }) => size)).toEqual([1n, 2n, 3n]);
  });

  test('does not wait for a clock that was ahead and was put right', async () => {
    const memory = await openMemoryLog({ anchorIntervalMs: 60_000 });
    const { log, chain, register } = memory;
    await register('a');
    await log.publishStep();
    memory.nowMs += 365 * 24 * 3_600_000;
    await settle(() => log.anchorStep());
    memory.nowMs -= 365 * 24 * 3_600_000;
    await register('b');
    await log.publishStep();
    await settle(() => log.anchorStep());
    expect(chain.anchored.map(({ size }) => size)).toEqual([1n, 2n]);
  });

  test('a receipt keeps the first anchor that covers it', async () => {
    const { log, register, store } = await openMemoryLog({ anchorIntervalMs: 0 });
    for (const name of ['a', 'b']) {
      await register(name);
      await log.publishStep();
      await settle(() => log.anchorStep());
    }
    const receipt = await log.newestReceipt(0n, (await store.record(0n))!);
    expect(receipt.anchor?.size).toBe(1n);
    expect(parseCheckpoint(receipt.proof.note.text).size).toBe(1n);
  });

  test('after an outage anchors the newest checkpoint, once', async () => {
    const memory = await openMemoryLog({ anchorIntervalMs: 1000 });
    const { log, chain, register } = memory;
    await register('a');
    await log.publishStep();
    chain.isDown = true;
    for (let i = 0; i < 100; i++) {
      memory.nowMs += 1000;
      await register(`b${i}`);
      await log.publishStep();
      await expect(log.anchorStep()).rejects.toMatchObject({ code: 'chain-unreachable' });
    }
    chain.isDown = false;
    await settle(() => log.anchorStep());
    expect(chain.anchored.map(({ size }) => size)).toEqual([101n]);
  });

  test('sends the same transaction again after a restart, and never a second one [E57]', async () => {
    const first = await openMemoryLog();
    await first.register('a');
    await first.log.publishStep();
    first.chain.isStalled = true;
    await first.log.anchorStep();
    const [txHash] = first.chain.sent;
    const second = await openMemoryLog(first);
    await settle(() => second.log.anchorStep());
    expect(new Set(first.chain.sent)).toEqual(new Set([txHash]));
    first.chain.mine(txHash!);
    await settle(() => second.log.anchorStep());
    expect(first.chain.anchored).toHaveLength(1);
    expect(await first.store.finalAnchorFrom(1n)).toMatchObject({ state: 'final', txHash });
  });

  test('a transaction that was signed and not sent before the crash is sent after it [E57]', async () => {
    const first = await openMemoryLog();
    await first.register('a');
    await first.log.publishStep();
    first.chain.isKilledBeforeSending = true;
    await expect(first.log.anchorStep()).rejects.toThrow('killed here');
    expect(first.store.openAnchors()).toMatchObject([{ state: 'signed' }]);
    first.chain.isKilledBeforeSending = false;
    const second = await openMemoryLog(first);
    await settle(() => second.log.anchorStep());
    expect(first.chain.anchored).toHaveLength(1);
  });

  test('gives up a transaction whose nonce another program used, and makes a new one', async () => {
    const memory = await openMemoryLog({ anchorIntervalMs: 0 });
    const { log, chain, register, store } = memory;
    await register('a');
    await log.publishStep();
    chain.isStalled = true;
    await log.anchorStep();
    chain.burnNonce();
    chain.isStalled = false;
    await settle(() => log.anchorStep(), 4);
    expect(await store.anchor(0)).toMatchObject({ state: 'failed', failure: 'nonce-used' });
    expect(await store.anchor(1)).toMatchObject({ state: 'final' });
    expect(chain.anchored).toHaveLength(1);
  });

  test('does not give up a transaction that was mined between the two questions about it', async () => {
    const { log, chain, register, store } = await openMemoryLog({ anchorIntervalMs: 0 });
    await register('a');
    await log.publishStep();
    chain.isStalled = true;
    await log.anchorStep();
    const isNonceUsed = chain.isNonceUsed.bind(chain);
    chain.isNonceUsed = async (nonce) => {
      chain.mine(chain.sent[0]!);
      return isNonceUsed(nonce);
    };
    await log.anchorStep();
    expect(await store.anchor(0)).toMatchObject({ state: 'final' });
  });

  test('gives up what is in no block, and follows what is, where its log id is left', async () => {
    const { log, chain, register, store } = await openMemoryLog({ anchorIntervalMs: 0 });
    const anchorer = new Anchorer({
      store,
      chain,
      reader: log.reader,
      clock: Date.now,
      intervalMs: 0,
      onContradiction: () => {},
      onAgreement: () => {},
      onFailed: () => {},
      onReorged: () => {},
    });
    await register('a');
    await log.publishStep();
    chain.isStalled = true;
    await log.anchorStep();
    expect(await anchorer.driveOpen()).toBe(true);
    expect(store.anchorCount(), 'none is begun').toBe(1);
    await anchorer.abandonOpen();
    expect(await store.anchor(0)).toMatchObject({ state: 'failed', failure: 'abandoned' });
    expect(await anchorer.driveOpen()).toBe(false);
    await log.anchorStep();
    chain.mine(chain.sent.at(-1)!);
    await anchorer.abandonOpen();
    expect(await store.anchor(1)).toMatchObject({ state: 'final' });
    expect(store.openAnchors()).toEqual([]);
  });

  test('goes back to pending when its block is orphaned, and is mined again later', async () => {
    const { log, chain, register, store } = await openMemoryLog({ anchorIntervalMs: 0 });
    await register('a');
    await log.publishStep();
    const state = chain.state.bind(chain);
    chain.state = async (transaction) => {
      const found = await state(transaction);
      return found.state === 'final' ? { ...found, state: 'mined' } : found;
    };
    await settle(() => log.anchorStep());
    expect(store.openAnchors()).toMatchObject([{ state: 'mined' }]);
    chain.state = async () => ({ state: 'unknown' });
    chain.isNonceUsed = async () => false;
    chain.isStalled = true;
    const send = chain.send.bind(chain);
    chain.send = () =>
      Promise.reject(new LedgerError('chain-refused', { reason: { zh: '测试所致', en: 'for the test' } }));
    await expect(log.anchorStep()).rejects.toMatchObject({ code: 'chain-refused' });
    expect(store.openAnchors()).toMatchObject([{ state: 'sent' }]);
    chain.send = send;
    await log.anchorStep();
    const [open] = store.openAnchors();
    expect(open).toMatchObject({ state: 'sent' });
    expect(open?.inclusion).toBeUndefined();
    chain.state = state;
    await settle(() => log.anchorStep());
    expect(await store.finalAnchorFrom(1n)).toMatchObject({ state: 'final' });
  });

  test('follows a transaction that is mined in another block [E59]', async () => {
    const { log, chain, register, store } = await openMemoryLog({ anchorIntervalMs: 0 });
    await register('a');
    await log.publishStep();
    await log.anchorStep();
    const state = chain.state.bind(chain);
    for (const blockHash of ['0xa', '0xb']) {
      chain.state = async (transaction) => {
        const found = await state(transaction);
        return 'inclusion' in found ? { state: 'mined', inclusion: { ...found.inclusion, blockHash } } : found;
      };
      await log.anchorStep();
      expect(store.openAnchors()).toMatchObject([{ state: 'mined', inclusion: { blockHash } }]);
    }
  });

  test('halts the log where the contract holds more than it [S20]', async () => {
    const other = await openMemoryLog({ anchorIntervalMs: 0 });
    for (const name of ['a', 'b']) await other.register(name);
    await other.log.publishStep();
    await settle(() => other.log.anchorStep());
    const rolledBack = await openMemoryLog({ chain: other.chain });
    await expect(rolledBack.log.compareWithChain()).rejects.toMatchObject({ code: 'log-rolled-back' });
    expect(rolledBack.halts).toHaveLength(1);
    await expect(rolledBack.register('c')).rejects.toMatchObject({ code: 'log-rolled-back' });
    expect(rolledBack.halts[0]!.message).toMatch(/size 2 .* size 0/);
  });

  test('halts the log where the contract holds another one', async () => {
    const other = await openMemoryLog({ anchorIntervalMs: 0 });
    await other.register('a');
    await other.log.publishStep();
    await settle(() => other.log.anchorStep());
    const forked = await openMemoryLog({ chain: other.chain });
    await forked.register('b');
    await forked.register('c');
    await expect(forked.log.compareWithChain()).rejects.toMatchObject({ code: 'log-forked' });
    await expect(forked.register('d')).rejects.toMatchObject({ code: 'log-forked' });
  });

  test('does not open on a right edge that does not hash to the signed root', async () => {
    const { store, register } = await openMemoryLog();
    for (const name of ['a', 'b', 'c']) await register(name);
    expect(store).toBeInstanceOf(MemoryStore);
    const tile = store.tile.bind(store);
    store.tile = async (...place) => {
      const bytes = (await tile(...place))!.slice();
      bytes[40]! ^= 1;
      return bytes;
    };
    await expect(openMemoryLog({ store })).rejects.toMatchObject({ code: 'index-damaged' });
  });
});
