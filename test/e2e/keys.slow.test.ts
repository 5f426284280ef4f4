import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnchorJson, TrustJson } from '../oracle/ledger.ts';
import { keyWorkplace } from './key-workplace.ts';
import { Service, Workplace } from './program.ts';

interface Judged {
  readonly exit: number;
  readonly verdict: string;
  readonly steps: readonly { readonly step: string; readonly status: string; readonly code: string }[];
}

const codeOf = ({ steps }: Judged, name: string) => steps.find(({ step }) => step === name)!.code;

/**
 * A ledger in use, whose log key and chain key are both changed; and the verifiers who do not know
 * of it.
 */
describe('keys that are changed as planned', () => {
  const { workplace, service, at, data, trusts, add, trustNow } = keyWorkplace();
  const verify = (name: string, trust: string, ...more: string[]) =>
    workplace.json<Judged>(['verify', at(name), '--trust', trust, ...more]);
  const audit = (...more: string[]) =>
    workplace.json<{ ok: boolean; problems: { code: string }[] }>(['audit', '--state', at('state.json'), ...more]);

  const diff = (...files: string[]) =>
    workplace.json<{ newKeys: unknown[]; added: string[] }>(['trust', 'diff', ...files]);
  /** As a user who got the fingerprint by telephone. */
  const accept = async () => {
    const { sha256 } = await workplace.json<{ sha256: string }>(['trust', 'show']);
    const unasked = await workplace.json(['trust', 'pin']);
    expect(unasked).toMatchObject({ exit: 6, accepted: false, sha256 });
    const wrong = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    expect((await workplace.run(['trust', 'pin', '--sha256', wrong])).exit).toBe(6);
    expect((await diff()).exit, 'nothing was accepted so far').toBe(6);
    const spoken = sha256.toUpperCase().replaceAll(/(.{8})/g, '$1 ');
    expect(await workplace.json(['trust', 'pin', '--sha256', spoken])).toMatchObject({ exit: 0, accepted: true });
    expect(await diff()).toMatchObject({ exit: 0, same: true });
  };

  beforeAll(async () => {
    await service.start();
    await add('a');
    await add('b');
    writeFileSync(trusts.old, JSON.stringify(await trustNow()));
    expect(await audit()).toMatchObject({ exit: 0, ok: true });
    await add('late', 'pending');
  });
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('not while the service runs', async () => {
    expect((await workplace.run(['key', 'rotate', 'log'])).exit).toBe(11);
    expect((await workplace.run(['key', 'rotate', 'chain'])).exit).toBe(11);
  });

  test('the log key: old and new sign the change, each size has its key', async () => {
    await service.stop();
    const done = await workplace.json<{ oldKey: string; newKey: string; fromSize: string; confirmedSize: string }>([
      'key',
      'rotate',
      'log',
    ]);
    expect(done).toMatchObject({ exit: 0, fromSize: '4', confirmedSize: '2' });
    expect(readdirSync(data('keys')).toSorted()).toEqual(['chain.key', 'log.key', 'log.key.1']);
    await service.start();
    const { log } = await trustNow();
    expect(log.keys).toEqual([
      { vkey: done.oldKey, fromSize: '0', toSize: '4' },
      { vkey: done.newKey, fromSize: '4' },
    ]);
    expect(await diff(), 'a user who remembers the old trust file is stopped').toMatchObject({
      exit: 6,
      newKeys: [{ vkey: done.newKey, signed: 'by-trusted-key', fromSize: '4' }],
    });
    await accept();
    await add('c');
  });

  test('the chain key: the contract names the operator, and anchors go on', async () => {
    await service.stop();
    const done = await workplace.json<{ from: string; to: string }>(['key', 'rotate', 'chain']);
    expect(done).toMatchObject({ exit: 0 });
    expect(done.from).not.toBe(done.to);
    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
    await service.start();
    expect(await diff(), 'the trust file names no account').toMatchObject({ exit: 0 });
    await add('d');
    const rotations = (await (await fetch(`${service.url}/rotations.json`)).json()) as {
      log: string[];
      chain: { from: string; to: string }[];
    };
    expect(rotations.log).toHaveLength(1);
    expect(rotations.chain).toMatchObject([{ from: done.from, to: done.to }]);
    expect(service.stderr).not.toContain('key-wrong');
    writeFileSync(trusts.new, JSON.stringify(await trustNow()));
  });

  test('with the new trust file receipts from before, between and after verify', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      expect(await verify(name, trusts.new), name).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    }
    expect((await workplace.run(['receipt', 'upgrade', at('late'), '--trust', trusts.new])).exit).toBe(0);
    expect(await verify('late', trusts.new)).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
  });

  test('offline too, with their blocks pinned', async () => {
    for (const name of ['b', 'd']) {
      const pin = ['trust', 'pin-block', `${at(name)}.receipt.json`, '--trust', trusts.new];
      expect((await workplace.run([...pin, '--rpc', service.chainUrl])).exit).toBe(0);
    }
    for (const name of ['b', 'd']) {
      expect(await verify(name, trusts.new, '--offline'), name).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    }
  });

  test('with the old trust file those from before verify, and those from after are INDETERMINATE', async () => {
    for (const name of ['a', 'b']) expect((await verify(name, trusts.old)).verdict, name).toBe('VERIFIED');
    for (const name of ['c', 'd']) {
      const report = await verify(name, trusts.old);
      expect([report.exit, codeOf(report, 'log-signature')], name).toEqual([6, 'key-unknown']);
    }
  });

  test('an auditor learns that the trust changed, accepts it, and continues from the same memory', async () => {
    const told = await audit();
    expect(told).toMatchObject({ exit: 6, ok: false });
    expect(told.problems.map(({ code }) => code)).toContain('key-unknown');
    expect(await audit('--trust', trusts.new)).toMatchObject({ exit: 0, ok: true });
  });

  test('a backup has the changes too, and requires the current keys', async () => {
    await service.stop();
    expect((await workplace.run(['backup', at('backup')])).exit).toBe(0);
    const env = { EVL_DATA_DIR: at('restored') };
    const old = at('old-keys');
    cpSync(data('keys'), old, { recursive: true });
    cpSync(data('chain/chain.json'), join(old, 'chain.json'));
    cpSync(join(old, 'log.key.1'), join(old, 'log.key'));
    const restore = (keys: string) =>
      workplace.run(['restore', at('backup'), '--keys', keys, '--accept-rollback'], env);
    expect((await restore(old)).exit).toBe(12);
    cpSync(data('keys/log.key'), join(old, 'log.key'));
    expect((await restore(old)).exit).toBe(0);
    expect(readFileSync(join(at('restored'), 'rotations.json'))).toEqual(readFileSync(data('rotations.json')));
    expect(await workplace.json(['fsck'], env)).toMatchObject({ exit: 0, ok: true });
  });

  test('the old key back in its place is refused, as is a chain key of the past', async () => {
    await service.stop();
    const copy = at('copy');
    cpSync(data(''), copy, { recursive: true });
    for (const key of ['log.key', 'chain.key']) {
      writeFileSync(join(copy, 'keys', key), readFileSync(join(copy, 'keys', `${key}.1`)));
    }
    const env = { EVL_DATA_DIR: copy, EVL_PORT: '0', EVL_CHAIN_PORT: '0' };
    expect(await workplace.run(['serve'], env)).toMatchObject({ exit: 12 });
    expect(await workplace.json(['fsck'], env)).toMatchObject({
      exit: 5,
      problems: [{ code: 'key-wrong' }, { code: 'key-wrong' }],
    });
  });
});

