import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

/** A verification that reaches the chain by the service, as other machines do. */

const PUBLIC_URL = 'https://ledger.example/v1/chain';
const cwd = mkdtempSync(join(tmpdir(), 'evl-relay-'));
let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger();
  await ledger.restart({ publicRpcUrls: [PUBLIC_URL] });
  writeFileSync(join(cwd, 'f'), 'verified by the relay');
});
afterAll(async () => {
  await ledger.remove();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (...args: string[]) => evl(args, { cwd, env: { EVL_URL: ledger.server.url, EVL_HOME: join(cwd, 'home') } });

test('the trust file names the addresses that others reach', async () => {
  const trust = (await (await fetch(`${ledger.server.url}/trust.json`)).json()) as { chain: { rpcUrls: string[] } };
  expect(trust.chain.rpcUrls).toEqual([PUBLIC_URL]);
});

test('evl verify takes the relay as a node, which is the operator’s', async () => {
  expect((await run('add', 'f', '--case', '（2026）浙01刑初1号', '--wait', 'final')).exit).toBe(0);
  const { exit, stdout } = await run('verify', 'f', '--rpc', `${ledger.server.url}/v1/chain`, '--no-service', '--json');
  const report: unknown = JSON.parse(stdout);
  expect(exit).toBe(0);
  expect(report).toMatchObject({ verdict: 'VERIFIED', independence: 'none', nodes: [{ by: 'operator' }] });
});
