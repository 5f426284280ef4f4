import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transaction } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp } from '../../src/compose/maintenance.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';

/**
 * The local chain in a backup ends before the first anchor that the copied journal does not know.
 * The moment at which the chain is ahead is made by hand here: a journal from before an anchor next
 * to a chain from after it.
 */

let ledger: TestLedger;
const folder = () => join(ledger.dataDir, '..');
const chainOf = (dir: string) => join(dir, 'chain', 'transactions.jsonl');

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(() => ledger.remove());

test('the chain is copied up to the anchors that the journal knows, and not beyond [S33]', async () => {
  await anchored(1);
  await ledger.server.stop();
  const before = join(folder(), 'before');
  cpSync(join(ledger.dataDir, 'journal'), before, { recursive: true });
  const known = readFileSync(chainOf(ledger.dataDir), 'latin1');
  await ledger.restart();
  await anchored(2);
  await ledger.server.stop();
  const whole = readFileSync(chainOf(ledger.dataDir), 'latin1');
  expect(whole.length).toBeGreaterThan(known.length);

  expect(await backedUp('after')).toBe(whole);
  rmSync(join(ledger.dataDir, 'journal'), { recursive: true });
  cpSync(before, join(ledger.dataDir, 'journal'), { recursive: true });
  expect(await backedUp('between')).toBe(known);
  const { raw } = JSON.parse(known.trim().split('\n').at(-1)!) as { raw: string };
  expect(Transaction.from(raw).to, 'the last that is kept is the anchor').not.toBeNull();
});

async function backedUp(name: string): Promise<string> {
  const destination = join(folder(), name);
  await backUp({ dataDir: ledger.dataDir, chainDir: undefined, destination, withKeys: false });
  return readFileSync(chainOf(destination), 'latin1');
}

/** Registers one record and waits until it is anchored. */
async function anchored(size: number): Promise<void> {
  const { url } = ledger.server;
  const answer = await fetch(`${url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      case: { number: '1' },
      file: { name: `${size}`, size: 0 },
      digests: { sha256: 'a'.repeat(64) },
    }),
  });
  expect(answer.status).toBe(201);
  await fetch(`${url}/v1/anchors`, { method: 'POST' });
  await eventually(async () => {
    const view = (await (await fetch(`${url}/v1/anchors`)).json()) as {
      anchors: readonly { readonly state: string; readonly size: string }[];
    };
    return view.anchors.some((anchor) => anchor.state === 'final' && anchor.size === `${size}`) ? true : undefined;
  });
}
