import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { GARBAGE, type Lie, LyingProxy, TOO_MANY } from './lying-proxy.ts';

/** The service behind a node that is not always what it should be. */

const workplace = new Workplace();
const service = new Service(workplace);
let chain: ChildProcess;
let chainUrl = '';
const proxy = new LyingProxy(() => chainUrl);

interface Anchors {
  readonly chain: { readonly reachable: boolean; readonly problem?: string };
  readonly anchors: readonly { readonly state: string; readonly size: string }[];
}
const anchors = async () => (await (await fetch(`${service.url}/v1/anchors`)).json()) as Anchors;

beforeAll(async () => {
  expect((await workplace.run(['init'])).exit).toBe(0);
  chain = workplace.spawn(['chain']);
  chainUrl = await new Promise<string>((resolve) => {
    let text = '';
    chain.stderr!.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const url = /http:\/\/127\.0\.0\.1:[0-9]+/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    });
  });
  await proxy.open();
  workplace.env['EVL_RPC_URL'] = `${proxy.url}, ${proxy.url}`; // named twice it is one
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '500';
  await service.start();
});

afterAll(async () => {
  proxy.close();
  await service.stop();
  const ended = new Promise((resolve) => chain.once('close', resolve));
  chain.kill();
  await ended;
  workplace.remove();
});

const LIES: readonly (readonly [string, Lie, string])[] = [
  ['another chain', ({ method }, honest) => (method === 'eth_chainId' ? '0x1' : honest), 'chain-identity'],
  ['other code at the address', ({ method }, honest) => (method === 'eth_getCode' ? '0x00' : honest), 'chain-identity'],
  ['garbage', () => GARBAGE, 'chain-unreachable'],
];

let count = 0;
test.each(LIES)(
  '%s: registration continues, the problem is reported, and anchoring resumes when the node recovers [E52 E60 E69]',
  async (_, lie, code) => {
    // a known node is identified again after it failed
    proxy.lie = () => TOO_MANY;
    await eventually(async () => ((await anchors()).chain.reachable ? undefined : true));
    proxy.lie = lie;
    const name = join(workplace.dir, `${count++}.txt`);
    writeFileSync(name, `letter ${count}`);
    expect((await workplace.run(['add', name])).exit).toBe(0);
    await eventually(async () => ((await anchors()).chain.problem === code ? true : undefined));
    proxy.lie = (__, honest) => honest;
    const after = await eventually(async () => {
      const now = await anchors();
      return now.anchors[0]?.size === String(count) && now.anchors[0].state === 'final' ? now : undefined;
    });
    expect(after.chain).toEqual({ reachable: true });
    expect(new Set(after.anchors.map(({ size }) => size)).size, 'one anchor a size').toBe(after.anchors.length);
  },
  120_000,
);
