import { expect, test } from 'vitest';
import type { AnchorInclusion, AnchorJob } from '../../src/log/model.ts';
import { ConfirmedAnchors } from '../../src/log/confirmed-anchors.ts';
import { type MemoryLog, openMemoryLog } from './memory-log.ts';

/** Anchors that were stored without a block proof: their rows are compared with the chain. */

async function anchored(): Promise<MemoryLog> {
  const memory = await openMemoryLog({ anchorIntervalMs: 0 });
  await memory.register('a');
  await memory.log.publishStep();
  for (let i = 0; i < 3; i++) await memory.log.anchorStep();
  return memory;
}

const receiptOf = async ({ log, store }: Pick<MemoryLog, 'log' | 'store'>) =>
  log.newestReceipt(0n, (await store.record(0n))!);

/** A log on the same store, whose index states another inclusion of the anchor. */
async function forged(memory: MemoryLog, bend: Partial<AnchorInclusion>): Promise<MemoryLog> {
  const job = (await memory.store.anchor(0))!;
  const other: AnchorJob = { ...job, inclusion: { ...job.inclusion!, ...bend } };
  const store = new Proxy(memory.store, {
    get(target, name) {
      if (name === 'finalAnchorFrom') return async () => other;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return openMemoryLog({ store, chain: memory.chain });
}

test('one that the chain has in this place is served', async () => {
  const memory = await anchored();
  expect((await receiptOf(memory)).anchor).toMatchObject({ size: 1n, blockNumber: 1n });
});

test.each<[string, Partial<AnchorInclusion>]>([
  ['another block', { blockNumber: 7n, blockHash: '0x7' }],
  ['another hash', { blockHash: '0x9' }],
  ['another transaction in the block', { transactionIndex: 1 }],
  ['another place in the transaction', { logPosition: 4 }],
  ['another number', { anchorIndex: 5n }],
])('a row that states %s is damage, and not served', async (_, bend) => {
  const memory = await forged(await anchored(), bend);
  await expect(receiptOf(memory)).rejects.toMatchObject({ code: 'index-damaged' });
});

test('while the chain does not answer, what is stored is served, and the chain is asked again later', async () => {
  const memory = await forged(await anchored(), { blockHash: '0x9' });
  memory.chain.isDown = true;
  expect((await receiptOf(memory)).anchor).toMatchObject({ blockHash: '0x9' });
  memory.chain.isDown = false;
  expect((await receiptOf(memory)).anchor, 'it is not asked at once').toMatchObject({ blockHash: '0x9' });
  memory.nowMs += 60_000;
  await expect(receiptOf(memory)).rejects.toMatchObject({ code: 'index-damaged' });
});

test('asks once for each anchor', async () => {
  const memory = await anchored();
  const job = (await memory.store.anchor(0))!;
  let asked = 0;
  const anchors = new ConfirmedAnchors(
    { state: async (transaction) => (asked++, memory.chain.state(transaction)) },
    () => 0,
  );
  expect([await anchors.isConfirmed(job), await anchors.isConfirmed(job), asked]).toEqual([true, true, 1]);
  const failing = new ConfirmedAnchors({ state: async () => ({ state: 'reverted' }) }, () => 0);
  expect(await failing.isConfirmed(job)).toBe(false);
});
