import { LedgerError } from '../../../src/text/ledger-error.ts';
import { Interface, Transaction, Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EthereumAnchorChain } from '../../../src/adapters/ethereum/anchor-chain.ts';
import { type ChainIdentity, requireFunds, openLogOnChain } from '../../../src/adapters/ethereum/deploy.ts';
import { requireFinality } from '../../../src/adapters/ethereum/one-chain.ts';
import { MemoryStore } from '../../../src/adapters/memory-store/memory-store.ts';
import type { AnchorJob, OrphanedBlock } from '../../../src/log/model.ts';
import type { Store } from '../../../src/log/ports.ts';
import { provenLogs, readHeader } from '../../../src/protocol/chain/block-proof.ts';
import { formatVkey } from '../../../src/protocol/note/vkey.ts';
import { EMPTY_HEAD, logKey, type MemoryLog, openMemoryLog, placeOf } from '../../log/memory-log.ts';
import { CLIENTS, type TestClient } from './clients.ts';
import { LyingProxy, TOO_MANY } from '../../e2e/lying-proxy.ts';

const GWEI = 10n ** 9n;

/**
 * The anchorer on real clients, which mine on request. The tests are the same for each client: what
 * holds on one alone would be a property of that client.
 */
describe.each(Object.entries(CLIENTS))('on %s', (_, open) => {
  let client: TestClient;
  let identity: ChainIdentity;
  let chain: EthereumAnchorChain;
  let memory: MemoryLog<EthereumAnchorChain>;
  let store: Store;
  let failed: AnchorJob[];
  let reorged: string[];
  const confirmations = 16n;

  beforeAll(async () => {
    client = await open();
    await client.mine(Number(confirmations));
  });
  afterAll(async () => {
    await client.close();
  });

  /** A log of its own, so that each test begins with nothing anchored. */
  beforeEach(async () => {
    identity = await whileMining(() =>
      openLogOnChain({ url: client.url, privateKey: client.privateKey, vkey: formatVkey(logKey) }),
    );
    failed = [];
    store = new MemoryStore(EMPTY_HEAD);
    await start();
  });
  afterEach(() => {
    chain.close();
  });

  async function start(options: { readonly maxFeePerGas?: bigint; readonly privateKey?: string } = {}): Promise<void> {
    const finality = { confirmations };
    const { url } = client;
    chain = new EthereumAnchorChain({ url: () => url, privateKey: client.privateKey, identity, finality, ...options });
    const onAnchorFailed = (job: AnchorJob) => failed.push(job);
    reorged = [];
    const onAnchorReorged = (_job: AnchorJob, block: OrphanedBlock) => reorged.push(block.blockHash);
    const place = placeOf(identity);
    memory = await openMemoryLog({ store, chain, place, anchorIntervalMs: 0, onAnchorFailed, onAnchorReorged });
  }

  async function whileMining<T>(run: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void client.mine(), 20);
    return run().finally(() => clearInterval(timer));
  }

  const step = () => memory.log.anchorStep();
  const newest = async () => (await store.anchor(store.anchorCount() - 1))!;
  /** Registers, publishes, and takes the step that sends the transaction. */
  async function sendNew(what: string): Promise<AnchorJob> {
    await memory.register(what);
    await memory.log.publishStep();
    await step();
    return newest();
  }
  const receiptAnchor = async () => (await memory.log.newestReceipt(0n, (await store.record(0n))!)).anchor;
  const effective = () => chain.head();
  /** Until the newest anchor is final. */
  async function settle(): Promise<AnchorJob> {
    for (let i = 0; i < 40 && (await newest()).state !== 'final'; i++) {
      await client.mine();
      await step();
    }
    return newest();
  }

  test('an anchor waits for its confirmations, and brings header and proof of its receipt', async () => {
    await sendNew('a');
    await client.mine();
    await step();
    expect(await newest()).toMatchObject({ state: 'mined', size: 1n });
    expect(await receiptAnchor()).toBeNull();
    const job = await settle();
    expect(job.state).toBe('final');
    const anchor = (await receiptAnchor())!;
    const header = readHeader(anchor.header!);
    expect(header).toMatchObject({ hash: anchor.blockHash, number: anchor.blockNumber });
    const logs = provenLogs(header, anchor.transactionIndex, anchor.receiptProof!);
    expect(logs[anchor.logPosition]).toMatchObject({ address: identity.contract });
  });

  test('a node that cannot give what the proof needs delays no anchor', async () => {
    const proxy = await new LyingProxy(() => client.url).open();
    const url = proxy.url;
    proxy.lie = ({ method }, honest) => (method === 'eth_getBlockByHash' ? TOO_MANY : honest);
    chain.close();
    chain = new EthereumAnchorChain({
      url: () => url,
      privateKey: client.privateKey,
      identity,
      finality: { confirmations },
    });
    memory = await openMemoryLog({ store, chain, place: placeOf(identity), anchorIntervalMs: 0 });
    try {
      await sendNew('a');
      for (let i = 0; i < 40 && (await newest()).state !== 'final'; i++) {
        await client.mine();
        await step().catch(() => {});
      }
      expect(await newest()).toMatchObject({ state: 'final' });
      expect(await receiptAnchor()).not.toHaveProperty('receiptProof');
    } finally {
      proxy.close();
    }
  });

  test('a stuck transaction is replaced: same nonce, same call, higher fees, one effective anchor [E55]', async () => {
    const first = await sendNew('a');
    await client.setBaseFee(900n * GWEI);
    await client.mine();
    await step().catch(() => {}); // anvil refuses it as it is now, Hardhat keeps it
    expect((await newest()).txHash, 'not before its time').toBe(first.txHash);
    // the block that left it out must be younger than the sending
    await store.saveAnchor({ ...(await newest()), sentAtMs: 0 });
    await step();
    const second = await newest();
    expect(second.replaced).toEqual([{ rawTransaction: first.rawTransaction, txHash: first.txHash }]);
    const [before, after] = [first, second].map(({ rawTransaction }) => Transaction.from(rawTransaction));
    expect(after).toMatchObject({ nonce: before!.nonce, data: before!.data, to: before!.to });
    expect(after!.maxFeePerGas! * 1000n >= before!.maxFeePerGas! * 1125n).toBe(true);
    expect(after!.maxPriorityFeePerGas! * 1000n >= before!.maxPriorityFeePerGas! * 1125n).toBe(true);
    expect(await settle()).toMatchObject({ state: 'final', txHash: second.txHash });
    expect(store.anchorCount()).toBe(1);
    expect(await effective()).toMatchObject({ size: 1n });
  });

  test('a price above the cap is waited for, and registration continues [E66]', async () => {
    await start({ maxFeePerGas: 50n * GWEI });
    await client.setBaseFee(900n * GWEI);
    await client.mine();
    await memory.register('a');
    await memory.log.publishStep();
    await expect(step()).rejects.toMatchObject({ code: 'chain-fee-cap' });
    expect(store.anchorCount()).toBe(0);
    expect(await memory.register('b')).toBe(1n);
    await client.setBaseFee(1n * GWEI);
    await client.mine();
    await memory.log.publishStep();
    await step();
    expect(await settle()).toMatchObject({ state: 'final', size: 2n });
  });

  test('another user of the key takes the nonce: reported, and anchored with the next one [E56]', async () => {
    const wallet = new Wallet(client.privateKey);
    await memory.register('a');
    await memory.log.publishStep();
    const send = chain.send.bind(chain);
    chain.send = async () => {}; // lost on its way
    await step();
    chain.send = send;
    const job = await newest();
    const other = await wallet.signTransaction({
      chainId: identity.chainId,
      nonce: job.nonce,
      to: wallet.address,
      gasLimit: 21_000n,
      type: 2,
      maxFeePerGas: 2000n * GWEI,
      maxPriorityFeePerGas: GWEI,
    });
    await client.rpc('eth_sendRawTransaction', [other]);
    await client.mine(Number(confirmations));
    await step();
    expect(failed).toMatchObject([{ failure: 'nonce-used', txHash: job.txHash }]);
    await step();
    expect(await settle()).toMatchObject({ id: 1, state: 'final', nonce: job.nonce + 1 });
    expect(await effective()).toMatchObject({ size: 1n });
  });

  test.each([1, 3, 12])(
    'a reorganisation of %i blocks takes the anchor away, and it is anchored again [E58 E59]',
    async (depth) => {
      await sendNew('a');
      await client.mine(depth);
      await step();
      const mined = await newest();
      expect(mined).toMatchObject({ state: 'mined' });
      await client.reorganize(depth);
      await step();
      const gone = await newest();
      expect(gone.inclusion?.blockHash).not.toBe(mined.inclusion!.blockHash);
      expect(await receiptAnchor()).toBeNull();
      const final = await settle();
      expect(final.state).toBe('final');
      expect(final.inclusion!.blockHash).not.toBe(mined.inclusion!.blockHash);
      expect(final.formerBlocks?.map(({ blockHash }) => blockHash)).toContain(mined.inclusion!.blockHash);
      expect(store.anchorCount()).toBe(1);
      expect(await effective()).toMatchObject({ size: 1n });
      expect((await receiptAnchor())!.blockHash).toBe(final.inclusion!.blockHash);
    },
  );

  test('where the chain takes back what it called final, receipts lose the anchor until it is final again', async () => {
    await sendNew('a');
    const first = await settle();
    await sendNew('b');
    const second = await settle();
    expect([first.state, second.state]).toEqual(['final', 'final']);
    const height = BigInt((await client.rpc('eth_blockNumber')) as string);
    await client.reorganize(Number(height - first.inclusion!.blockNumber) + 1);
    memory.nowMs += 60_000;
    await step();
    expect(reorged).toEqual([second, first].map(({ inclusion }) => inclusion!.blockHash));
    const isLost = (job: AnchorJob) =>
      job.formerBlocks?.some(({ blockHash }) => blockHash === first.inclusion!.blockHash);
    for (let i = 0; i < 120 && store.openAnchors().length > 0; i++) {
      const anchor = await receiptAnchor();
      expect(anchor?.blockHash, 'no receipt has the block that went').not.toBe(first.inclusion!.blockHash);
      await client.mine();
      await step();
    }
    const [again, next] = [(await store.anchor(0))!, (await store.anchor(1))!];
    expect([again.state, next.state, isLost(again)]).toEqual(['final', 'final', true]);
    expect((await receiptAnchor())!.blockHash).toBe(again.inclusion!.blockHash);
    expect([again.txHash, next.txHash]).toEqual([first.txHash, second.txHash]);
    expect(await effective()).toMatchObject({ size: 2n });
  });

  test('a send that times out although the node accepted it makes no second anchor [E53]', async () => {
    await memory.register('a');
    await memory.log.publishStep();
    const honest = chain.send.bind(chain);
    chain.send = async (transaction) => {
      await honest(transaction);
      throw new LedgerError('chain-unreachable', { reason: { zh: '未按时应答', en: 'no answer in time' } });
    };
    await expect(step()).rejects.toMatchObject({ code: 'chain-unreachable' });
    const signed = await newest();
    expect(signed.state).toBe('signed');
    chain.send = honest;
    await step();
    expect(await settle()).toMatchObject({ state: 'final', txHash: signed.txHash });
    expect(store.anchorCount()).toBe(1);
  });

  test('a send that never reached the node leaves no gap in the nonces [E54]', async () => {
    await memory.register('a');
    await memory.log.publishStep();
    const honest = chain.send.bind(chain);
    chain.send = () =>
      Promise.reject(new LedgerError('chain-unreachable', { reason: { zh: '遭拒绝', en: 'refused' } }));
    await expect(step()).rejects.toMatchObject({ code: 'chain-unreachable' });
    const signed = await newest();
    chain.send = honest;
    await step();
    expect(await settle()).toMatchObject({ state: 'final', nonce: signed.nonce, txHash: signed.txHash });
  });

  test('the operator is replaced while an anchor is pending: it reverts, and is reported [E68]', async () => {
    const heir = Wallet.createRandom();
    const operator = new Wallet(client.privateKey);
    const abi = new Interface(['function transferOperator(bytes32,address)', 'function acceptOperator(bytes32)']);
    const call = async (
      from: { signTransaction: Wallet['signTransaction'] },
      nonce: number,
      to: string,
      more: object,
    ) =>
      client.rpc('eth_sendRawTransaction', [
        await from.signTransaction({
          chainId: identity.chainId,
          type: 2,
          nonce,
          to,
          gasLimit: 200_000n,
          maxFeePerGas: 5000n * GWEI,
          maxPriorityFeePerGas: GWEI,
          ...more,
        }),
      ]);
    const nonce = Number(await client.rpc('eth_getTransactionCount', [operator.address, 'latest']));
    await call(operator, nonce, heir.address, { value: 10n ** 18n });
    const offer = abi.encodeFunctionData('transferOperator', [identity.logId, heir.address]);
    await call(operator, nonce + 1, identity.contract, { data: offer });
    await client.mine();
    const job = await sendNew('a');
    await client.setBaseFee(900n * GWEI); // too much for the anchor, not for the heir
    const accept = abi.encodeFunctionData('acceptOperator', [identity.logId]);
    await call(heir, 0, identity.contract, { data: accept });
    await client.mine();
    await client.setBaseFee(GWEI);
    for (let i = 0; i < 40 && failed.length === 0; i++) {
      await client.mine();
      await step().catch(() => {}); // a node may have dropped it for its fees: it is sent again
    }
    expect(failed).toMatchObject([{ failure: 'reverted', txHash: job.txHash }]);
    await expect(step()).rejects.toMatchObject({ code: 'chain-refused' });
    expect(await memory.register('b'), 'registration continues').toBe(1n);
  });

  test('an account without funds is reported, and nothing is lost [E65]', async () => {
    await start({ privateKey: Wallet.createRandom().privateKey });
    await memory.register('a');
    await memory.log.publishStep();
    await expect(step()).rejects.toMatchObject({ code: expect.stringMatching(/^chain-(account-empty|refused)$/) });
    await start();
    await step();
    expect(await settle()).toMatchObject({ state: 'final', size: 1n });
  });

  test('a transaction that runs out of gas is reported as such, and another follows [E65]', async () => {
    await memory.register('a');
    await memory.log.publishStep();
    const [honest, wallet] = [chain.prepare.bind(chain), new Wallet(client.privateKey)];
    chain.prepare = async (call) => {
      const { rawTransaction, nonce } = await honest(call);
      const { chainId, to, data, maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(rawTransaction);
      const fees = { type: 2, maxFeePerGas: maxFeePerGas!, maxPriorityFeePerGas: maxPriorityFeePerGas! };
      const poor = await wallet.signTransaction({ chainId, to, data, nonce, gasLimit: 40_000n, ...fees });
      return { nonce, rawTransaction: poor, txHash: Transaction.from(poor).hash! };
    };
    await step();
    chain.prepare = honest;
    for (let i = 0; i < 40 && failed.length === 0; i++) {
      await client.mine();
      await step();
    }
    expect(failed).toMatchObject([{ failure: 'out-of-gas', state: 'failed' }]);
    await step();
    expect(await settle()).toMatchObject({ id: 1, state: 'final', size: 1n });
  });

  test('a call that reverts on the chain is reported, and another follows [E65]', async () => {
    const job = await sendNew('a');
    // the same anchor by another transaction comes first: this one then finds another head
    const wallet = new Wallet(client.privateKey);
    const { data, to, chainId, gasLimit } = Transaction.from(job.rawTransaction);
    expect(to!.toLowerCase()).toBe(identity.contract);
    await client.mine();
    await step();
    const twice = await wallet.signTransaction({
      chainId,
      to,
      data,
      gasLimit,
      nonce: job.nonce + 1,
      type: 2,
      maxFeePerGas: 2000n * GWEI,
      maxPriorityFeePerGas: GWEI,
    });
    await client.rpc('eth_sendRawTransaction', [twice]);
    await client.mine(Number(confirmations));
    const txHash = Transaction.from(twice).hash!;
    expect(await chain.state({ nonce: job.nonce + 1, rawTransaction: twice, txHash })).toEqual({ state: 'reverted' });
    await step();
    expect(await newest()).toMatchObject({ state: 'final' });
  });
});

