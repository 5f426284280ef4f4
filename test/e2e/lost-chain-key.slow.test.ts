import { readFileSync, writeFileSync } from 'node:fs';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import artifact from '../../src/adapters/ethereum/evidence-anchor.json' with { type: 'json' };
import { sha256 } from '../oracle/merkle.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { keyWorkplace } from './key-workplace.ts';

/**
 * The chain key was stolen: the thief anchored a tree of their own, and gave the log to their own
 * account.
 */
describe('a stolen chain key', () => {
  const { workplace, service, at, data, trusts, add, trustNow } = keyWorkplace();
  const verify = (name: string, trust: string) =>
    workplace.json<{ verdict: string; exit: number }>(['verify', at(name), '--trust', trust]);
  const audit = (trust: string) =>
    workplace.json<{ problems: { code: string }[]; anchors: { count: number } }>([
      'audit',
      '--state',
      at('state.json'),
      '--trust',
      trust,
    ]);

  beforeAll(async () => {
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    await service.start();
    await add('a');
    writeFileSync(trusts.old, JSON.stringify(await trustNow()));
    await add('b', 'published');
    expect(await audit(trusts.old)).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('a key that is not lost is rotated, not given up', async () => {
    await service.stop();
    const refused = await workplace.run(['key', 'reopen']);
    expect([refused.exit, refused.stderr.includes('evl key rotate chain')], refused.stderr).toEqual([2, true]);
    await service.start();
    await eventually(async () => {
      const { exit } = await workplace.run(['anchor', 'status']);
      return exit === 0 ? true : undefined;
    });
    await add('c', 'published');
  });

  test('what the thief anchors stops the log, and every auditor sees it', async () => {
    const provider = new JsonRpcProvider(service.chainUrl, 31337, { staticNetwork: true, cacheTimeout: -1 });
    const thief = new Wallet(readFileSync(data('keys/chain.key'), 'utf8').trim(), provider);
    const { chain } = await trustNow();
    const contract = new Contract(chain.contract, artifact.abi, thief);
    const { logId } = chain.logs[0]!;
    // the contract takes any leaf of theirs on top of the root that it holds
    const leaf = `0x${'55'.repeat(32)}`;
    const oldRoot = (await contract.getFunction('rootAt').staticCall(logId, 2)) as string;
    const pair = [oldRoot, leaf].map((hash) => Buffer.from(hash.slice(2), 'hex'));
    const forged = `0x${sha256(Buffer.from([1]), ...pair).toString('hex')}`;
    const mined = async (sent: unknown) => (await (sent as Promise<{ wait(): Promise<unknown> }>)).wait();
    await mined(contract.getFunction('anchor')(logId, 2, 3, forged, [leaf]));
    const own = Wallet.createRandom(provider);
    await mined(thief.sendTransaction({ to: own.address, value: 10n ** 18n }));
    await mined(contract.getFunction('transferOperator')(logId, own.address));
    await mined(new Contract(chain.contract, artifact.abi, own).getFunction('acceptOperator')(logId));
    provider.destroy();

    const { problems } = await audit(trusts.old);
    expect(problems.map(({ code }) => code)).toContain('anchor-root-differs');
    await service.stop();
    await service.start();
    const refused = await eventually(async () => {
      const answer = await fetch(`${service.url}/readyz`);
      return answer.status === 503 ? ((await answer.json()) as { reason: string }) : undefined;
    });
    expect(refused.reason).toBe('log-forked');
    await service.stop();
    const { exit, stderr } = await workplace.run(['key', 'rotate', 'chain']);
    expect([exit, stderr.includes('evl key reopen')], stderr).toEqual([5, true]);
  });

  test('another log id under another key: anchors go on there, and no record is lost', async () => {
    const done = await workplace.json<{ fromSize: string; logId: string; to: string }>(['key', 'reopen']);
    expect(done).toMatchObject({ exit: 0, fromSize: '3' });
    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
    await service.start();
    const trust = await trustNow();
    expect(trust.chain.logs).toMatchObject([{ fromSize: '0' }, { logId: done.logId, fromSize: '3' }]);
    writeFileSync(trusts.new, JSON.stringify(trust));
    const shown = await workplace.json<{ sha256: string }>(['trust', 'show', trusts.new]);
    expect((await workplace.run(['trust', 'pin', '--sha256', shown.sha256])).exit).toBe(0);
    await add('d');
    for (const name of ['b', 'c']) expect((await workplace.run(['receipt', 'upgrade', at(name)])).exit).toBe(0);
    for (const name of ['a', 'b', 'c', 'd']) {
      expect(await verify(name, trusts.new), name).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    }
  });

  test('an audit with the new trust file passes from the same memory, over both ids; with the old one it does not', async () => {
    const judged = await audit(trusts.new);
    expect(judged).toMatchObject({ exit: 0, problems: [] });
    expect(judged.anchors.count).toBeGreaterThan(1);
    expect((await audit(trusts.old)).exit).toBe(5);
    expect(await verify('d', trusts.old)).toMatchObject({ exit: 6 });
  });
});
