import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { journalPath } from '../../src/adapters/local-chain/settings.ts';
import { type ChainEvent, superviseChain } from '../../src/adapters/local-chain/supervisor.ts';
import { superviseLocalChain } from '../../src/compose/local-chain.ts';
import { chainFolders, sign } from '../adapters/local-chain/folders.ts';
import { rpc, startProcess } from './chain-program.ts';

const localChain = new URL('../../src/compose/local-chain.ts', import.meta.url).href;
const folders = chainFolders();
const { newChain } = folders;
afterAll(folders.remove);

describe('the supervisor', () => {
  const until = async (holds: () => boolean) => {
    while (!holds()) await delay(20);
  };

  test('starts a killed child again at the same address, and stops without a trace', async () => {
    const { dir, wallet } = await newChain();
    const events: ChainEvent[] = [];
    const supervised = superviseLocalChain({ dir, port: 0, onEvent: (event) => events.push(event) });
    const url = await supervised.url;
    const hash = await rpc(url, 'eth_sendRawTransaction', await sign(wallet, 0));
    const starting = events[0];
    expect(starting).toMatchObject({ type: 'starting', pid: expect.any(Number) });
    if (starting?.type === 'starting') process.kill(starting.pid!, 'SIGKILL');
    const readies = () => events.filter((event) => event.type === 'ready');
    await until(() => readies().length === 2);
    expect(readies()).toMatchObject([
      { url, blocks: 0 },
      { url, blocks: 1 },
    ]);
    const reason = { zh: '信号 SIGKILL', en: 'signal SIGKILL' };
    expect(events).toContainEqual({ type: 'exited', code: null, signal: 'SIGKILL', reason, retryInMs: 500 });
    expect(await rpc(url, 'eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' });
    const eventCount = events.length;
    await supervised.stop();
    await expect(rpc(url, 'eth_chainId')).rejects.toThrow('fetch failed');
    expect(events).toHaveLength(eventCount);
  });

  test('does not try again what cannot get better', async () => {
    const { dir } = await newChain();
    writeFileSync(journalPath(dir), 'garbage\n');
    const events: ChainEvent[] = [];
    const supervised = superviseLocalChain({ dir, port: 0, onEvent: (event) => events.push(event) });
    await expect(supervised.url).rejects.toMatchObject({ code: 'journal-damaged' });
    // By the time that another failure is tried again, this one would have been.
    let starts = 0;
    const transient = superviseChain({
      program: join(dir, 'nothing.js'),
      dir,
      port: 0,
      onEvent: ({ type }) => (starts += type === 'starting' ? 1 : 0),
    });
    await until(() => starts === 2);
    await transient.stop();
    expect(events.map((event) => event.type)).toEqual(['starting', 'failed']);
    await supervised.stop();
  });

  test('names a taken port once, before the journal is mined again, and starts when it is free', async () => {
    const { dir } = await newChain();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const events: ChainEvent[] = [];
    const supervised = superviseLocalChain({ dir, port, onEvent: (event) => events.push(event) });
    const starts = () => events.filter(({ type }) => type === 'starting').length;
    await until(() => starts() === 3);
    const others = events.filter(({ type }) => type !== 'starting');
    expect(others).toMatchObject([{ type: 'exited', failure: 'port-in-use', code: 70 }]);
    taken.close();
    expect(await supervised.url).toContain(String(port));
    await supervised.stop();
  });

  test('can be stopped at once', async () => {
    const { dir } = await newChain();
    const supervised = superviseLocalChain({ dir, port: 0, onEvent: () => undefined });
    await supervised.stop();
    await expect(supervised.url).rejects.toThrow('stopped before it was ready');
  });

  test('the death of the parent ends the child', async () => {
    const { dir } = await newChain();
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { superviseLocalChain } from ${JSON.stringify(localChain)};
       let pid;
       superviseLocalChain({ dir: ${JSON.stringify(dir)}, port: 0, onEvent(event) {
         if (event.type === 'starting') pid = event.pid;
         if (event.type === 'ready') console.log(pid);
       } });`,
    ]);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(printed));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    expect(isAlive()).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive());
    expect(await startProcess(dir).ready).toMatchObject({ blocks: 0 });
  });
});
