import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { QuorumAnchorChain } from '../../../src/adapters/ethereum/quorum-anchor-chain.ts';
import { type ChainIdentity, openLogOnChain } from '../../../src/adapters/ethereum/deploy.ts';
import { MemoryStore } from '../../../src/adapters/memory-store/memory-store.ts';
import type { AnchorJob, OrphanedBlock } from '../../../src/log/model.ts';
import type { Store } from '../../../src/log/ports.ts';
import { formatVkey } from '../../../src/protocol/note/vkey.ts';
import { EMPTY_HEAD, logKey, type MemoryLog, openMemoryLog, placeOf } from '../../log/memory-log.ts';
import { CLIENTS, type TestClient } from './clients.ts';
import { GARBAGE, type Lie, LyingProxy, SILENCE, TOO_MANY } from '../../e2e/lying-proxy.ts';

/**
 * The anchorer by three nodes, of which two must agree and one lies: on each real client, which
 * mines on request.
 */

const CONFIRMATIONS = 4n;

type Fields = Record<string, unknown>;
const flipLast = (hex: string) => hex.slice(0, -1) + (Number.parseInt(hex.at(-1)!, 16) ^ 1).toString(16);
const hex = (number: number) => `0x${number.toString(16)}`;
/** Calls of `head`, which takes one word. */
const isHead = (method: string, params: readonly unknown[]) =>
  method === 'eth_call' && (params[0] as { data: string }).data.length === 2 + 8 + 64;
/** Size 0, the root of the empty tree (RFC 9162), time 0, no anchor. */
const NOTHING_ANCHORED = `0x${'0'.repeat(64)}${createHash('sha256').digest('hex')}${'0'.repeat(128)}`;
const isBlockAt = (method: string, params: readonly unknown[]) =>
  method === 'eth_getBlockByNumber' && /^0x[1-9a-f]/.test(String(params[0]));

/**
 * The node does not count, or is outvoted: anchoring continues. With the code of its alarm, where
 * it shows that it is ill.
 */
const HARMLESS: Readonly<Record<string, readonly [Lie, string?]>> = {
  'another chain [E61]': [({ method }, honest) => (method === 'eth_chainId' ? '0x1' : honest), 'chain-identity'],
  'other code at the address [E69]': [
    ({ method }, honest) => (method === 'eth_getCode' ? '0x00' : honest),
    'chain-identity',
  ],
  'garbage [E52]': [() => GARBAGE, 'chain-unreachable'],
  '429 [E52]': [() => TOO_MANY, 'chain-unreachable'],
  'a head that is stale [E63]': [
    ({ method, params }, honest) => {
      if (method === 'eth_blockNumber') return hex(Math.max(Number(honest) - 5, 4));
      return isHead(method, params) ? NOTHING_ANCHORED : honest;
    },
  ],
  'no transaction is ever mined [E63]': [
    ({ method }, honest) => (method === 'eth_getTransactionReceipt' ? null : honest),
  ],
  'a nonce, a price and gas that are absurd [E62]': [
    ({ method }, honest) => {
      if (method === 'eth_getTransactionCount') return hex(1000);
      if (method === 'eth_estimateGas') return hex(21_000);
      return method === 'eth_maxPriorityFeePerGas' || method === 'eth_gasPrice' ? '0xffffffffffff' : honest;
    },
  ],
};

/** It contradicts the others in what is final: no anchor is believed while it does. */
const CONTRADICTIONS: Readonly<Record<string, Lie>> = {
  'another root of the head': ({ method, params }, honest) => {
    if (!isHead(method, params)) return honest;
    const words = (honest as string).slice(2);
    return `0x${words.slice(0, 64)}${flipLast(words.slice(64, 128))}${words.slice(128)}`;
  },
  'another block at the height that is final': ({ method, params }, honest) =>
    isBlockAt(method, params) && honest !== null
      ? { ...(honest as Fields), hash: flipLast((honest as Fields)['hash'] as string) }
      : honest,
  'another place in the block': ({ method }, honest) =>
    method === 'eth_getTransactionReceipt' && honest !== null
      ? { ...(honest as Fields), transactionIndex: '0x7' }
      : honest,
};

