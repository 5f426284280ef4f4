import { cpSync, writeFileSync } from 'node:fs';
import { Transaction, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChain, type Chain } from '../../../src/adapters/local-chain/chain.ts';
import { openJournal } from '../../../src/adapters/local-chain/journal.ts';
import { journalPath, operatorAccount, readChainSettings } from '../../../src/adapters/local-chain/settings.ts';
import { chainFolders, journalLines as lines, sign } from './folders.ts';

const folders = chainFolders();
const { newPath, newChain } = folders;
afterAll(folders.remove);

/** The chain in this process. Its clock stands still, so that block times go by the parent. */
async function openChain(dir: string, clock = () => 0) {
  const settings = await readChainSettings(dir);
  const journal = await openJournal(journalPath(dir));
  const failures: Error[] = [];
  const chain = await startChain({
    dir,
    settings,
    journal,
    clock,
    onReplay: () => undefined,
    onFailStop: (error) => failures.push(error),
  }).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  return { chain, journal, failures };
}

const send = (chain: Chain, raw: unknown) => chain.request('eth_sendRawTransaction', [raw]);

type Block = { hash: string; number: string; timestamp: string; parentHash: string; transactions: string[] };
const latest = async (chain: Chain) => (await chain.request('eth_getBlockByNumber', ['latest', false])) as Block;

