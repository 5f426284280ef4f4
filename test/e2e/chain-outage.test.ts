import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../server/ledger-fixture.ts';
import { Service, Workplace } from './program.ts';

/** The chain runs apart from the service and goes away for a while. */

const workplace = new Workplace();
const service = new Service(workplace);
let chain: ChildProcess | undefined;

interface Anchors {
  readonly head: { readonly size: string };
  readonly chain: { readonly reachable: boolean };
  readonly anchors: readonly { readonly state: string; readonly size: string }[];
}

beforeAll(async () => {
  expect((await workplace.run(['init'])).exit).toBe(0);
  await startChain();
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '1000';
  await service.start();
});

afterAll(async () => {
  await service.stop();
  await stopChain('SIGTERM');
  workplace.remove();
});

test('registration continues while the chain is down, and one anchor catches up', async () => {
  await add('before.txt');
  await eventually(async () => ((await anchors()).anchors[0]?.state === 'final' ? true : undefined));

  await stopChain('SIGKILL');
  for (let i = 0; i < 5; i++) await add(`during-${i}.txt`);
  const down = await eventually(async () => {
    const now = await anchors();
    return now.chain.reachable ? undefined : now;
  });
  expect(down.head.size).toBe('6');
  expect(down.anchors).toHaveLength(1);

  await startChain();
  const after = await eventually(async () => {
    const now = await anchors();
    return now.anchors[0]?.size === '6' && now.anchors[0].state === 'final' ? now : undefined;
  });
  expect(after.anchors.map(({ size }) => size)).toEqual(['6', '1']);
});

async function add(name: string): Promise<void> {
  const file = join(workplace.dir, name);
  writeFileSync(file, name);
  expect((await workplace.run(['add', file])).exit).toBe(0);
}

async function anchors(): Promise<Anchors> {
  return (await (await fetch(`${service.url}/v1/anchors`)).json()) as Anchors;
}

/** The port is drawn once and kept; the service gets the address of the chain. */
async function startChain(): Promise<void> {
  chain = workplace.spawn(['chain']);
  const url = await new Promise<string>((resolve) => {
    let text = '';
    chain!.stderr!.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const match = /http:\/\/127\.0\.0\.1:[0-9]+/.exec(text);
      if (match !== null) resolve(match[0]);
    });
  });
  workplace.env['EVL_CHAIN_PORT'] = new URL(url).port;
  workplace.env['EVL_RPC_URL'] = url;
}

async function stopChain(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => chain!.once('close', resolve));
  chain!.kill(signal);
  await ended;
}
