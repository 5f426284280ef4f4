import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';
import { GARBAGE, type Lie, LyingProxy, SILENCE, TOO_MANY } from './lying-proxy.ts';

/** A node that lies to verifiers and auditors, next to honest ones. */

const workplace = new Workplace();
const service = new Service(workplace);
const proxy = new LyingProxy(() => service.chainUrl);
const [file, trust] = [join(workplace.dir, 'letter.txt'), join(workplace.dir, 'trust.json')];
let honestUrl = '';
/** Passes everything on: an honest node at another address. */
const second = new LyingProxy(() => service.chainUrl);

beforeAll(async () => {
  await service.start();
  writeFileSync(file, 'a letter');
  expect((await workplace.run(['add', file, '--wait', 'final'])).exit).toBe(0);
  const offered = JSON.parse(await (await fetch(`${service.url}/trust.json`)).text()) as { chain: object };
  writeFileSync(trust, JSON.stringify({ ...offered, chain: { ...offered.chain, sources: 2 } }));
  await proxy.open();
  honestUrl = service.chainUrl;
  await second.open();
});

afterAll(async () => {
  proxy.close();
  second.close();
  await service.stop();
  workplace.remove();
});

interface Judged {
  readonly verdict: string;
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string }[];
}

async function verify(urls: readonly string[]): Promise<Judged> {
  return workplace.json<Judged>(['verify', file, '--trust', trust, ...urls.flatMap((url) => ['--rpc', url])]);
}

const flipLast = (hex: string) => hex.slice(0, -1) + (Number.parseInt(hex.at(-1)!, 16) ^ 1).toString(16);
const block = (honest: unknown) => honest as { readonly number: string; readonly hash: string };
const isRootAt = (params: readonly unknown[]) => (params[0] as { data: string }).data.length === 2 + 8 + 128;

/** Lies of substance: the node is on the chain, and contradicts the others. */
const CONTRADICTIONS: Readonly<Record<string, Lie>> = {
  'another root': ({ method, params }, honest) =>
    method === 'eth_call' && isRootAt(params) ? flipLast(honest as string) : honest,
  'no root at all': ({ method, params }, honest) =>
    method === 'eth_call' && isRootAt(params) ? `0x${'00'.repeat(32)}` : honest,
  'an event with another root': ({ method }, honest) =>
    method === 'eth_getLogs'
      ? (honest as { data: string }[]).map((log) => ({
          ...log,
          data: flipLast(log.data.slice(0, 66)) + log.data.slice(66),
        }))
      : honest,
  'no event': ({ method }, honest) => (method === 'eth_getLogs' ? [] : honest),
  'another block at the height of the anchor': ({ method, params }, honest) =>
    method === 'eth_getBlockByNumber' && /^0x[1-9a-f]/.test(String(params[0]))
      ? { ...block(honest), hash: flipLast(block(honest).hash) }
      : honest,
};

/** What makes a node unusable: it is on another chain, behind, or gives unreadable answers. */
const WORTHLESS: Readonly<Record<string, Lie>> = {
  'another chain id': ({ method }, honest) => (method === 'eth_chainId' ? '0x1' : honest),
  'another genesis': ({ method, params }, honest) =>
    method === 'eth_getBlockByNumber' && params[0] === '0x0'
      ? { ...block(honest), hash: flipLast(block(honest).hash) }
      : honest,
  'other code at the address': ({ method }, honest) => (method === 'eth_getCode' ? flipLast(honest as string) : honest),
  'a stale head': ({ method, params }, honest) =>
    method === 'eth_getBlockByNumber' && !String(params[0]).startsWith('0x')
      ? { ...block(honest), number: '0x0' }
      : honest,
  garbage: () => GARBAGE,
  'an invalid shape': () => ({ nonsense: true }),
  '429': () => TOO_MANY,
};

describe('a verifier that requires two sources', () => {
  test('two names of an honest node; one name twice is one node', async () => {
    expect((await verify([honestUrl, second.url])).verdict).toBe('VERIFIED');
    expect((await verify([honestUrl, honestUrl])).verdict).toBe('INDETERMINATE');
  });

  test.each(Object.entries(CONTRADICTIONS))(
    '%s, by one node: never VERIFIED, never INCONSISTENT [E62 E64]',
    async (_, lie) => {
      proxy.lie = lie;
      for (const urls of [[proxy.url], [proxy.url, honestUrl], [honestUrl, second.url, proxy.url]]) {
        expect((await verify(urls)).verdict, `${urls.length} nodes`).toBe('INDETERMINATE');
      }
      const { steps } = await verify([honestUrl, proxy.url]);
      expect(steps.map(({ code }) => code)).toContain('sources-disagree');
    },
  );

  test.each(Object.entries(WORTHLESS))('%s: that node does not count [E52 E63 E69]', async (_, lie) => {
    proxy.lie = lie;
    expect((await verify([proxy.url])).verdict).toBe('INDETERMINATE');
    expect((await verify([proxy.url, honestUrl])).verdict).toBe('INDETERMINATE');
    expect((await verify([proxy.url, honestUrl, second.url])).verdict).toBe('VERIFIED');
  });

  test('silence: waits ten seconds, then continues without that node', async () => {
    proxy.lie = () => SILENCE;
    expect((await verify([honestUrl, second.url, proxy.url])).verdict).toBe('VERIFIED');
  });

  test('one node by several names and paths counts once', async () => {
    const names = ['127.0.0.1', 'localhost', '127.0.0.2'].map((host) => honestUrl.replace('127.0.0.1', host));
    expect((await verify([...names, `${honestUrl}/x`, `${honestUrl}//`])).verdict).toBe('INDETERMINATE');
  });

  test('an audit judges as little', async () => {
    for (const lie of [CONTRADICTIONS['another root']!, WORTHLESS['another chain id']!, WORTHLESS['429']!]) {
      proxy.lie = lie;
      const { exit } = await workplace.run(['audit', '--trust', trust, '--rpc', proxy.url, '--rpc', honestUrl]);
      expect(exit).toBe(6);
    }
    expect((await workplace.run(['audit', '--trust', trust, '--rpc', honestUrl, '--rpc', second.url])).exit).toBe(0);
  });
});
