import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasAnvil, openTimedClient, type TestClient } from '../adapters/ethereum/clients.ts';
import { LyingProxy } from './lying-proxy.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { Service, Workplace } from './program.ts';

interface Judged {
  readonly exit: number;
  readonly verdict: string;
  readonly independence: string;
}
interface Anchors {
  readonly chain: { readonly reachable: boolean; readonly problem?: string };
  readonly anchors: readonly {
    readonly id: number;
    readonly state: string;
    readonly size: string;
    readonly blockHash?: string;
  }[];
}

/** The settings of a verifier on another machine than the service, which it does not name. */
const AWAY = { EVL_URL: '', EVL_PORT: '0' };

/**
 * The whole path on an external chain, which mines by the clock and reports its own final block; by
 * three nodes, of which two must agree.
 */
describe.runIf(hasAnvil)('on anvil, a block a second, final by its tag', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  let client: TestClient;
  const [second, liar] = [new LyingProxy(() => client.url), new LyingProxy(() => client.url)];
  const [file, trust] = ['letter.txt', 'trust.json'].map((name) => join(workplace.dir, name)) as [string, string];
  const receipt = `${file}.receipt.json`;
  const hinting = join(workplace.dir, 'offered-trust.json');
  const nodes = () => [client.url, second.url, liar.url];
  const rpc = () => nodes().flatMap((url) => ['--rpc', url]);
  const anchors = async () => (await (await fetch(`${service.url}/v1/anchors`)).json()) as Anchors;
  const register = (name: string, ...more: string[]) => {
    writeFileSync(join(workplace.dir, name), name);
    return workplace.json<{ items: { id: string }[] }>(['add', join(workplace.dir, name), ...more]);
  };

  /**
   * Follows a record until its receipt brings an anchor: the states of its anchor, and every block
   * that its receipt named.
   */
  async function follow(id: string, anchorId: number): Promise<{ states: Set<string>; blocks: string[] }> {
    const [states, blocks] = [new Set<string>(), new Set<string>()];
    await eventually(async () => {
      states.add((await anchors()).anchors.find((anchor) => anchor.id === anchorId)!.state);
      const answer = await fetch(`${service.url}/v1/evidence/${id}/receipt`);
      const { anchor } = (await answer.json()) as { anchor: { blockHash: string } | null };
      if (anchor !== null) blocks.add(anchor.blockHash);
      return blocks.size > 0 || undefined;
    });
    return { states, blocks: [...blocks] };
  }

  beforeAll(async () => {
    client = await openTimedClient();
    await Promise.all([second.open(), liar.open()]);
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '500';
    writeFileSync(`${workplace.env['EVL_DATA_DIR']}.chain.key`, `${client.privateKey}\n`, { mode: 0o600 });
  });

  afterAll(async () => {
    await service.stop();
    for (const proxy of [second, liar]) proxy.close();
    await client.close();
    workplace.remove();
  });

  test('init refuses nodes that are not on one chain, and creates nothing [E61]', async () => {
    liar.lie = ({ method }, honest) => (method === 'eth_chainId' ? '0x1' : honest);
    const refused = await workplace.json<{ error: { code: string } }>(['init', ...rpc()]);
    expect([refused.exit, refused.error.code]).toEqual([70, 'chain-identity']);
    liar.lie = ({ method, params }, honest) =>
      method === 'eth_getBlockByNumber' && params[0] === '0x0'
        ? { ...(honest as object), hash: `0x${'1'.repeat(64)}` }
        : honest;
    expect((await workplace.run(['init', ...rpc()])).stderr).toContain('the first block');
    liar.lie = ({ params }, honest) => (params[0] === 'finalized' ? null : honest);
    const endless = await workplace.json<{ error: { code: string } }>(['init', ...rpc()]);
    expect(endless.error.code, 'no anchor would be final').toBe('chain-finality');
    const few = await workplace.json<{ error: { code: string } }>(['init', ...rpc(), '--sources', '4']);
    expect([few.exit, few.error.code]).toEqual([2, 'chain-sources-too-few']);
    expect(await client.rpc('eth_getTransactionCount', [ACCOUNT, 'latest']), 'nothing was paid for').toBe('0x0');
    expect((await workplace.run(['fsck'])).exit).toBe(10);
  });

  test('init takes the tag for finality, and a majority of the nodes [E61]', async () => {
    liar.lie = (_, honest) => honest;
    const made = await workplace.json<{ trust: { chain: object } }>(['init', ...rpc(), '--operated-by', 'others']);
    expect(made.exit).toBe(0);
    expect(made.trust.chain).toMatchObject({ finality: { tag: 'finalized' }, sources: 2, rpcUrls: nodes() });
  });

  test('it is registered and anchored, and verifies, although one node is on another chain, which is reported [E61]', async () => {
    liar.lie = ({ method }, honest) => (method === 'eth_chainId' ? '0x1' : honest);
    await service.start();
    expect((await register('first.txt', '--wait', 'final')).exit).toBe(0);
    expect((await register('letter.txt', '--wait', 'final')).exit).toBe(0);
    expect(service.stderr).toContain(
      `node ${liar.url} does not count (chain-identity): another chain or contract: chain id is 1`,
    );
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('\nevl_chain_nodes_troubled 1\n');
    expect((await anchors()).chain).toEqual({ reachable: true });
    const offered = JSON.parse(await (await fetch(`${service.url}/trust.json`)).text()) as { chain: object };
    writeFileSync(trust, JSON.stringify({ ...offered, chain: { ...offered.chain, rpcUrls: [] } }));
    writeFileSync(hinting, JSON.stringify(offered));
    const own = await workplace.json<Judged>(['verify', file, '--trust', trust, ...rpc()], AWAY);
    expect(own).toMatchObject({ exit: 0, verdict: 'VERIFIED', independence: 'chain' });
  });

  test('nodes that the operator named prove nothing about a chain that others run', async () => {
    for (const more of [[], rpc()]) {
      const report = await workplace.json<Judged>(['verify', file, '--trust', hinting, ...more], AWAY);
      expect(report).toMatchObject({ exit: 6, verdict: 'INDETERMINATE', independence: 'none' });
    }
    const nearService = await workplace.json<Judged>(['verify', file, '--trust', trust, ...rpc()]);
    expect(nearService, 'on the host of the service').toMatchObject({ exit: 6, independence: 'none' });
    const audited = await workplace.json<{ problems: { code: string }[] }>(['audit', '--trust', hinting]);
    expect(audited).toMatchObject({ exit: 6, problems: [{ code: 'operator-nodes-only' }] });
    const pin = ['trust', 'pin-block', receipt, '--trust', trust, ...rpc()];
    expect((await workplace.run(pin)).exit).toBe(6);
  });

  test('doctor looks at every node, counts them, and asks for the account once', async () => {
    const codes = async (urls: readonly string[]) => {
      const { findings } = await workplace.json<{ findings: { code: string }[] }>(['doctor'], {
        EVL_RPC_URL: urls.join(', '),
      });
      return findings.map(({ code }) => code).filter((code) => /^(chain|account)/.test(code));
    };
    expect(await codes(nodes())).toEqual(['chain', 'chain', 'chain-identity', 'account']);
    expect(await codes(nodes().toReversed())).toEqual(['chain-identity', 'chain', 'chain', 'account']);
    expect(await codes([client.url])).toEqual(['chain-sources-too-few', 'chain', 'account']);
  });

  test('a reorganisation takes an anchor away before it is final: pending again, anchored again, no receipt had it [E58 E59]', async () => {
    for (let attempt = 0; ; attempt++) {
      const { items } = await register(`reorganised-${attempt}.txt`);
      const mined = await eventually(async () => {
        const newest = (await anchors()).anchors[0]!;
        return newest.state === 'mined' && newest.size === String(3 + attempt) ? newest : undefined;
      });
      await client.rpc('anvil_reorg', [3, []]);
      const { states, blocks } = await follow(items[0]!.id, mined.id);
      const final = (await anchors()).anchors.find(({ id }) => id === mined.id)!;
      expect(final.state).toBe('final');
      expect(blocks).toEqual([final.blockHash]);
      // on a slow machine it was final before, and the chain took back a final block
      if (final.blockHash === mined.blockHash && attempt < 4) continue;
      expect(final.blockHash).not.toBe(mined.blockHash);
      expect([...states]).toContain('sent');
      return;
    }
  });

  test('offline: pinned blocks are enough, and one flipped bit of the header is noticed [E62]', async () => {
    const offline = (...more: string[]) =>
      workplace.json<Judged>(['verify', file, '--trust', trust, '--offline', ...more]);
    expect(await offline()).toMatchObject({ exit: 6, verdict: 'INDETERMINATE' });
    const pinned = await workplace.json<{ isOfflineReady: boolean; vouchedBy: string }>(
      ['trust', 'pin-block', receipt, '--trust', trust, ...rpc()],
      AWAY,
    );
    expect(pinned).toMatchObject({ exit: 0, isOfflineReady: true, vouchedBy: `${client.url}, ${second.url}` });
    expect(await service.stop()).toBe(0);
    await client.close();
    expect(await offline()).toMatchObject({ exit: 0, verdict: 'VERIFIED', independence: 'pinned-block' });
    const bent = JSON.parse(readFileSync(receipt, 'utf8')) as { anchor: { header: string } };
    const { header } = bent.anchor;
    bent.anchor.header = header.slice(0, -1) + (Number.parseInt(header.at(-1)!, 16) ^ 1).toString(16);
    const path = join(workplace.dir, 'bent.receipt.json');
    writeFileSync(path, JSON.stringify(bent));
    expect(await offline('--receipt', path)).toMatchObject({ exit: 5, verdict: 'INCONSISTENT' });
  });
});

/** Of the client's key. */
const ACCOUNT = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
