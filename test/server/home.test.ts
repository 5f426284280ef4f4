import { expect, test } from 'vitest';
import { openMemoryLog } from '../log/memory-log.ts';
import type { SeenBackup } from '../../src/server/context.ts';
import { startMemoryService } from './memory-service.ts';

test('the page at / says in both languages what this is and how it does, and leads on', async () => {
  const { log, register } = await openMemoryLog();
  await register('one');
  await using service = await startMemoryService(log, {
    chainHealth: () => ({ isReachable: false, problem: 'chain-unreachable' }),
  });
  const answer = await fetch(service.url);
  const page = await answer.text();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const text of ['1 条记录', '1 records', '正在接受登记', 'chain-unreachable']) expect(page).toContain(text);
  expect(page).not.toMatch(/<script|\{[a-z]+\}/);
  for (const [, path] of page.matchAll(/href="([^"]+)"/g)) {
    if (path === '/trust.json' || path === '/log/checkpoint') continue; // neither is there yet
    expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, 200]);
  }
});

test('metrics tell the age of the newest anchor, the balance of the account, and the build', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, {
    askChain: async () => [
      { name: 'node', by: 'operator', address: 'node', answers: ['0x1bc16d674ec80000', '0x3b9aca00'] },
    ],
  });
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  expect(await metrics()).toContain('evl_account_balance_ether Nan');
  const text = await metrics();
  expect(text).toContain('evl_account_balance_ether 2');
  expect(text).toContain('evl_anchors_left 20000');
  expect(text).not.toContain('evl_backup');
  expect(text).toContain('evl_anchor_age_seconds Nan');
  expect(text).toMatch(/evl_build_info\{version="[0-9.]+"\} 1/);
});

test('gas that is free pays for any number of anchors', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, {
    askChain: async () => [{ name: 'node', by: 'operator', address: 'node', answers: ['0x0', '0x0'] }],
  });
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  await metrics();
  expect(await metrics()).toContain('evl_anchors_left +Inf');
});

test('the age of the newest backup, where the folder of backups is known', async () => {
  const { log } = await openMemoryLog();
  let backup: (() => Promise<SeenBackup | undefined>) | undefined = async () => undefined;
  await using service = await startMemoryService(log, { clock: () => 100_000, newestBackup: () => backup!() });
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  expect(await metrics()).toContain('evl_backup_age_seconds +Inf');
  backup = async () => ({ timeMs: 40_000, size: 7n });
  expect(await metrics()).toMatch(/evl_backup_age_seconds 60\n[^]*evl_backup_size 7\n/);
  backup = () => Promise.reject(new Error('not to be read'));
  expect(await metrics()).toContain('evl_backup_age_seconds +Inf');
});
