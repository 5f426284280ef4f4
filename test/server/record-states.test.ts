import { expect, test } from 'vitest';
import type { AnchorJob } from '../../src/log/model.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';

const INCLUSION = { blockNumber: 1n, blockHash: '0x1', blockTimeMs: 0, transactionIndex: 0, logPosition: 0 };

test('an item is registered, published, anchored and final in turn, and falls back with a reorganisation', async () => {
  const { log, store, register } = await openMemoryLog();
  await using service = await startMemoryService(log);
  const states = async () => {
    const { items } = (await (await fetch(`${service.url}/v1/evidence`)).json()) as { items: { state: string }[] };
    return items.map(({ state }) => state);
  };
  await register('covered');
  expect(await states()).toEqual(['registered']);
  await log.publishStep();
  expect(await states()).toEqual(['published']);
  await register('later');

  const signed: AnchorJob = {
    id: 0,
    state: 'signed',
    size: 1n,
    root: store.head().root,
    nonce: 0,
    rawTransaction: '0x',
    txHash: '0x1',
    createdAtMs: 0,
  };
  const mined = { ...signed, inclusion: { ...INCLUSION, anchorIndex: 0n } };
  const saved = async (job: AnchorJob) => {
    await store.saveAnchor(job);
    return states();
  };
  expect(await saved(signed)).toEqual(['published', 'registered']);
  expect(await saved({ ...signed, state: 'sent', sentAtMs: 1 })).toEqual(['published', 'registered']);
  expect(await saved({ ...mined, state: 'mined' })).toEqual(['anchored', 'registered']);
  expect(await saved({ ...mined, state: 'final' })).toEqual(['final', 'registered']);
  expect(await saved({ ...signed, state: 'sent', sentAtMs: 1 })).toEqual(['published', 'registered']);
});
