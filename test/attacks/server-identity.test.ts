import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileTrustMemory } from '../../src/cli/tasks/trust-memory.ts';
import { chooseTrust } from '../../src/verifier/choose-trust.ts';
import { serveLedger, type ServedLedger } from '../cli/served-ledger.ts';
import { ORIGIN, testLedger, type TrustJson } from '../oracle/ledger.ts';
import { testKey } from '../oracle/note.ts';

/** A service that is no longer the one that the client knows. */

let home: string;
let served: ServedLedger;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'evl-identity-'));
  served = await serveLedger(testLedger(), 5);
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

/** The source of the trust file for a receipt of this log, or the reason why there is none. */
async function choice(origin: string | null = ORIGIN): Promise<string> {
  const service = { url: served.url };
  const settings = { readNamed: undefined, memory: fileTrustMemory(home), service, isOwnRequired: false };
  const chosen = await chooseTrust(settings, origin ?? undefined);
  return 'trust' in chosen ? chosen.trust.source : chosen.problem;
}

/** Removes all trust files, but not the memory of the service's log. */
function forgetTrust(): void {
  for (const name of readdirSync(join(home, 'trust'))) rmSync(join(home, 'trust', name));
}

const CHANGES: readonly (readonly [string, (trust: TrustJson) => unknown])[] = [
  ['key', ({ log }) => (log.keys[0]!.vkey = testKey(log.origin, 9).vkey)],
  ['key for later sizes', ({ log }) => log.keys.push({ vkey: testKey(log.origin, 9).vkey, fromSize: '6' })],
  ['key that ends', ({ log }) => (log.keys[0]!.toSize = '6')],
  ['contract', ({ chain }) => (chain.contract = `0x${'aa'.repeat(20)}`)],
  ['code of the contract', ({ chain }) => (chain.codeHash = `0x${'ee'.repeat(32)}`)],
  ['log id on the chain', ({ chain }) => (chain.logs[0]!.logId = `0x${'ee'.repeat(32)}`)],
  ['chain', ({ chain }) => (chain.genesisHash = `0x${'ee'.repeat(32)}`)],
  ['number of nodes that must agree', ({ chain }) => (chain.sources = 2)],
  ['wait for the chain', (trust) => (trust.maxPendingMs = 1e12)],
];

test.each(CHANGES)('another %s than before is refused, now and later [M79]', async (_, change) => {
  expect(await choice()).toBe('server');
  expect(await choice()).toBe('remembered');
  change(served.trust);
  for (let i = 0; i < 2; i++) expect(await choice()).toBe('trust-changed');
});

test('another name is refused: a service is not a new one because it claims to be [M79]', async () => {
  const other = 'other.example/log';
  expect(await choice()).toBe('server');
  served.trust.log = { origin: other, keys: [{ vkey: testKey(other, 9).vkey, fromSize: '0' }] };
  for (const origin of [other, null, 'third.example/log']) {
    for (let i = 0; i < 2; i++) expect(await choice(origin), String(origin)).toBe('trust-changed');
  }
  expect(await choice(), 'what is remembered of the old name stays good for its receipts').toBe('remembered');
});

test('another name and the old key, or the old name and nothing remembered of it, are no way around [M79]', async () => {
  expect(await choice()).toBe('server');
  const other = 'other.example/log';
  served.trust.log = { origin: other, keys: [{ vkey: testKey(other, 1).vkey, fromSize: '0' }] };
  expect(await choice(other)).toBe('trust-changed');
  forgetTrust();
  expect(await choice(other)).toBe('trust-changed');
});

test('a memory that cannot be read is not taken for none [M79]', async () => {
  expect(await choice()).toBe('server');
  const [name] = readdirSync(join(home, 'services'));
  const place = join(home, 'services', name!);
  expect(readFileSync(place, 'utf8')).toBe(`${ORIGIN}\n`);
  forgetTrust();
  writeFileSync(place, 'x'.repeat(2000));
  expect(await choice()).toBe('trust-unreadable');
  writeFileSync(place, '');
  expect(await choice()).toBe('trust-changed');
});

test('a service at another address is another one, and a hint where nodes are is no change [M79]', async () => {
  expect(await choice()).toBe('server');
  served.trust.chain.rpcUrls = ['http://127.0.0.1:1'];
  expect(await choice()).toBe('remembered');
  await using elsewhere = await serveLedger(testLedger(), 5);
  elsewhere.trust.log = {
    origin: 'other.example/log',
    keys: [{ vkey: testKey('other.example/log', 9).vkey, fromSize: '0' }],
  };
  const memory = fileTrustMemory(home);
  const settings = { readNamed: undefined, memory, service: { url: elsewhere.url }, isOwnRequired: false };
  expect(await chooseTrust(settings, 'other.example/log')).toMatchObject({ trust: { source: 'server' } });
});
