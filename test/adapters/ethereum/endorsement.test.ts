import { LedgerError } from '../../../src/text/ledger-error.ts';
import { Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EthereumAnchorChain } from '../../../src/adapters/ethereum/anchor-chain.ts';
import { type ChainIdentity, openLogOnChain } from '../../../src/adapters/ethereum/deploy.ts';
import { EthereumEndorsements } from '../../../src/adapters/ethereum/endorsements.ts';
import { EthereumEndorser } from '../../../src/adapters/ethereum/endorser.ts';
import { sendEther } from '../../../src/adapters/ethereum/transfer.ts';
import type { Endorsements } from '../../../src/log/ports.ts';
import type { Anchor } from '../../../src/protocol/chain/anchor.ts';
import { provenLogs, readHeader } from '../../../src/protocol/chain/block-proof.ts';
import { decodeEndorsed } from '../../../src/protocol/chain/contract.ts';
import { formatVkey } from '../../../src/protocol/note/vkey.ts';
import { MemoryStore } from '../../../src/adapters/memory-store/memory-store.ts';
import { EMPTY_HEAD, logKey, type MemoryLog, openMemoryLog, placeOf } from '../../log/memory-log.ts';
import { CLIENTS, type TestClient } from './clients.ts';
import { GARBAGE, LyingProxy, REFUSAL } from '../../e2e/lying-proxy.ts';

const ETHER = 10n ** 18n;

/**
 * Auditors endorse on real clients, which mine on request, and the log's receipts embed what has
 * become final.
 */
