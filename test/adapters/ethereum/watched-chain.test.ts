import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import artifact from '../../../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };
import { type ChainIdentity, openLogOnChain } from '../../../src/adapters/ethereum/deploy.ts';
import { servePages, type TestServer } from '../../auditor/fake-service.ts';
import { recordEntries, servedLog } from '../../auditor/served-log.ts';
import { WatchProcess } from '../../auditor/watch-process.ts';
import { ORIGIN } from '../../oracle/ledger.ts';
import { mth } from '../../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../../oracle/note.ts';
import { CLIENTS, type TestClient } from './clients.ts';

/**
 * `evl audit --watch` against a real chain client and the real contract, on which things happen
 * that must not.
 */

const key = testKey(ORIGIN, 1);
const entries = recordEntries(40);
const pages = new Map<string, Uint8Array | string>();
let client: TestClient;
let identity: ChainIdentity;
let provider: JsonRpcProvider;
let contract: Contract;
let service: TestServer;
let folder: string;
let watch: WatchProcess;

beforeEach(async () => {
  client = await CLIENTS['hardhat']!();
  provider = new JsonRpcProvider(client.url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  identity = await whileMining(() =>
    openLogOnChain({ url: client.url, privateKey: client.privateKey, vkey: key.vkey }),
  );
  contract = new Contract(identity.contract, artifact.abi, new Wallet(client.privateKey, provider));
  folder = await mkdtemp(join(tmpdir(), 'watched-'));
  service = await servePages(pages);
  publish(40);
});

afterEach(async () => {
  await watch.end('SIGKILL');
  await service.close();
  provider.destroy();
  await client.close();
  rmSync(folder, { recursive: true });
});

async function whileMining<T>(run: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void client.mine(), 20);
  return run().finally(() => clearInterval(timer));
}

function publish(size: number): void {
  pages.clear();
  for (const [path, page] of servedLog(entries.slice(0, size))) pages.set(`log/${path}`, page);
  pages.set('log/checkpoint', signedNote(checkpointText(ORIGIN, size, mth(entries.slice(0, size))), key));
}

async function anchor(size: number, root: Uint8Array): Promise<void> {
  await whileMining(async () => {
    const sent = (await contract['anchor']!(identity.logId, 0, size, root, [])) as { wait(): Promise<unknown> };
    await sent.wait();
  });
}

async function watching(): Promise<void> {
  const { chainId, genesisHash, codeHash, logId } = identity;
  const trust = {
    format: 'evidence-ledger/trust/v1',
    log: { origin: ORIGIN, keys: [{ vkey: key.vkey, fromSize: '0' }] },
    chain: {
      chainId: chainId.toString(),
      genesisHash,
      contract: identity.contract,
      codeHash,
      logs: [{ logId, fromSize: '0' }],
      operatedBy: 'operator',
      finality: { confirmations: '1' },
      sources: 1,
      rpcUrls: [client.url],
    },
  };
  const file = join(folder, 'trust.json');
  writeFileSync(file, JSON.stringify(trust));
  watch = new WatchProcess(['--url', service.url, '--trust', file, '--state', join(folder, 'state')]);
  await watch.waitForCheckpoint(40);
}

test('the contract is replaced: its code is another one, and was not when the watch began', async () => {
  await anchor(30, mth(entries.slice(0, 30)));
  await watching();
  expect(watch.lines).toMatchObject([{ size: '40', anchored: '30', verdict: 'ok' }]);
  const code = await client.rpc('eth_getCode', [identity.contract, 'latest']);
  await client.rpc('hardhat_setCode', [identity.contract, '0x6000']);
  await watch.waitForMessage(/WARNING: other-code: .*\n/);
  await client.rpc('hardhat_setCode', [identity.contract, code]);
  await watch.waitForMessage('resolved: other-code');
  expect(await watch.end()).toBe(0);
});

test('an anchor that the log never had: with another root, and beyond its end', async () => {
  await watching();
  await anchor(20, mth(recordEntries(21).slice(1)));
  await watch.waitForMessage(/ALARM: anchor-root-differs: .*\n +at anchor 0, size 20/);
  expect(await watch.end()).toBe(5);
});

test('an anchor beyond the log', async () => {
  await watching();
  await anchor(41, mth(recordEntries(41)));
  await watch.waitForMessage(/ALARM: anchor-beyond-log: .*\n +at anchor 0, size 41/);
  expect(await watch.end()).toBe(5);
});

test('an anchor goes when the chain is taken back', async () => {
  const height = async () => Number(await client.rpc('eth_blockNumber'));
  const before = await height();
  await anchor(30, mth(entries.slice(0, 30)));
  await watching();
  await client.reorganize((await height()) - before);
  await watch.waitForMessage('ALARM: anchor-missing');
  expect(await watch.end()).toBe(5);
});
