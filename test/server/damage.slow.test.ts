import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findKey, mirrorKey, recordKey, tileKey } from '../../src/adapters/embedded-store/index/keys.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

let ledger: TestLedger;
let id: string;
let largeId: string;

const small = Buffer.from('small content');
const large = Buffer.alloc(3_000_000, 'large content');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const get = (path: string) => fetch(`${ledger.server.url}${path}`);

async function add(bytes: Buffer): Promise<string> {
  const { url } = ledger.server;
  const headers = { 'content-type': 'application/octet-stream' };
  const uploaded = await fetch(`${url}/v1/contents`, { method: 'POST', headers, body: new Uint8Array(bytes) });
  const { uploadToken } = (await uploaded.json()) as { uploadToken: string };
  const body = JSON.stringify({
    case: { number: 'c1' },
    file: { name: 'a.bin', size: bytes.length },
    digests: { sha256: sha256(bytes) },
    uploadToken,
  });
  const answer = await fetch(`${url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
}

async function expectDamage(path: string, code: string): Promise<void> {
  const answer = await get(path);
  const problem = (await answer.json()) as { code: string };
  expect([path, answer.status, problem.code]).toEqual([path, 500, code]);
}

beforeAll(async () => {
  ledger = await startLedger();
  id = await add(small);
  largeId = await add(large);
  for (let i = 0; i < 255; i++) await add(Buffer.from(`filler ${i}`));
  await ledger.server.stop();
});
afterAll(() => ledger.remove());

/** What a lost block of LevelDB leaves: rows that are not there. */
async function dropRows(keys: Buffer[]): Promise<void> {
  const level = new Level<Buffer, Buffer>(join(ledger.dataDir, 'index'), {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  await level.batch(keys.map((key) => ({ type: 'del', key })));
  await level.close();
}

test('what vanished or changed on the disk is a problem with its own code, never "not found" and never wrong bytes', async () => {
  const digest = sha256(small);
  const numberKey = findKey('sha256', digest, 0n);
  await dropRows([findKey('.id', id, 0n), mirrorKey(numberKey), recordKey(1n), tileKey(0, 0n)]);
  const pathOf = (hex: string) => join(ledger.dataDir, 'contents', hex.slice(0, 2), hex.slice(2, 4), hex);
  await ledger.restart();

  await expectDamage(`/v1/evidence/${id}`, 'index-damaged');
  await expectDamage(`/v1/evidence?sha256=${digest}`, 'index-damaged');
  await expectDamage(`/v1/evidence/${largeId}/receipt`, 'index-damaged');
  await expectDamage('/v1/evidence?limit=10', 'index-damaged');
  await expectDamage('/log/tile/0/000', 'index-damaged');
  const verdict = await fetch(`${ledger.server.url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ digests: { sha256: digest } }),
  });
  expect(verdict.status).toBe(500);
  expect(ledger.events.filter(({ type }) => type === 'internal-error').length).toBeGreaterThanOrEqual(6);
  expect((await get('/v1/evidence/01234567-89ab-7cde-8f01-000000000000')).status).toBe(404);

  const damagedRows = () => ledger.events.filter((event) => event.type === 'damage' && event.code === 'index-damaged');
  await eventually(async () => (damagedRows().length === 4 ? true : undefined));
  const repaired = await rebuild();
  expect(repaired).toBe(257n);
  const content = `/v1/evidence/${id}/content`;
  expect(Buffer.from(await (await get(content)).arrayBuffer())).toEqual(small);
  expect(Buffer.from(await (await get(`/v1/evidence/${largeId}/content`)).arrayBuffer())).toEqual(large);
  for (const bytes of [small, large]) {
    const flipped = readFileSync(pathOf(sha256(bytes)));
    flipped[5]! ^= 4;
    writeFileSync(pathOf(sha256(bytes)), flipped);
  }
  await expectDamage(content, 'content-damaged');
  await expect(get(`/v1/evidence/${largeId}/content`).then((answer) => answer.arrayBuffer())).rejects.toThrow(
    'terminated',
  );
  renameSync(pathOf(digest), `${pathOf(digest)}.away`);
  await expectDamage(content, 'content-damaged');

  // the scrubber of the next start finds both before anybody asks
  ledger.events.length = 0;
  await ledger.restart();
  const findings = await eventually(async () => {
    const found = ledger.events.filter((event) => event.type === 'damage');
    return found.length === 2 ? found : undefined;
  });
  // in either order: it may have gone on in the middle
  expect(Object.fromEntries(findings.map(({ code, record }) => [code, record]))).toEqual({
    'content-missing': 0n,
    'content-damaged': 1n,
  });
  const ready = await get('/readyz');
  expect([ready.status, ((await ready.json()) as { scrub: { findings: number } }).scrub.findings]).toEqual([200, 2]);
});

async function rebuild(): Promise<bigint> {
  const { rebuildIndex } = await import('../../src/adapters/embedded-store/repair/rebuild.ts');
  await ledger.server.stop();
  await rebuildIndex({ dir: ledger.dataDir });
  await ledger.restart();
  return ledger.server.size();
}