describe.each(Object.entries(CLIENTS))('on %s', (_, open) => {
  let client: TestClient;
  let identity: ChainIdentity;
  let chain: EthereumAnchorChain;
  let memory: MemoryLog<EthereumAnchorChain>;
  let endorsements: EthereumEndorsements;
  let auditors: EthereumEndorser[];
  let firstBlock: bigint;
  const finality = { confirmations: 4n };

  beforeAll(async () => {
    client = await open();
    await client.mine(4);
  });
  afterAll(async () => {
    await client.close();
  });

  /** A log of its own with anchors at the sizes 1 and 2, and two auditors with ether. */
  beforeEach(async () => {
    const { url, privateKey } = client;
    identity = await whileMining(() => openLogOnChain({ url, privateKey, vkey: formatVkey(logKey) }));
    chain = new EthereumAnchorChain({ ...node(), privateKey });
    auditors = [auditor(), auditor()];
    for (const { account } of auditors) await whileMining(() => sendEther(url, privateKey, account, ETHER));
    endorsements = reader();
    memory = await openMemoryLog({
      store: new MemoryStore(EMPTY_HEAD),
      chain,
      place: placeOf(identity),
      anchorIntervalMs: 0,
      endorsements: { covering: (size) => endorsements.covering(size) } satisfies Endorsements,
    });
    await anchorNew('a');
    await anchorNew('b');
    firstBlock = (await memory.store.anchor(0))!.inclusion!.blockNumber;
  });
  afterEach(() => {
    for (const part of [chain, endorsements, ...auditors]) part.close();
  });

  const node = (url = client.url) => ({ url: () => url, identity, finality });
  const reader = (url?: string, of = auditors) =>
    new EthereumEndorsements({ ...node(url), endorsers: of.map(({ account }) => account) });
  const auditor = (more: { readonly maxFeePerGas?: bigint } = {}) =>
    new EthereumEndorser({ ...node(), privateKey: Wallet.createRandom().privateKey, ...more });

  async function whileMining<T>(run: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void client.mine(), 20);
    return run().finally(() => clearInterval(timer));
  }

  async function anchorNew(what: string): Promise<void> {
    await memory.register(what);
    await memory.log.publishStep();
    const count = memory.store.anchorCount();
    for (let i = 0; i < 40; i++) {
      await memory.log.anchorStep();
      if ((await memory.store.anchor(count))?.state === 'final') return;
      await client.mine();
    }
    throw new Error('the anchor did not become final');
  }

  const rootAt = async (size: number) => (await memory.store.anchor(size - 1))!.root;
  const sign = async (who: EthereumEndorser, size: number) => who.prepare(BigInt(size), await rootAt(size));
  const endorse = async (who: EthereumEndorser, size: number) => {
    const transaction = await sign(who, size);
    const mined = await whileMining(() => who.send(transaction, 30_000));
    return { ...mined!, txHash: transaction.txHash };
  };
  /** Until all is read. */
  async function read(from = endorsements): Promise<void> {
    for (let more = true; more; more = await from.step(firstBlock));
  }
  async function receiptAnchor(index: bigint): Promise<Anchor> {
    return (await memory.log.newestReceipt(index, (await memory.store.record(index))!)).anchor!;
  }
  const embedded = async (index: bigint) =>
    (await receiptAnchor(index)).endorsements?.map(({ endorser, size }) => `${endorser} ${size}`) ?? [];
  const nonceOf = ({ account }: EthereumEndorser) => client.rpc('eth_getTransactionCount', [account, 'latest']);

  test('it is embedded, with header and proof, in the receipts of all records that it covers once it is final', async () => {
    const [one, two] = auditors as [EthereumEndorser, EthereumEndorser];
    const mined = await endorse(one, 2);
    await endorse(two, 1);
    expect(await one.endorsed()).toEqual({ size: 2n, isFinal: true });
    expect(await embedded(0n), 'nothing was read so far').toEqual([]);
    await read();
    expect(await embedded(0n)).toEqual([`${one.account} 2`, `${two.account} 1`]);
    expect(await embedded(1n), 'of a smaller tree').toEqual([`${one.account} 2`]);
    const [endorsement] = (await receiptAnchor(1n)).endorsements!;
    expect(endorsement).toMatchObject({ ...mined, root: await rootAt(2) });
    const header = readHeader(endorsement!.header!);
    expect(header).toMatchObject({ hash: mined.blockHash, number: mined.blockNumber });
    const { transactionIndex, logPosition, receiptProof } = endorsement!;
    const log = provenLogs(header, transactionIndex, receiptProof!)[logPosition]!;
    expect(log.address).toBe(identity.contract);
    const { logId } = identity;
    expect(decodeEndorsed(log.topics, log.data)).toMatchObject({ logId, endorser: one.account, size: 2n });
  });

  test('the first that covers is embedded, and stays', async () => {
    const [one] = auditors as [EthereumEndorser];
    await endorse(one, 1);
    await read();
    await endorse(one, 2);
    await read();
    expect(await embedded(0n)).toEqual([`${one.account} 1`]);
    expect(await embedded(1n)).toEqual([`${one.account} 2`]);
    const afterRestart = reader();
    await read(afterRestart);
    expect(await afterRestart.covering(1n)).toEqual(await endorsements.covering(1n));
    afterRestart.close();
  });

  test('of the named endorsers alone', async () => {
    const [one, two] = auditors as [EthereumEndorser, EthereumEndorser];
    await endorse(one, 1);
    await endorse(two, 1);
    const ofTwo = reader(undefined, [two]);
    await read(ofTwo);
    expect((await ofTwo.covering(1n)).map(({ endorser }) => endorser)).toEqual([two.account]);
    ofTwo.close();
  });

  test('one that is mined and not final is not embedded', async () => {
    const [one] = auditors as [EthereumEndorser];
    const transaction = await sign(one, 2);
    expect(await one.send(transaction, 0), 'sent, and not waited for').toBeUndefined();
    await client.mine(3);
    await read();
    expect(await embedded(0n)).toEqual([]);
    expect(await one.endorsed()).toEqual({ size: 2n, isFinal: false });
    await client.mine();
    await read();
    expect(await embedded(0n)).toEqual([`${one.account} 2`]);
  });

  test('one that a reorganisation took away is never embedded; sent again, it is', async () => {
    const [one] = auditors as [EthereumEndorser];
    const transaction = await sign(one, 2);
    await one.send(transaction, 0);
    await client.mine(2);
    await read();
    expect((await one.endorsed()).size).toBe(2n);
    await client.reorganize(3); // to a block before it was sent: final ones stay
    const isGone = (await client.rpc('eth_getTransactionReceipt', [transaction.txHash])) === null;
    expect(isGone).toBe(true);
    expect((await one.endorsed()).size).toBe(0n);
    await read();
    expect(await embedded(0n)).toEqual([]);
    const again = await whileMining(() => one.send(transaction, 30_000));
    await read();
    expect((await receiptAnchor(0n)).endorsements).toMatchObject([{ endorser: one.account, ...again }]);
  });

  test('one that was final and is gone after a deep reorganisation is forgotten', async () => {
    const [one] = auditors as [EthereumEndorser];
    const { blockNumber } = await endorse(one, 2);
    await read();
    expect(await embedded(0n)).toHaveLength(1);
    const height = Number(await client.rpc('eth_blockNumber'));
    await client.reorganize(height - Number(blockNumber) + 3); // to a block before it was sent
    await client.mine(8);
    expect((await one.endorsed()).size).toBe(0n);
    await read();
    expect(await embedded(0n)).toEqual([]);
    const { txHash } = await endorse(one, 1);
    await read();
    expect((await receiptAnchor(0n)).endorsements).toMatchObject([{ endorser: one.account, size: 1n, txHash }]);
  });

  test('an account without ether, a root that is not anchored, a price above the cap: nothing is sent', async () => {
    const poor = auditor();
    await expect(sign(poor, 2)).rejects.toMatchObject({
      code: 'chain-account-empty',
      message: expect.stringMatching(new RegExp(poor.account, 'i')) as string,
    });
    expect(BigInt((await nonceOf(poor)) as string)).toBe(0n);
    poor.close();
    const [one] = auditors as [EthereumEndorser];
    await expect(one.prepare(2n, new Uint8Array(32).fill(1))).rejects.toMatchObject({ code: 'chain-refused' });
    await expect(one.prepare(3n, await rootAt(2))).rejects.toMatchObject({ code: 'chain-refused' });
    const thrifty = auditor({ maxFeePerGas: 1n });
    await expect(sign(thrifty, 2)).rejects.toMatchObject({ code: 'chain-fee-cap' });
    thrifty.close();
    expect(BigInt((await nonceOf(one)) as string)).toBe(0n);
  });

  test('a node of another chain gets no requests', async () => {
    const other = { ...identity, genesisHash: `0x${'00'.repeat(32)}` };
    const elsewhere = new EthereumEndorser({ ...node(), identity: other, privateKey: client.privateKey });
    await expect(elsewhere.endorsed()).rejects.toMatchObject({ code: 'chain-identity' });
    elsewhere.close();
  });

  describe('through a node that lies', () => {
    let proxy: LyingProxy;
    let lied: EthereumEndorsements;
    beforeEach(async () => {
      proxy = await new LyingProxy(() => client.url).open();
      lied = reader(proxy.url);
    });
    afterEach(() => {
      lied.close();
      proxy.close();
    });

    test('a range that is refused is halved until it is answered', async () => {
      const [one] = auditors as [EthereumEndorser];
      await endorse(one, 2);
      const widths: number[] = [];
      proxy.lie = ({ method, params }, honest) => {
        if (method !== 'eth_getLogs') return honest;
        const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
        widths.push(Number(toBlock) - Number(fromBlock) + 1);
        return widths.at(-1)! > 3 ? REFUSAL : honest;
      };
      await read(lied);
      expect(Math.max(...widths)).toBeGreaterThan(3);
      expect((await lied.covering(1n)).map(({ endorser }) => endorser)).toEqual([one.account]);
    });

    test('garbage is no answer; nothing is passed over', async () => {
      const [one] = auditors as [EthereumEndorser];
      await endorse(one, 2);
      proxy.lie = ({ method }, honest) => (method === 'eth_getLogs' ? GARBAGE : honest);
      await expect(lied.step(firstBlock)).rejects.toBeInstanceOf(LedgerError);
      expect(await lied.covering(1n)).toEqual([]);
      proxy.lie = (__, honest) => honest;
      await read(lied);
      expect(await lied.covering(1n)).toHaveLength(1);
    });

    test('an event that is not in its block is not embedded', async () => {
      const [one] = auditors as [EthereumEndorser];
      await endorse(one, 1);
      proxy.lie = ({ method }, honest) => {
        if (method !== 'eth_getLogs') return honest;
        return (honest as { data: string }[]).map((log) => ({ ...log, data: log.data.replace(/1(?=.{64}$)/, '2') }));
      };
      await read(lied);
      expect(await lied.covering(2n), 'it says 2, and its block says 1').toEqual([]);
    });

    test('where the chain is silent, receipts lack what was not proven before', async () => {
      const [one] = auditors as [EthereumEndorser];
      await endorse(one, 1);
      await endorse(one, 2);
      await read(lied);
      expect(await lied.covering(1n)).toHaveLength(1);
      proxy.lie = () => GARBAGE;
      expect(await lied.covering(1n), 'this was proven').toHaveLength(1);
      expect(await lied.covering(2n)).toEqual([]);
    });
  });
});
