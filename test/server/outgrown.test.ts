import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { eventually, type TestLedger, startLedger } from './ledger-fixture.ts';

/** A receipt of before its anchor, with the real service and its chain. */

let ledger: TestLedger;
const cwd = mkdtempSync(join(tmpdir(), 'evl-outgrown-'));

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(async () => {
  await ledger.remove();
  rmSync(cwd, { recursive: true, force: true });
});

async function register(name: string): Promise<string> {
  const sha256 = createHash('sha256').update(name).digest('hex');
  const body = { case: { number: 'outgrown' }, file: { name, size: name.length }, digests: { sha256 } };
  const answer = await fetch(`${ledger.server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
  return answer.text();
}

test('is verified by the anchor of a larger tree, and upgraded into a receipt that has one', async () => {
  writeFileSync(join(cwd, 'a.txt'), 'a.txt');
  writeFileSync(join(cwd, 'a.txt.receipt.json'), await register('a.txt'));
  for (const name of ['b.txt', 'c.txt', 'd.txt']) await register(name);
  const size = ledger.server.size().toString();
  await fetch(`${ledger.server.url}/v1/anchors`, { method: 'POST' });
  await eventually(async () => {
    const { anchors } = (await (await fetch(`${ledger.server.url}/v1/anchors`)).json()) as {
      anchors: { state: string; size: string }[];
    };
    return anchors.some((anchor) => anchor.state === 'final' && anchor.size === size) || undefined;
  });
  const run = async (...args: string[]) => {
    const env = { EVL_URL: ledger.server.url, EVL_HOME: join(cwd, 'home') };
    const { exit, stdout } = await evl([...args, '--json'], { cwd, env });
    return { exit, ...(JSON.parse(stdout) as object) };
  };
  expect(await run('verify', 'a.txt')).toMatchObject({
    exit: 0,
    verdict: 'VERIFIED',
    newest: { outcome: 'extended', size },
  });
  expect(await run('check', 'a.txt')).toMatchObject({ exit: 0 });
  expect(await run('receipt', 'upgrade', 'a.txt.receipt.json')).toMatchObject({ exit: 0 });
  const upgraded = await run('verify', 'a.txt');
  expect(upgraded).toMatchObject({ exit: 0, verdict: 'VERIFIED' });
  expect(upgraded).not.toHaveProperty('newest');
});
