import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';

/** A case handler hands ten files over to a court: two commands, and one of the court's. */

const handler = new Workplace();
const service = new Service(handler);
const court = new Workplace();
const FILES = Array.from({ length: 10 }, (_, i) => `scan-${i}.txt`);
const exportTrust = (...args: string[]) => handler.run(['trust', 'export', ...args]);

beforeAll(async () => {
  await service.start();
  mkdirSync(join(handler.dir, 'exhibits'));
  for (const name of FILES) writeFileSync(join(handler.dir, 'exhibits', name), `bytes of ${name}`);
});
afterAll(async () => {
  await service.stop();
  handler.remove();
  court.remove();
});

test('a machine that has met no service has no trust file to hand over', async () => {
  const { exit, stderr } = await exportTrust('trust.json');
  expect([exit, stderr]).toEqual([2, expect.stringContaining('no trust file of the service')]);
  expect(existsSync(join(handler.dir, 'trust.json'))).toBe(false);
});

test('files, receipts and a trust file with pinned blocks are made by two commands, and verify offline', async () => {
  expect((await handler.run(['add', 'exhibits', '--wait', 'final'])).exit).toBe(0);
  const exported = await exportTrust('exhibits/trust.json', 'exhibits', '--rpc', service.chainUrl);
  expect([exported.exit, exported.stdout]).toEqual([
    0,
    expect.stringMatching(/pinned: block \d+[^]*sha256:[0-9a-f]{64}/),
  ]);

  cpSync(join(handler.dir, 'exhibits'), join(court.dir, 'exhibits'), { recursive: true });
  await service.stop();
  const check = ['check', 'exhibits', '--trust', 'exhibits/trust.json', '--offline'];
  const checked = await court.json<{ items: { verdict: string }[]; verdict: string }>(check);
  expect([checked.exit, checked.verdict, checked.items.length]).toEqual([0, 'VERIFIED', FILES.length]);
  writeFileSync(join(court.dir, 'exhibits', FILES[3]!), 'altered');
  expect((await court.run(check)).exit).toBe(1);
  await service.start();
});

test('a trust file that is there is not replaced, and blocks are pinned by named nodes only', async () => {
  const before = readFileSync(join(handler.dir, 'exhibits', 'trust.json'), 'utf8');
  expect((await exportTrust('exhibits/trust.json')).exit).toBe(2);
  expect(readFileSync(join(handler.dir, 'exhibits', 'trust.json'), 'utf8')).toBe(before);
  expect((await exportTrust('other.json', 'exhibits')).stderr).toContain('requires --rpc');
  expect(existsSync(join(handler.dir, 'other.json'))).toBe(false);
});

test('without receipts, what this machine goes by is written as it is', async () => {
  const exported = await handler.json<{ pinned: object[]; trust: { sha256: string } }>([
    'trust',
    'export',
    'plain.json',
  ]);
  const shown = await handler.json<{ sha256: string }>(['trust', 'show', 'plain.json']);
  expect([exported.exit, exported.pinned, exported.trust.sha256]).toEqual([0, [], shown.sha256]);
});
