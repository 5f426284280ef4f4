import { expect, test } from 'vitest';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { testLedger, trustJson } from '../oracle/ledger.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import type { Log } from '../../src/log/log.ts';
import type { SeenBackup, ServerContext } from '../../src/server/context.ts';
import { startMemoryService } from './memory-service.ts';

const trust = parseTrust(JSON.stringify(trustJson(testLedger())));

const withTrust = { trust: () => trust };
const DAY_MS = 24 * 60 * 60 * 1000;

test.each([
  [
    'zh',
    'zh-CN',
    ['共 1 条', '正在接受登记', '核验，无需登录', '登记', '审计', '尚无锚定', '（chain-unreachable）', '未写明'],
  ],
  [
    'en',
    'en',
    ['1 record, 0 of them', 'Registrations are accepted', 'Verify', 'Register', 'Audit', 'none yet', 'not stated'],
  ],
])('the page at / says in %s what this is and how it does, and leads on', async (lang, htmlLang, texts) => {
  const { log, register } = await openMemoryLog();
  await register('one');
  await using service = await startMemoryService(log, {
    ...withTrust,
    chainHealth: () => ({ isReachable: false, problem: 'chain-unreachable' }),
  });
  const answer = await fetch(`${service.url}/`, { headers: { 'accept-language': lang } });
  const page = await answer.text();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page).toContain(`<html lang="${htmlLang}">`);
  for (const text of [...texts, trust.log.origin, `sha256:${trustFingerprint(trust)}`]) expect(page).toContain(text);
  expect(page).not.toMatch(/<script|\{[a-z]+\}/);
  expect(page.replaceAll(/<[^>]*>/g, '')).toContain(`npm run evl -- audit --url ${service.url} `);
  expect(page, 'a line may end within an option').not.toMatch(/<code>[^<]* --/);
  expect(page).toContain('href="/verify.html" download="verify.html"');
  const paths = [...page.matchAll(/href="(\/[^"]*)"/g)].map(([, path]) => path!);
  for (const path of ['/verify', '/docs', '/trust.json', '/v1/anchors', '/verify.html', '/verify.html.sha256'])
    expect(paths).toContain(path);
  for (const path of paths) expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, 200]);
});

/** The page in English, on a log that has been anchored if `anchoredAtMs` is given. */
async function pageOn(log: Log, more: Partial<ServerContext>): Promise<string> {
  await using service = await startMemoryService(log, { ...withTrust, ...more });
  return (await fetch(`${service.url}/?lang=en`)).text();
}

test('it says that nothing is registered, that the service has just started, and who operates it', async () => {
  const { log } = await openMemoryLog();
  const page = await pageOn(log, {
    chainHealth: () => ({ isReachable: false, problem: 'not-asked-yet' }),
    operatorName: 'Office <7> & "partners"',
  });
  expect(page).toContain('Nothing is registered yet');
  expect(page).toContain('has not asked the chain yet');
  expect(page).toContain('Office &lt;7&gt; &amp; &quot;partners&quot;');
  expect(page).not.toContain('cannot be reached');
});

test('it says how long the last anchor was ago, and when records wait too long for one', async () => {
  const { log, register } = await openMemoryLog();
  await register('one');
  await log.publishStep();
  for (let i = 0; i < 3; i++) await log.anchorStep();
  const anchoredAtMs = (await log.anchoredAtMs())!;
  const after = (ms: number) => pageOn(log, { clock: () => anchoredAtMs + ms });
  expect(await after(0)).toContain('less than a minute ago, ');
  expect(await after(2 * 60_000)).toContain('2 minutes ago, ');
  expect(await after(60 * 60_000)).toContain('1 hour ago, ');
  expect(await after(3 * DAY_MS)).toContain('3 days ago, ');
  expect(await after(3 * DAY_MS)).not.toContain('for more than an hour');
  await register('two');
  expect(await after(59 * 60_000)).not.toContain('for more than an hour');
  expect(await after(3 * DAY_MS)).toContain('1 record waits for an anchor');
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