describe.each(Object.entries(CLIENTS))('two of three nodes, on %s', (name, open) => {
  let client: TestClient;
  let identity: ChainIdentity;
  let chain: QuorumAnchorChain;
  let memory: MemoryLog<QuorumAnchorChain>;
  let store: Store;
  let alarms: string[];
  let reorged: string[];
  const [second, liar] = [new LyingProxy(() => client.url), new LyingProxy(() => client.url)];
  const honest: Lie = (__, result) => result;

  beforeAll(async () => {
    client = await open();
    await client.mine(Number(CONFIRMATIONS) + 8);
    await Promise.all([second.open(), liar.open()]);
  });
  afterAll(async () => {
    for (const proxy of [second, liar]) proxy.close();
    await client.close();
  });

  /** A log of its own; the liar is the first that is asked. */
  beforeEach(async () => {
    second.lie = liar.lie = honest;
    const timer = setInterval(() => void client.mine(), 20);
    const opening = openLogOnChain({ url: client.url, privateKey: client.privateKey, vkey: formatVkey(logKey) });
    identity = await opening.finally(() => clearInterval(timer));
    await client.mine(8);
    await start([liar.url, client.url, second.url], 2);
    return () => chain.close();
  });

  async function start(urls: readonly string[], required: number): Promise<void> {
    [alarms, reorged] = [[], []];
    const [nodes, finality] = [urls.map((url) => () => url), { confirmations: CONFIRMATIONS }];
    const onNode = (node: string, problem?: { code: string }) => alarms.push(`${node} ${problem?.code}`);
    chain = new QuorumAnchorChain({ nodes, required, privateKey: client.privateKey, identity, finality, onNode });
    store = new MemoryStore(EMPTY_HEAD);
    const onAnchorReorged = (_: AnchorJob, { blockHash }: OrphanedBlock) => reorged.push(blockHash);
    memory = await openMemoryLog({ store, chain, place: placeOf(identity), anchorIntervalMs: 0, onAnchorReorged });
  }

  async function registerNew(what: string): Promise<void> {
    await memory.register(what);
    await memory.log.publishStep();
  }
  const newest = () => store.anchor(store.anchorCount() - 1);
  const isFinal = async () => (await newest())?.state === 'final';
  const receiptAnchor = async () => (await memory.log.newestReceipt(0n, (await store.record(0n))!)).anchor;

  /** Compares the anchor of a receipt with the chain itself. */
  async function requireReallyFinal(): Promise<void> {
    const anchor = await receiptAnchor();
    if (anchor === null) return;
    const receipt = (await client.rpc('eth_getTransactionReceipt', [anchor.txHash])) as Fields;
    const latest = BigInt((await client.rpc('eth_blockNumber')) as string);
    expect(receipt).toMatchObject({ blockHash: anchor.blockHash, transactionIndex: hex(anchor.transactionIndex) });
    expect(anchor.blockNumber + CONFIRMATIONS).toBeLessThanOrEqual(latest + 1n);
  }

  /**
   * Steps with a block each, until the newest anchor is final or the steps are over; the codes of
   * the steps that failed.
   */
  async function drive(steps: number): Promise<string[]> {
    const codes: string[] = [];
    for (let i = 0; i < steps && !(await isFinal()); i++) {
      await memory.log.anchorStep().catch(({ code }: { code: string }) => codes.push(code));
      await requireReallyFinal();
      await client.mine();
    }
    return codes;
  }

  test.each(Object.entries(HARMLESS))('anchored in spite of %s', async (__, [lie, alarm]) => {
    liar.lie = lie;
    await registerNew('a');
    await drive(20);
    expect(await newest()).toMatchObject<Partial<AnchorJob>>({ state: 'final', id: 0, size: 1n });
    expect((await receiptAnchor())!.receiptProof).toBeDefined();
    expect(alarms).toEqual(alarm === undefined ? [] : [`${liar.url} ${alarm}`]);
    expect(chain.troubled).toBe(alarm === undefined ? 0 : 1);
  });

  // The same on each client, and it takes ten seconds.
  test.each(name === 'hardhat' ? ['a silent node'] : [])(
    '%s is reported, and not waited for at each step [E52]',
    async () => {
      liar.lie = () => SILENCE;
      await registerNew('a');
      const sinceMs = performance.now();
      await drive(12);
      expect(await isFinal()).toBe(true);
      expect(performance.now() - sinceMs).toBeLessThan(60_000);
      await expect.poll(() => alarms).toEqual([`${liar.url} chain-unreachable`]);
    },
  );

  test('one node claims that all is final: an anchor is final only when two agree [E62]', async () => {
    liar.lie = ({ method }, result) =>
      // three blocks more than there are, of which only the last four are looked at
      method === 'eth_blockNumber' ? hex(Number(result) + Number(CONFIRMATIONS) - 1) : result;
    await registerNew('a');
    await memory.log.anchorStep();
    await client.mine();
    for (let i = 1; i < CONFIRMATIONS; i++) {
      await memory.log.anchorStep();
      expect((await newest())!.state).toBe('mined');
      expect(await receiptAnchor()).toBeNull();
      await client.mine();
    }
    await memory.log.anchorStep();
    expect(await isFinal()).toBe(true);
    await requireReallyFinal();
  });

  test('one node invents a receipt for a transaction that is not mined [E62]', async () => {
    await registerNew('a');
    await memory.log.anchorStep();
    await client.mine();
    const model = (await client.rpc('eth_getTransactionReceipt', [(await newest())!.txHash])) as Fields;
    await drive(12);
    await registerNew('b');
    await memory.log.anchorStep();
    liar.lie = ({ method, params }, result) =>
      method === 'eth_getTransactionReceipt' && result === null ? { ...model, transactionHash: params[0] } : result;
    for (let i = 0; i < 3; i++) await memory.log.anchorStep();
    expect(await newest()).toMatchObject({ id: 1, state: 'sent' });
    await client.mine();
    await drive(12);
    expect(await newest()).toMatchObject({ id: 1, state: 'final' });
    const { blockHash } = (await client.rpc('eth_getTransactionReceipt', [(await newest())!.txHash])) as Fields;
    expect((await newest())!.inclusion!.blockHash).toBe(blockHash);
  });

  test.each(Object.entries(CONTRADICTIONS))(
    '%s: reported, nothing is final until they agree, and registration continues [E62 E64]',
    async (__, lie) => {
      liar.lie = lie;
      await registerNew('a');
      expect(await drive(12)).toContain('chain-sources-disagree');
      expect(await isFinal()).toBe(false);
      expect(await receiptAnchor()).toBeNull();
      expect(memory.log.halted, 'one node alone halts nothing').toBeUndefined();
      expect(await memory.register('b')).toBe(1n);
      liar.lie = honest;
      await drive(20);
      expect(await isFinal()).toBe(true);
    },
  );

  test('one honest node is silent: the lying one is not believed [E62]', async () => {
    await registerNew('a');
    await memory.log.anchorStep();
    await client.mine(Number(CONFIRMATIONS));
    liar.lie = ({ method }, result) => (method === 'eth_getTransactionReceipt' ? null : result);
    second.lie = () => TOO_MANY;
    await memory.log.anchorStep();
    expect((await newest())!.state, 'one alone says that it is mined').toBe('sent');
    expect(await receiptAnchor()).toBeNull();
    second.lie = honest;
    await drive(4); // who was silent is asked, and waited for from its next answer on
    expect(await isFinal()).toBe(true);
  });

  describe('an anchor that was final', () => {
    let final: AnchorJob;
    beforeEach(async () => {
      await registerNew('a');
      await drive(12);
      final = (await newest())!;
      expect(final.state).toBe('final');
    });
    /** It is looked at again after a minute. */
    const look = () => {
      memory.nowMs += 60_000;
      return memory.log.anchorStep();
    };
    const insteadOfItsBlock =
      (bend: (block: Fields) => unknown): Lie =>
      ({ method, params }, result) =>
        method === 'eth_getBlockByNumber' && params[0] === hex(Number(final.inclusion!.blockNumber))
          ? bend(result as Fields)
          : result;
    const other = insteadOfItsBlock((block) => ({ ...block, hash: flipLast(block['hash'] as string) }));
    const none = insteadOfItsBlock(() => null);

    test.each<[string, Lie, Lie, string]>([
      ['one has another block there', other, honest, 'chain-sources-disagree'],
      ['the required number have another one, and one still has it', other, other, 'chain-sources-disagree'],
      ['all but one have no block there', none, none, 'chain-unreachable'],
    ])('%s: it is not taken back [E64]', async (__, first, then, code) => {
      [liar.lie, second.lie] = [first, then];
      const place = `block ${final.inclusion!.blockNumber}`;
      await expect(look()).rejects.toMatchObject({ code, message: expect.stringContaining(place) });
      expect([await newest(), reorged]).toEqual([final, []]);
      liar.lie = second.lie = honest;
      await look();
      expect([await newest(), reorged]).toEqual([final, []]);
    });

    test('all have another block there: it is taken back, its block is named, and it is anchored again', async () => {
      const height = BigInt((await client.rpc('eth_blockNumber')) as string);
      await client.reorganize(Number(height - final.inclusion!.blockNumber) + 1);
      await look();
      expect(reorged).toEqual([final.inclusion!.blockHash]);
      await drive(20);
      const again = (await newest())!;
      expect(again).toMatchObject({ id: final.id, state: 'final' });
      expect(again.inclusion!.blockHash).not.toBe(final.inclusion!.blockHash);
      expect(again.formerBlocks!.map(({ blockHash }) => blockHash)).toContain(final.inclusion!.blockHash);
      await requireReallyFinal();
    });
  });

  test('fewer nodes than required: reported, and nothing is sent', async () => {
    chain.close();
    await start([client.url], 2);
    await registerNew('a');
    await expect(memory.log.anchorStep()).rejects.toMatchObject({ code: 'chain-sources-too-few' });
    expect(store.anchorCount()).toBe(0);
  });
});
