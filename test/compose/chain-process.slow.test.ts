import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { journalPath } from '../../src/adapters/local-chain/settings.ts';
import { CHAIN_PROGRAM } from '../../src/compose/local-chain.ts';
import { chainFolders, sign } from '../adapters/local-chain/folders.ts';
import { follow, rpc, startProcess } from './chain-program.ts';
import { hasPosix } from '../availability.ts';

const folders = chainFolders();
const { newPath, newChain } = folders;
afterAll(folders.remove);

describe('the process', () => {
  test('kill -9 ten times under a sending client: all that was answered is there, and the head is reproducible', async () => {
    const { dir, wallet } = await newChain();
    const answered: string[] = [];
    for (let round = 0; round < 10; round++) {
      const { child, ready, exited } = startProcess(dir);
      const { url } = await ready;
      const enough = answered.length + 1 + (round % 4);
      let kill: Promise<unknown> | undefined;
      try {
        for (let nonce = Number(await rpc(url, 'eth_getTransactionCount', wallet.address, 'latest')); ; nonce++) {
          answered.push(await rpc<string>(url, 'eth_sendRawTransaction', await sign(wallet, nonce)));
          // At another moment of a later transaction each time.
          if (answered.length === enough) kill = delay(round).then(() => child.kill('SIGKILL'));
        }
      } catch {
        await kill; // the connection broke: the transaction under way may be mined or not
      }
      expect(await exited).toMatchObject({ signal: 'SIGKILL' });
    }
    expect(answered.length).toBeGreaterThanOrEqual(20);

    const heads: string[] = [];
    for (let again = 0; again < 2; again++) {
      const { child, ready, exited } = startProcess(dir);
      const { url, blocks } = await ready;
      expect(blocks! - answered.length).toBeLessThanOrEqual(10);
      for (const hash of answered) expect(await rpc(url, 'eth_getTransactionReceipt', hash)).not.toBeNull();
      heads.push((await rpc<{ hash: string }>(url, 'eth_getBlockByNumber', 'latest', false)).hash);
      child.send('stop');
      expect(await exited).toEqual({ code: 0, signal: null });
    }
    expect(heads[0]).toBe(heads[1]);
  });

  test('a second process on the folder ends with 11, the first goes on; the lock dies with its holder', async () => {
    const { dir, wallet } = await newChain();
    const first = startProcess(dir);
    const { url } = await first.ready;
    const second = startProcess(dir);
    expect(await second.exited).toEqual({ code: 11, signal: null });
    expect(second.reports).toMatchObject([{ type: 'failed', code: 'locked' }]);
    await rpc(url, 'eth_sendRawTransaction', await sign(wallet, 0));
    first.child.kill('SIGKILL');
    expect(await startProcess(dir).ready).toMatchObject({ blocks: 1, tornBytes: 0 });
  });

  test('it works from an empty foreign folder, writes nothing there, and prints nothing on stdout', async () => {
    const { dir } = await newChain();
    const cwd = newPath();
    mkdirSync(cwd, { mode: 0o500 });
    const { child, ready, exited } = startProcess(dir, { cwd });
    let said = '';
    child.stdout?.on('data', (chunk) => (said += String(chunk)));
    const { url } = await ready;
    expect(await rpc(url, 'eth_chainId')).toBe('0x7a69');
    child.kill('SIGINT'); // for the parent, not for it
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    expect([said, readdirSync(cwd)]).toEqual(['', []]);
  });

  test.runIf(hasPosix())('a disk that takes no more ends it with 70; a restart goes on', async () => {
    const { dir, wallet } = await newChain();
    const script = 'ulimit -f 3; exec "$0" "$@"'; // 1,536 bytes a file
    const limited = follow(
      spawn('sh', ['-c', script, process.execPath, CHAIN_PROGRAM, dir, '0'], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      }),
    );
    const { url } = await limited.ready;
    const answered: string[] = [];
    await expect(async () => {
      for (let nonce = 0; nonce < 20; nonce++) {
        answered.push(await rpc<string>(url, 'eth_sendRawTransaction', await sign(wallet, nonce)));
      }
    }).rejects.toThrow(/fetch failed|the chain has stopped/);
    expect(await limited.exited).toEqual({ code: 70, signal: null });
    expect(limited.reports.at(-1)).toMatchObject({ type: 'failed', code: 'journal-failed' });
    expect(answered.length).toBeGreaterThan(0);

    const { blocks, tornBytes } = await startProcess(dir).ready;
    expect(blocks).toBe(answered.length);
    expect(tornBytes).toBeGreaterThan(0);
  });

  test('damage, a missing chain and a taken port end it with a reason', async () => {
    const { dir } = await newChain();
    writeFileSync(journalPath(dir), 'garbage\n');
    const damaged = startProcess(dir);
    const missing = startProcess(newPath());
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const blocked = startProcess((await newChain()).dir, { port });

    expect(await damaged.exited).toMatchObject({ code: 70 });
    expect(damaged.reports).toMatchObject([
      { code: 'journal-damaged', text: { en: expect.stringContaining('line 1') } },
    ]);
    expect(await missing.exited).toMatchObject({ code: 10 });
    expect(missing.reports).toMatchObject([{ code: 'chain-missing' }]);
    expect(await blocked.exited).toMatchObject({ code: 70 });
    expect(blocked.reports.at(-1)).toMatchObject({
      code: 'port-in-use',
      text: { en: `port ${port} on 127.0.0.1 is in use by another program` },
    });
  });

  test('JSON-RPC: batches, reverts with their data, and what is not a call', async () => {
    const { dir, wallet } = await newChain();
    const { url } = await startProcess(dir).ready;
    const post = async (body: string) => (await fetch(url, { method: 'POST', body })).json();
    const call = (id: number | string, method: string, params: unknown[] = []) => ({
      jsonrpc: '2.0',
      id,
      method,
      params,
    });

    expect(await post(JSON.stringify([call(1, 'eth_blockNumber'), call('b', 'evm_mine')]))).toMatchObject([
      { id: 1, result: '0x0' },
      { id: 'b', error: { code: -32601 } },
    ]);
    expect(await post('{')).toMatchObject({ id: null, error: { code: -32700 } });
    expect(await post('{"id":1}')).toMatchObject({ error: { code: -32600 } });
    expect(await post('[]')).toMatchObject({ error: { code: -32600 } });
    expect(await post(' '.repeat(1024 * 1024 + 1))).toMatchObject({
      error: { code: -32600, message: 'body is larger than 1048576 bytes' },
    });
    expect((await fetch(url)).status).toBe(405);
    const preflight = await fetch(url, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin'), 'no page of another origin').toBeNull();

    // Runtime code: revert with the first 32 bytes of empty memory.
    const hash = await rpc(
      url,
      'eth_sendRawTransaction',
      await sign(wallet, 0, { to: null, value: 0, data: '0x6460206000fd6000526005601bf3' }),
    );
    const { contractAddress: to } = await rpc<{ contractAddress: string }>(url, 'eth_getTransactionReceipt', hash);
    expect(await post(JSON.stringify(call(1, 'eth_call', [{ to }, 'latest'])))).toMatchObject({
      error: { code: 3, data: `0x${'00'.repeat(32)}` },
    });
  });
});