describe('the chain', () => {
  test('a transaction, a reverted one and a sent-again one; the same head and balance after a restart', async () => {
    const { dir, wallet } = await newChain();
    const first = await openChain(dir);
    const raw = await sign(wallet, 0);
    expect(await send(first.chain, raw)).toBe(Transaction.from(raw).hash);
    const reverting = await sign(wallet, 1, { to: null, data: '0x60006000fd', value: 0 });
    const hash = await send(first.chain, reverting);
    expect(await first.chain.request('eth_getTransactionReceipt', [hash])).toMatchObject({ status: '0x0' });
    expect(await send(first.chain, raw)).toBe(Transaction.from(raw).hash);
    const before = await latest(first.chain);
    const balance = await first.chain.request('eth_getBalance', [wallet.address, 'latest']);
    await first.chain.close();
    expect(lines(dir)).toHaveLength(2);

    const second = await openChain(dir);
    expect(second.chain.replayedBlocks).toBe(2);
    expect(await latest(second.chain)).toEqual(before);
    expect(await second.chain.request('eth_getBalance', [wallet.address, 'latest'])).toBe(balance);
    await second.chain.close();
  });

  test('reads, of the pending block too, change no later block', async () => {
    const { dir, wallet } = await newChain();
    const { chain } = await openChain(dir);
    for (let nonce = 0; nonce < 5; nonce++) {
      await chain.request('eth_estimateGas', [{ from: wallet.address, to: wallet.address }]);
      await chain.request('eth_call', [{ to: wallet.address }, 'pending']);
      await chain.request('eth_getBlockByNumber', ['pending', true]);
      await send(chain, await sign(wallet, nonce));
    }
    const { hash } = await latest(chain);
    await chain.close();
    const again = await openChain(dir);
    expect((await latest(again.chain)).hash).toBe(hash);
    await again.chain.close();
  });

  test('calls have little gas, a target and no state of their own, and too many at once are refused', async () => {
    const { dir, wallet } = await newChain();
    const { chain } = await openChain(dir);
    // JUMPDEST PUSH1 0 JUMP: uses all gas that it gets
    const endless = '0x6005600c60003960056000f35b600056000000';
    await send(chain, await sign(wallet, 0, { to: null, data: endless, value: 0, gasLimit: 200_000 }));
    const to = (
      (await chain.request('eth_getTransactionReceipt', [(await latest(chain)).transactions[0]])) as {
        contractAddress: string;
      }
    ).contractAddress;
    expect(await chain.request('eth_getCode', [to, 'latest'])).toBe('0x5b60005600');
    const startMs = performance.now();
    for (const gas of [undefined, '0xffffffff']) {
      await expect(chain.request('eth_call', [{ to, gas }])).rejects.toThrow('out of gas');
    }
    expect(performance.now() - startMs).toBeLessThan(5000);
    for (const params of [
      [{ data: endless }],
      [{ to: wallet.address }, 'latest', { [wallet.address]: { code: '0x5b600056' } }],
      [{ to: wallet.address, data: `0x${'00'.repeat(40_000)}` }],
      [{ to: `0x${'5'.padStart(40, '0')}`, data: '0x00' }],
      [{ to: `0x${'100'.padStart(40, '0')}` }],
      ['no call'],
    ]) {
      await expect(async () => chain.request('eth_call', params)).rejects.toMatchObject({ code: -32602 });
    }
    const calls = Array.from({ length: 300 }, async () => chain.request('eth_call', [{ to: wallet.address }]));
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(200);
    expect(refused[0]!.reason).toMatchObject({ code: -32005 });
    expect(await chain.request('eth_call', [{ to: wallet.address }])).toBe('0x');
    await chain.close();
  });

  test('block times are the clock, but always after the parent', async () => {
    const { dir, wallet } = await newChain();
    let now = Math.floor(Date.now() / 1000) + 100;
    const { chain } = await openChain(dir, () => now);
    const times: number[] = [];
    for (const [nonce, step] of [0, 50, 0, -70].entries()) {
      now += step;
      await send(chain, await sign(wallet, nonce));
      times.push(Number((await latest(chain)).timestamp) - now);
    }
    expect(times).toEqual([0, 0, 1, 72]);
    await chain.close();
  });

  test('transactions that arrive together are mined one a block, in order', async () => {
    const { dir, wallet } = await newChain();
    const { chain } = await openChain(dir);
    const raws = await Promise.all(Array.from({ length: 20 }, (_, nonce) => sign(wallet, nonce)));
    await Promise.all(raws.map((raw) => send(chain, raw)));
    expect(await chain.request('eth_blockNumber', [])).toBe('0x14');
    await chain.close();
  });

  test('what the node would not mine is refused and never journaled', async () => {
    const { dir, wallet } = await newChain();
    const { chain, failures } = await openChain(dir);
    await send(chain, await sign(wallet, 0));
    const good = await sign(wallet, 1);
    const refused: [unknown, number, string][] = [
      ['0x1234', -32602, 'cannot be decoded'],
      ['no hex', -32602, 'cannot be decoded'],
      [7, -32602, 'should be a 0x-hex string'],
      [`0x02${'00'.repeat(200_000)}`, -32602, 'should be at most'],
      [good.replace(/..$/, ''), -32602, 'cannot be decoded'],
      [Transaction.from(good).unsignedSerialized, -32602, 'not signed'],
      [await sign(wallet, 1, { chainId: 1 }), -32602, 'is for chain id 1, should be 31337'],
      [await sign(wallet, 0, { value: 2 }), -32000, 'nonce too low'],
      [await sign(wallet, 9), -32000, 'nonce too high: it is 9, should be 1'],
      [await sign(wallet, 1, { maxFeePerGas: 1n }), -32000, 'max fee per gas too low'],
      [await sign(wallet, 1, { value: 10n ** 23n }), -32000, "doesn't have enough funds"],
      [await sign(wallet, 1, { gasLimit: 70_000_000 }), -32000, 'gas limit is 70000000'],
      [await sign(wallet, 1, { gasLimit: 20_999 }), -32000, 'requires at least 21000 gas'],
    ];
    for (const [raw, code, message] of refused) {
      const error: unknown = await send(chain, raw).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code });
      expect(String(error).toLowerCase()).toContain(message.toLowerCase());
    }
    expect(lines(dir)).toHaveLength(1);
    await send(chain, good); // and nothing of all that is left in the pool
    expect((await latest(chain)).transactions).toEqual([Transaction.from(good).hash]);
    expect(failures).toEqual([]);
    await chain.close();
  });

  test('every method that does not only read is closed', async () => {
    const { dir } = await newChain();
    const { chain } = await openChain(dir);
    const closed =
      'evm_mine evm_revert evm_snapshot evm_setNextBlockTimestamp hardhat_reset hardhat_setBalance hardhat_mine ' +
      'hardhat_dropTransaction eth_sendTransaction eth_sign eth_signTypedData_v4 personal_sign eth_accounts ' +
      'eth_newFilter eth_subscribe debug_traceCall constructor ';
    for (const method of closed.split(' ')) {
      await expect(chain.request(method, [])).rejects.toMatchObject({
        code: -32601,
        message: `the method ${method} does not exist or is closed on this chain`,
      });
    }
    await chain.close();
  });

  test('a failed journal stops everything: nothing is mined, nothing is accepted any more', async () => {
    const { dir, wallet } = await newChain();
    const { chain, journal, failures } = await openChain(dir);
    await journal.close();
    const raw = await sign(wallet, 0);
    await expect(send(chain, raw)).rejects.toMatchObject({ code: -32603 });
    await expect(send(chain, raw)).rejects.toMatchObject({ code: -32000 });
    expect(failures).toMatchObject([{ code: 'journal-failed' }]);
    expect(await chain.request('eth_blockNumber', [])).toBe('0x0');
  });

  describe('a changed journal', () => {
    let origin: string;
    beforeAll(async () => {
      const { dir, wallet } = await newChain();
      const { chain } = await openChain(dir);
      for (let nonce = 0; nonce < 5; nonce++) await send(chain, await sign(wallet, nonce));
      await chain.close();
      origin = dir;
    });

    test.each<[string, (line: string[]) => string[], number, string]>([
      ['a missing line', (l) => l.toSpliced(2, 1), 3, 'the block of line 2'],
      ['a missing first line', (l) => l.slice(1), 1, 'the genesis block of chain.json'],
      ['two swapped lines', ([a, b, c, d, e]) => [a!, c!, b!, d!, e!], 2, 'the block of line 1'],
      ['a doubled line', (l) => l.toSpliced(2, 0, l[1]!), 3, 'the block of line 2'],
      ['a doubled last line', (l) => [...l, l[4]!], 6, 'the block of line 5'],
      ['a flipped character', (l) => l.with(1, l[1]!.replace('"raw":"0x02', '"raw":"0x03')), 2, 'as it was written'],
    ])('%s is named', async (_, change, line, fault) => {
      const dir = newPath();
      cpSync(origin, dir, { recursive: true });
      writeFileSync(journalPath(dir), change(lines(dir)).join('\n') + '\n');
      const error: unknown = await openChain(dir).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'journal-damaged',
        message: expect.stringMatching(`: ${journalPath(dir)} line ${line} .*${fault}$`),
      });
    });

    test('a journal of another chain stops at line 1', async () => {
      const { dir } = await newChain();
      cpSync(journalPath(origin), journalPath(dir));
      await expect(openChain(dir)).rejects.toThrow('line 1 parent is');
    });

    test('a line that was durable but not mined when the process died is mined', async () => {
      const dir = newPath();
      cpSync(origin, dir, { recursive: true });
      const wallet = new Wallet(operatorAccount(await readChainSettings(dir)).privateKey);
      const before = await openChain(dir);
      const head = await latest(before.chain);
      await before.chain.close();
      const raw = await sign(wallet, 5);
      const journal = await openJournal(journalPath(dir));
      await journal.append({ t: Number(head.timestamp) + 7, parent: head.hash, raw });
      await journal.close();

      const { chain } = await openChain(dir);
      const { hash } = Transaction.from(raw);
      expect(await latest(chain)).toMatchObject({ number: '0x6', parentHash: head.hash, transactions: [hash] });
      expect(await send(chain, raw)).toBe(hash); // its sender never got an answer, and asks again
      await chain.close();
      expect(lines(dir)).toHaveLength(6);
    });
  });
});