/**
 * The log key was stolen some time after block B: what was anchored by then is good, and everything
 * else gets a receipt under the new key.
 */
describe('a stolen log key', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const at = (name: string) => join(workplace.dir, name);
  const add = async (name: string) => {
    writeFileSync(at(name), `the letter ${name}`);
    const { exit, stderr } = await workplace.run(['add', at(name), '--wait', 'final']);
    expect(exit, stderr).toBe(0);
  };
  const verify = (name: string) => workplace.json<Judged>(['verify', at(name)]);
  const blockOf = (name: string) => {
    const { anchor } = JSON.parse(readFileSync(`${at(name)}.receipt.json`, 'utf8')) as { anchor: AnchorJson };
    return Number(anchor.blockNumber);
  };
  let sure: number;

  beforeAll(async () => {
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    await service.start();
    await add('a');
    await add('b');
    sure = blockOf('a');
    expect(blockOf('b')).toBeGreaterThan(sure);
    await service.stop();
  });
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('is rotated and revoked in one step; an invalid block is refused', async () => {
    expect((await workplace.run(['key', 'rotate', 'log', '--revoke-old-at', '0x7'])).exit).toBe(2);
    const tooLate = await workplace.json(['key', 'rotate', 'log', '--revoke-old-at', '1000000']);
    expect(tooLate).toMatchObject({ exit: 2, error: { code: 'block-not-final' } });
    const done = await workplace.json(['key', 'rotate', 'log', '--revoke-old-at', String(sure)]);
    expect(done).toMatchObject({ exit: 0, revokedAtBlock: String(sure) });
    await service.start();
    const { sha256 } = await workplace.json<{ sha256: string }>(['trust', 'show']);
    expect((await workplace.run(['trust', 'pin', '--sha256', sha256])).exit).toBe(0);
    expect(await verify('a')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    const late = await verify('b');
    expect([late.exit, codeOf(late, 'log-signature')]).toEqual([6, 'key-revoked']);
    const audit = await workplace.json<{ problems: { code: string }[] }>(['audit']);
    expect([audit.exit, audit.problems.map(({ code }) => code)]).toEqual([6, ['key-revoked']]);
    expect((await workplace.run(['receipt', 'upgrade', at('b')])).exit, 'nothing better yet').toBe(6);
  });

  test('once something is anchored under the new key, every record has a receipt that counts', async () => {
    await add('c');
    expect(await verify('c')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    expect((await workplace.run(['receipt', 'upgrade', at('b')])).exit).toBe(0);
    expect(await verify('b')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    expect(await verify('a')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
    expect(await workplace.json(['audit'])).toMatchObject({ exit: 0, ok: true });
  });

  test('an old key can be revoked later too, and earlier; the current one, and an unknown one, cannot', async () => {
    const { log } = (await (await fetch(`${service.url}/trust.json`)).json()) as TrustJson;
    const [old, present] = log.keys.map(({ vkey }) => vkey.split('+')[1]!) as [string, string];
    await service.stop();
    expect((await workplace.run(['key', 'revoke', present, '--at', '1'])).exit).toBe(12);
    expect((await workplace.run(['key', 'revoke', '00000000', '--at', '1'])).exit).toBe(12);
    const tooLate = await workplace.json(['key', 'revoke', old, '--at', '1000000']);
    expect(tooLate).toMatchObject({ exit: 2, error: { code: 'block-not-final' } });
    expect((await workplace.run(['key', 'revoke', old, '--at', String(sure - 1)])).exit).toBe(0);
    await service.start();
    expect((await verify('a')).exit, 'the trust file changed').toBe(6);
    const { sha256 } = await workplace.json<{ sha256: string }>(['trust', 'show']);
    expect((await workplace.run(['trust', 'pin', '--sha256', sha256])).exit).toBe(0);
    expect(codeOf(await verify('a'), 'log-signature')).toBe('key-revoked');
    expect((await workplace.run(['receipt', 'upgrade', at('a')])).exit).toBe(0);
    expect(await verify('a')).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
  });
});
