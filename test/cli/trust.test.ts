import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { json } from '../client/http-server.ts';
import { checkpointNote, ORIGIN, testLedger, type TestLedger, trustJson, type TrustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { policyOf, testWitness } from '../oracle/witness.ts';
import { evl } from './evl.ts';
import { serveLedger, type ServedLedger } from './served-ledger.ts';

let ledger: TestLedger;
let served: ServedLedger;
let cwd: string;
const next = testKey(ORIGIN, 4);

beforeEach(async () => {
  ledger = testLedger();
  served = await serveLedger(ledger, 7);
  cwd = mkdtempSync(join(tmpdir(), 'evl-trust-'));
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  evl(args, { cwd, env: { EVL_URL: served.url, EVL_HOME: join(cwd, 'home'), ...env } });
const write = (name: string, trust: TrustJson) => writeFileSync(join(cwd, name), JSON.stringify(trust));
const fingerprintOf = (trust: TrustJson) => trustFingerprint(parseTrust(JSON.stringify(trust)));
const bent = (bend: (trust: TrustJson) => void) => {
  const trust = structuredClone(served.trust);
  bend(trust);
  return trust;
};
/** The log key was changed at size 8, signed by the old and the new key. */
const rotate = (...signers: Parameters<typeof signedNote>[1][]) => {
  served.trust.log.keys = [
    { vkey: ledger.key.vkey, fromSize: '0', toSize: '8' },
    { vkey: next.vkey, fromSize: '8' },
  ];
  const text = `evidence-ledger/key-rotation/v1\n${ORIGIN}\n8\n${next.vkey}\n2026-11-26T06:00:00.000Z\n`;
  const log = [signedNote(text, ...signers)];
  served.lies.set('/rotations.json', json({ format: 'evidence-ledger/rotations/v1', log, chain: [] }));
};

describe('trust show', () => {
  test('shows every fact, of a file or of what the service offers', async () => {
    const trust = bent((t) => {
      t.log.keys = [{ vkey: ledger.key.vkey, fromSize: '0', toSize: '8', revokedAtBlock: '12' }];
      t.log.keys.push({ vkey: next.vkey, fromSize: '8' });
      t.witnessPolicy = policyOf(1, testWitness('court.example', 3));
      t.endorsers = { k: 1, of: [`0x${'0e'.repeat(20)}`] };
      t.pinnedCheckpoints = [checkpointNote(ledger, 3)];
      t.pinnedBlocks = [{ number: '4', hash: ledger.chain.blockHash(4) }];
      t.maxPendingMs = 5000;
    });
    write('t.json', trust);
    const { exit, stdout } = await run(['trust', 'show', 't.json']);
    expect(exit).toBe(0);
    const [oldId, newId] = trust.log.keys.map(({ vkey }) => vkey.split('+')[1]!);
    for (const words of [
      `log ${ORIGIN}`,
      `log key ${oldId}, signed sizes from 0 to 7`,
      `log key ${oldId} is revoked: only checkpoints anchored by block 12 are valid`,
      `log key ${newId}, signs sizes from 8 on`,
      'chain 31337',
      `log id ${ledger.logId} for sizes from 0 on`,
      'the chain is run by the operator',
      'final: the finalized block of the node',
      '1 node must agree',
      'required witnesses: 1/1(w0)',
      'witness w0: court.example+',
      '1 endorser required',
      'pinned checkpoint: size 3',
      'pinned block 4: 0x',
      'pending for at most 5000 ms',
      'node (a hint only): http://127.0.0.1:',
      `fingerprint sha256:${fingerprintOf(trust)}`,
    ]) {
      expect(stdout).toContain(words);
    }
    const offered = await run(['trust', 'show', '--json']);
    expect(JSON.parse(offered.stdout)).toMatchObject({ sha256: fingerprintOf(served.trust) });
  });

  test('what cannot be read or fetched is reported', async () => {
    writeFileSync(join(cwd, 't.json'), '{}');
    expect((await run(['trust', 'show', 't.json'])).exit).toBe(6);
    expect((await run(['trust', 'show'], { EVL_URL: 'http://127.0.0.1:1' })).exit).toBe(6);
  });
});

describe('trust diff', () => {
  test('two files: each changed fact, exit 6; hints do not count', async () => {
    write('a.json', served.trust);
    write(
      'b.json',
      bent((t) => (t.chain.rpcUrls = [])),
    );
    expect(await run(['trust', 'diff', 'a.json', 'b.json'])).toMatchObject({ exit: 0 });
    write(
      'c.json',
      bent((t) => (t.chain.sources = 2)),
    );
    const { exit, stdout } = await run(['trust', 'diff', 'a.json', 'c.json']);
    expect(exit).toBe(6);
    expect(stdout.split('\n').slice(1)).toEqual(['gone  1 node must agree', 'new   2 nodes must agree', '']);
  });

  test('the order alone', async () => {
    const pins = (...sizes: number[]) =>
      bent((t) => (t.pinnedCheckpoints = sizes.map((n) => checkpointNote(ledger, n))));
    write('a.json', pins(3, 5));
    write('b.json', pins(5, 3));
    const { exit, stdout } = await run(['trust', 'diff', 'a.json', 'b.json']);
    expect([exit, stdout.includes('only the spelling or the order')]).toEqual([6, true]);
  });

  const signedOf = async (...files: string[]) => {
    const { exit, stdout } = await run(['trust', 'diff', ...files, '--json']);
    const { newKeys } = JSON.parse(stdout) as { newKeys: { signed: string }[] };
    return [exit, newKeys.map(({ signed }) => signed)];
  };

  test('shows whether a trusted key signed for a new one', async () => {
    write('old.json', served.trust);
    rotate(ledger.key, next);
    expect(await signedOf('old.json')).toEqual([6, ['by-trusted-key']]);
    const { stdout } = await run(['trust', 'diff', 'old.json']);
    expect(stdout).toContain('the thief could do so too');
    rotate(testKey(ORIGIN, 5), next);
    expect(await signedOf('old.json'), 'by a stranger').toEqual([6, ['no']]);
    rotate(ledger.key);
    expect(await signedOf('old.json'), 'not by the new key').toEqual([6, ['no']]);
    served.lies.delete('/rotations.json');
    expect(await signedOf('old.json')).toEqual([6, ['not-asked']]);
  });

  test('two changes with nothing registered between: the chain of keys is followed, and no circle is one', async () => {
    write('old.json', served.trust);
    const last = testKey(ORIGIN, 6);
    const statement = ({ vkey }: typeof next) =>
      `evidence-ledger/key-rotation/v1\n${ORIGIN}\n8\n${vkey}\n2026-11-26T06:00:00.000Z\n`;
    served.trust.log.keys = [
      { vkey: ledger.key.vkey, fromSize: '0', toSize: '8' },
      { vkey: next.vkey, fromSize: '8', toSize: '8' },
      { vkey: last.vkey, fromSize: '8' },
    ];
    const serveSigned = (by: typeof next) => {
      const log = [signedNote(statement(next), by, next), signedNote(statement(last), next, last)];
      served.lies.set('/rotations.json', json({ format: 'evidence-ledger/rotations/v1', log, chain: [] }));
    };
    serveSigned(ledger.key);
    expect(await signedOf('old.json')).toEqual([6, ['by-trusted-key', 'by-trusted-key']]);
    serveSigned(last);
    expect(await signedOf('old.json'), 'each by the other').toEqual([6, ['no', 'no']]);
  });

  test('nothing is remembered: asks what to compare with', async () => {
    expect((await run(['trust', 'diff'])).exit).toBe(2);
  });
});

describe('trust pin', () => {
  test('to a file, with the right fingerprint alone; an existing file stays', async () => {
    const sha256 = fingerprintOf(served.trust);
    const pin = (value: string) => run(['trust', 'pin', '--sha256', value, '--out', 'own.json']);
    expect((await pin('12')).exit).toBe(2);
    expect((await pin('0'.repeat(64))).exit).toBe(6);
    expect(existsSync(join(cwd, 'own.json'))).toBe(false);
    expect((await pin(`sha256:${sha256}`)).exit).toBe(0);
    const written = readFileSync(join(cwd, 'own.json'), 'utf8');
    expect(fingerprintOf(JSON.parse(written) as TrustJson)).toBe(sha256);
    expect((await pin(sha256)).exit).toBe(2);
    expect(readFileSync(join(cwd, 'own.json'), 'utf8')).toBe(written);
    expect(existsSync(join(cwd, 'home'))).toBe(false);
  });

  test('without a fingerprint nothing is accepted, and all of it is shown', async () => {
    const { exit, stdout, stderr } = await run(['trust', 'pin']);
    expect([exit, stdout.includes(`log ${ORIGIN}`)]).toEqual([6, true]);
    expect(stderr).toContain('nothing was accepted');
    expect(existsSync(join(cwd, 'home'))).toBe(false);
  });
});

describe('trust pin-checkpoint', () => {
  const pin = () => run(['trust', 'pin-checkpoint', '--trust', 't.json', '--json']);
  const pinned = () => (JSON.parse(readFileSync(join(cwd, 't.json'), 'utf8')) as TrustJson).pinnedCheckpoints ?? [];

  test('pins the checkpoint that the log serves, once, next to the existing pins', async () => {
    write(
      't.json',
      bent((t) => (t.pinnedCheckpoints = [checkpointNote(ledger, 3)])),
    );
    expect((await pin()).exit).toBe(0);
    expect(pinned()).toEqual([checkpointNote(ledger, 3), checkpointNote(ledger, 7)]);
    expect((await pin()).exit).toBe(0);
    expect(pinned()).toHaveLength(2);
  });

  test.each<[string, number, (trust: TrustJson) => void]>([
    ['a pin of the same size with another root', 5, (t) => (t.pinnedCheckpoints = [otherRoot(7)])],
    ['a pin that it does not extend', 6, (t) => (t.pinnedCheckpoints = [otherRoot(5)])],
    ['a key that is not trusted', 6, (t) => (t.log.keys = [{ vkey: next.vkey, fromSize: '0' }])],
    ['a key whose turn is over', 6, (t) => (t.log.keys[0]!.toSize = '7')],
    ['a revoked key', 6, (t) => Object.assign(t.log.keys[0]!, { toSize: '8', revokedAtBlock: '1000' })],
    ['another log', 6, (t) => (t.log = { origin: 'other.example', keys: t.log.keys })],
  ])('%s: nothing is pinned', async (_, exit, bend) => {
    write('t.json', bent(bend));
    const before = pinned();
    expect((await pin()).exit).toBe(exit);
    expect(pinned()).toEqual(before);
  });

  test('a forged signature', async () => {
    write('t.json', trustJson(ledger));
    served.lies.set('/log/checkpoint', { body: checkpointNote(ledger, 6).replace('\n6\n', '\n7\n') });
    expect((await pin()).exit).toBe(5);
    expect(pinned()).toEqual([]);
  });

  function otherRoot(size: number): string {
    return signedNote(checkpointText(ORIGIN, size, mth([Buffer.from('other')])), ledger.key);
  }
});

describe('trust add-policy', () => {
  const court = testWitness('court.example', 3);
  const notary = testWitness('notary.example', 4);
  const add = (...more: string[]) => run(['trust', 'add-policy', 'new.policy', '--json', ...more]);
  beforeEach(() => {
    served.listsAnchors = true;
    writeFileSync(join(cwd, 'new.policy'), policyOf(2, court, notary));
  });

  test('ends the policy in force with the newest final anchor, and begins with the next size', async () => {
    served.trust.witnessPolicy = policyOf(1, court);
    const { exit, stdout } = await add('--out', 'policies.json');
    const witnessPolicies = [
      { fromSize: '0', policy: policyOf(1, court), untilBlock: String(ledger.chain.anchors.at(-1)!.block) },
      { fromSize: '8', policy: policyOf(2, court, notary) },
    ];
    expect([exit, JSON.parse(stdout)]).toEqual([0, { witnessPolicies, movesOn: true, file: 'policies.json' }]);
    expect(JSON.parse(readFileSync(join(cwd, 'policies.json'), 'utf8'))).toEqual(witnessPolicies);
    served.trust = { ...bent((t) => delete t.witnessPolicy), format: 'evidence-ledger/trust/v2', witnessPolicies };
    const shown = (await run(['trust', 'show'])).stdout;
    expect(shown).toContain('required witnesses for sizes from 8 on: 2/2(w0,w1)');
    expect(shown).toMatch(/the rule for sizes from 0 on counts only for anchors by block \d+/);
  });

  test('names the time without witnesses, and says where clients do not take it over', async () => {
    const first = JSON.parse((await add()).stdout) as { witnessPolicies: object[]; movesOn: boolean };
    expect(first).toMatchObject({ movesOn: true, witnessPolicies: [{ fromSize: '0', policy: 'quorum none\n' }, {}] });
    served.trust.witnessPolicy = policyOf(3, court, notary, testWitness('other.example', 5));
    expect(JSON.parse((await add()).stdout)).toMatchObject({ movesOn: false });
    expect((await run(['trust', 'add-policy', 'new.policy'])).stderr).toContain('evl trust pin');
  });

  test('refuses a policy that is none', async () => {
    writeFileSync(join(cwd, 'new.policy'), 'quorum court\n');
    const { exit, stdout } = await add();
    expect([exit, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'witness-policy-wrong' } }]);
  });
});
