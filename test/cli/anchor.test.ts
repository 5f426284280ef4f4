import { expect, test } from 'vitest';
import { json, serve } from '../client/http-server.ts';
import { evl } from './evl.ts';

const job = (state: string, more: object = {}) => ({ id: 0, state, size: '3', txHash: `0x${'1'.repeat(64)}`, ...more });

async function statusOf(chain: object, anchors: readonly object[], lang = 'en') {
  const view = { head: { size: '4' }, published: { size: '4' }, chain, anchors };
  await using service = await serve(() => json(view));
  return await evl(['anchor', 'status', '--lang', lang], { env: { EVL_URL: service.url } });
}

test('anchor status reports why anchors wait or failed, and the remedy', async () => {
  const empty = { reachable: false, problem: 'chain-account-empty' };
  const run = await statusOf(empty, [
    job('failed', { failure: 'out-of-gas' }),
    job('final'),
    job('failed', { failure: 'reverted' }),
  ]);
  expect(run.exit).toBe(4);
  expect(run.stdout).toContain('anchoring waits (chain-account-empty); registration continues');
  expect(run.stdout).toContain('send it funds');
  expect(run.stdout).toContain('failed (out-of-gas)\t3 records');
  expect(run.stdout).toContain('had too little gas: the next one is estimated again');
  expect(run.stdout, 'what is over needs no advice').not.toContain('the contract refused it');
  const away = await statusOf({ reachable: false, problem: 'chain-unreachable' }, []);
  expect(away.stdout).toContain('the service cannot reach the chain (chain-unreachable)');
});

test('anchor status names the blocks that a chain gave up', async () => {
  const block = { blockNumber: '7', blockHash: `0x${'2'.repeat(64)}`, blockTime: '2026-11-26T00:00:00.000Z' };
  const moved = job('mined', { blockNumber: '9', formerBlocks: [block] });
  expect((await statusOf({ reachable: true }, [moved])).stdout).toContain('block 9 (formerly in block 7)');
  expect((await statusOf({ reachable: true }, [moved], 'zh')).stdout).toContain('区块 9（曾在区块 7）');
});
