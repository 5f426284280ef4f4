import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';
import type { TrustJson } from '../oracle/ledger.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { hasLiteWitness, LiteWitness } from './litewitness.ts';

/**
 * The rollback of the drill with a witness program of others, which shows no checkpoint: ledger and
 * chain are put back together.
 */
describe.runIf(hasLiteWitness())('an older copy of ledger and chain, and litewitness', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const data = workplace.env['EVL_DATA_DIR']!;
  const older = join(workplace.dir, 'older');
  const policy = join(workplace.dir, 'policy');
  const trust = join(workplace.dir, 'trust.json');
  const witness = new LiteWitness();
  const reason = async () => ((await (await fetch(`${service.url}/readyz`)).json()) as { reason?: string }).reason;
  const audit = () =>
    workplace.json<{ problems: { code: string; where: string }[] }>(
      `audit --url ${service.url} --rpc ${service.chainUrl} --trust ${trust}`.split(' '),
    );
  const registered = async (name: string, cosignedSize: number) => {
    expect((await register(service, name)).status).toBe(201);
    await eventually(async () => (await witness.size()) === cosignedSize || undefined);
  };

  beforeAll(async () => {
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    await service.start();
    await service.stop();
    const { log } = JSON.parse(readFileSync(join(data, 'trust.json'), 'utf8')) as TrustJson;
    await witness.open(log.origin, log.keys[0]!.vkey);
    writeFileSync(policy, `witness lite ${witness.vkey} ${witness.url}\nquorum lite\n`);
    workplace.env['EVL_WITNESS_POLICY'] = policy;
    await service.start();
    const offered = (await (await fetch(`${service.url}/trust.json`)).json()) as TrustJson;
    writeFileSync(trust, JSON.stringify({ ...offered, chain: { ...offered.chain, rpcUrls: [] } }));
    await registered('one', 1);
    await service.stop();
    cpSync(data, older, { recursive: true });
    await service.start();
  });

  afterAll(async () => {
    await service.stop();
    await witness[Symbol.asyncDispose]();
    workplace.remove();
  });

  test('an honest restart goes on at once, and an audit is in order', async () => {
    await registered('two', 2);
    await service.stop();
    await service.start();
    expect(await reason()).toBeUndefined();
    await registered('three', 3);
    expect(await audit()).toMatchObject({ exit: 0, problems: [] });
  });

  test('the older copy signs nothing while the witness remembers more', async () => {
    await service.stop();
    workplace.env['EVL_DATA_DIR'] = older;
    await service.start();
    expect(await reason()).toBe('witness-disagrees');
    const refused = await register(service, 'never');
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'witness-disagrees' }]);
    expect(await witness.size()).toBe(3);
    await service.stop();
    const rotated = await workplace.json<{ error: { code: string } }>(['key', 'rotate', 'log']);
    expect([rotated.exit, rotated.error.code]).toEqual([6, 'witness-disagrees']);
  });

  test('where the operator asks it no more, an audit does', async () => {
    delete workplace.env['EVL_WITNESS_POLICY'];
    await service.start();
    expect((await audit()).problems).toContainEqual(expect.objectContaining({ code: 'witness-ahead' }));
    for (const name of ['again', 'and-again', 'and-once-more']) {
      expect((await register(service, name)).status).toBe(201);
    }
    await eventually(async () => {
      const checkpoint = await (await fetch(`${service.url}/log/checkpoint`)).text();
      return checkpoint.split('\n')[1] === '4' || undefined;
    });
    const grown = await audit();
    expect([grown.exit, grown.problems.map(({ code }) => code)]).toEqual([
      6,
      ['witness-disagrees', 'too-few-cosignatures'],
    ]);
  });
});