test('another chain at the same address is refused, with a remedy [E60 E61]', async () => {
  const [first, second] = [await CLIENTS['hardhat']!(), await CLIENTS['hardhat']!()];
  try {
    const opening = openLogOnChain({ url: first.url, privateKey: first.privateKey, vkey: formatVkey(logKey) });
    const timer = setInterval(() => void first.mine(), 20);
    const identity = await opening.finally(() => clearInterval(timer));
    let url = first.url;
    const finality = { confirmations: 1n };
    const chain = new EthereumAnchorChain({ url: () => url, privateKey: first.privateKey, identity, finality });
    expect(await chain.head()).toMatchObject({ size: 0n });
    url = second.url;
    await expect(chain.head()).rejects.toMatchObject({ code: 'chain-identity', message: /genesis block/ });
    chain.close();
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

test('an account needs funds only where gas costs something', async () => {
  const client = await CLIENTS['hardhat']!();
  const proxy = await new LyingProxy(() => client.url).open();
  const { privateKey } = Wallet.createRandom();
  try {
    await expect(requireFunds(proxy.url, privateKey, 'x.key')).rejects.toMatchObject({
      code: 'chain-account-empty',
      exit: 2,
    });
    proxy.lie = ({ method }, honest) => {
      if (method === 'eth_gasPrice') return '0x0';
      return method === 'eth_getBlockByNumber' ? { ...(honest as object), baseFeePerGas: '0x0' } : honest;
    };
    await requireFunds(proxy.url, privateKey, 'x.key');
  } finally {
    proxy.close();
    await client.close();
  }
});

test.each(['finalized', 'safe'] as const)('a node without a %s block is refused', async (tag) => {
  const client = await CLIENTS['hardhat']!();
  const proxy = await new LyingProxy(() => client.url).open();
  try {
    const nodes = [client.url, proxy.url];
    await requireFinality(nodes, { tag });
    proxy.lie = ({ params }, honest) => (params[0] === tag ? null : honest);
    await expect(requireFinality(nodes, { tag })).rejects.toMatchObject({
      code: 'chain-finality',
      message: expect.stringMatching(`^${proxy.url} has no block "${tag}": `),
    });
    await requireFinality(nodes, { confirmations: 1n });
  } finally {
    proxy.close();
    await client.close();
  }
});
