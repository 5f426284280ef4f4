import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { register } from './backup-helpers.ts';
import { Service, Workplace } from './program.ts';

/**
 * What an earlier version wrote opens and verifies with the present program: data folder, backup
 * and receipts of test/fixtures.
 */

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', '0.1.0', 'ledger.tar.br');
const FINAL = ['exhibits/first.txt', 'exhibits/second.bin', 'exhibits/第三.txt', 'rotated.txt'];

const workplace = new Workplace();
const service = new Service(workplace);
const at = (name: string) => join(workplace.dir, name);
const trust = at('trust.json');

/** Size and root of the log in the fixture. */
let head: { readonly size: string; readonly root: string };

beforeAll(() => {
  const tar = brotliDecompressSync(readFileSync(FIXTURE));
  const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', workplace.dir], { input: tar });
  expect([status, stderr.toString()]).toEqual([0, '']);
  const { size, root } = JSON.parse(readFileSync(at('backup/manifest.json'), 'utf8')) as typeof head;
  head = { size, root };
  expect(size).toBe('265');
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '500';
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

test('the data folder is whole, and its index is rebuilt to the same head', async () => {
  const whole = { exit: 0, ok: true, ...head, problems: [] };
  expect(await workplace.json(['fsck'])).toMatchObject(whole);
  expect(await workplace.json(['rebuild-index'])).toMatchObject({ exit: 0 });
  expect(await workplace.json(['fsck'])).toMatchObject(whole);
});

test('the backup is restored with its keys, to the same head', async () => {
  const restored = { EVL_DATA_DIR: at('restored') };
  const args = ['restore', at('backup'), '--keys', at('backup/keys'), '--accept-rollback'];
  expect(await workplace.json(args, restored)).toMatchObject({ exit: 0 });
  expect(await workplace.json(['fsck'], restored)).toMatchObject({ exit: 0, ok: true, ...head, problems: [] });
});

test('the service continues, its receipts verify online, and offline once their blocks are pinned', async () => {
  await service.start();
  expect(service.stderr).toContain('version 1 to version 2');
  expect(readFileSync(at('data/version'), 'utf8')).toBe('2\n');
  expect((await register(service, 'registered-now')).status).toBe(201);
  for (const file of FINAL) {
    const online = await workplace.json(['verify', at(`files/${file}`), '--trust', trust, '--rpc', service.chainUrl]);
    expect([file, online.exit]).toEqual([file, 0]);
    const receipt = at(`files/${file}.receipt.json`);
    const pinned = await workplace.run(['trust', 'pin-block', receipt, '--trust', trust, '--rpc', service.chainUrl]);
    expect([file, pinned.exit]).toEqual([file, 0]);
  }
  const pending = at('files/pending.txt.receipt.json');
  const upgraded = await workplace.json(['receipt', 'upgrade', pending, '--trust', trust]);
  expect(upgraded.exit).toBe(0);
  expect(await service.stop()).toBe(0);
  for (const file of FINAL) {
    const offline = await workplace.json(['verify', at(`files/${file}`), '--trust', trust, '--offline']);
    expect([file, offline.exit]).toEqual([file, 0]);
  }
  const changed = at('changed.txt');
  writeFileSync(changed, 'The first exhibit!\n');
  const receipt = at('files/exhibits/first.txt.receipt.json');
  const mismatch = await workplace.json(['verify', changed, '--receipt', receipt, '--trust', trust, '--offline']);
  expect(mismatch.exit).toBe(1);
});
