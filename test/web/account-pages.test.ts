import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cleanEnv, evl, PROGRAM } from '../cli/evl.ts';
import { idOf } from '../people/events.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { type PeopleService, startPeopleService } from '../server/people-service.ts';
import { axeFindings } from './axe.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';

/** The pages of accounts, in a real browser, and `evl login` as a process. */

const PASSWORD = 'several unrelated words';
const OTHER_PASSWORD = 'other unrelated words';
const dir = mkdtempSync(join(tmpdir(), 'evl-account-'));
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Blocked by the policy, or of a script: a request that was refused is no error of a page. */
const faultsOf = ({ errors }: WatchedPage) => errors.filter((error) => !error.startsWith('Failed to load resource'));
const foreignTo = (url: string, { requests }: WatchedPage) =>
  requests.filter((each) => !each.url.startsWith(`${url}/`));
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码').fill(password);
  await button(page, '登录').click();
}

async function typeNewPassword(page: Page, password: string, repeated = password): Promise<void> {
  await page.getByLabel('新密码').fill(password);
  await page.getByLabel('再次输入').fill(repeated);
}

interface LoginProcess {
  /** What the command prints once it waits. */
  readonly address: string;
  readonly compare: string;
  readonly ended: Promise<{ readonly exit: number | null; readonly output: string }>;
}

/** Starts `evl login` as a process of its own. */
async function startLogin(url: string, home: string): Promise<LoginProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'login', '--url', url], {
    env: cleanEnv({ EVL_HOME: home, EVL_LANG: 'zh' }),
  });
  onTestFinished(() => void child.kill());
  let output = '';
  const listen = (text: string) => void (output += text);
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  const ended = new Promise<{ exit: number | null; output: string }>((resolve) => {
    child.once('close', (exit) => resolve({ exit, output }));
  });
  await expect.poll(() => output, { timeout: 60_000 }).toContain('等待批准');
  const [, address = ''] = /(http\S+\/approve#\S+)/.exec(output) ?? [];
  const [, compare = ''] = /校对码 (\S{9})/.exec(output) ?? [];
  return { address, compare, ended };
}

describe('from the first account to a key for the command line', () => {
  let ledger: TestLedger;
  let opened: WatchedPage;
  const home = join(dir, 'home');

  beforeAll(async () => {
    ledger = await startLedger();
    opened = await openPage(browser, `${ledger.server.url}/?lang=zh`);
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await ledger.remove();
  });

  test('a ledger without accounts has no sign-in, and says how the first account is made', async () => {
    const { page } = opened;
    expect(await page.getByRole('link', { name: '登录 / 我的账户' }).count()).toBe(0);
    await page.goto(`${ledger.server.url}/sign-in`);
    await page.getByText('没有设立账户').waitFor();
    await page.goto(`${ledger.server.url}/start`);
    await page.getByText('一次性链接').waitFor();
    const run = await evl(['login', '--url', ledger.server.url], { env: { EVL_HOME: home } });
    expect([run.exit, run.stderr]).toEqual([2, expect.stringContaining('has no accounts')]);
  });

  test('the link that the service prints makes the first account, and signs in', async () => {
    const { page } = opened;
    await page.goto(ledger.server.firstAccountLink!);
    await page.getByLabel('单位名称').fill('人民检察院');
    await page.getByLabel('姓名').fill('管理员');
    await page.getByLabel('用户名').fill('admin');
    await typeNewPassword(page, PASSWORD, 'something else here');
    await button(page, '建立账户并登录').click();
    await page.getByText('两次输入的密码不同').waitFor();
    await typeNewPassword(page, 'short');
    await button(page, '建立账户并登录').click();
    await page.getByText(/应至少有 12 个.*请求编号/s).waitFor();
    await typeNewPassword(page, PASSWORD);
    await button(page, '建立账户并登录').click();
    await page.getByRole('heading', { name: '管理员' }).waitFor();
    expect(page.url()).toBe(`${ledger.server.url}/account`);
    expect(await page.locator('.items li').first().innerText()).toContain('当前会话');
  });

  test('the link is good once', async () => {
    await using again = await openPage(browser, ledger.server.firstAccountLink!);
    await again.page.getByText('该链接无效、已用过或已到期').waitFor();
    expect(await again.page.getByRole('textbox').count()).toBe(0);
  });

  test('signs out, refuses a wrong password, and signs in', async () => {
    const { page } = opened;
    await button(page, '退出登录').click();
    await page.waitForURL('**/sign-in');
    await signIn(page, 'admin', 'not the password');
    await page.getByText(/用户名或密码不正确.*请求编号/s).waitFor();
    await signIn(page, 'admin', PASSWORD);
    await page.getByRole('heading', { name: '管理员' }).waitFor();
    await page.goto(`${ledger.server.url}/?lang=zh`);
    await page.getByRole('link', { name: '登录 / 我的账户' }).click();
    await page.getByRole('heading', { name: '管理员' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/account');
  });

  test('shows the other sessions and ends them', async () => {
    const { page } = opened;
    await using other = await openPage(browser, `${ledger.server.url}/account`);
    await signIn(other.page, 'admin', PASSWORD);
    await other.page.getByRole('heading', { name: '管理员' }).waitFor();
    await page.reload();
    await page
      .getByRole('button', { name: /^结束会话/ })
      .first()
      .click();
    await page.getByText('会话已结束').waitFor();
    await other.page.reload();
    await other.page.getByText('请先登录').waitFor();
    expect(await other.page.getByRole('heading', { name: '管理员' }).count()).toBe(0);
  });

  test('changes the password', async () => {
    const { page } = opened;
    await page.getByLabel('现在的密码').fill(PASSWORD);
    await typeNewPassword(page, OTHER_PASSWORD);
    await button(page, '更改密码').click();
    await page.getByText('密码已更改').waitFor();
    await button(page, '退出登录').click();
    await page.waitForURL('**/sign-in');
    await signIn(page, 'admin', OTHER_PASSWORD);
    await page.getByRole('heading', { name: '管理员' }).waitFor();
    expect(page.url()).toBe(`${ledger.server.url}/account`);
  });

  test('a real evl login gets a key once it is approved, uses it, and evl logout revokes it', async () => {
    const { page } = opened;
    const { url } = ledger.server;
    const login = await startLogin(url, home);
    expect(login.address).toContain(`${url}/approve#`);
    await page.goto(login.address);
    await expect.poll(() => page.locator('.compare code').innerText()).toBe(login.compare);
    await button(page, '批准').click();
    await page.getByText('已批准').waitFor();
    const { exit, output } = await login.ended;
    expect([exit, output]).toEqual([0, expect.stringContaining('已登录：管理员，角色 管理员')]);
    const file = join(home, 'keys', encodeURIComponent(url));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8').trim();
    const command = ['org', 'list', '--url', url];
    const env = { EVL_HOME: home, EVL_DATA_DIR: join(dir, 'no-data') };
    expect(await evl(command, { env })).toMatchObject({ exit: 0, stdout: expect.stringContaining('人民检察院') });
    expect((await evl(command, { env: { ...env, EVL_HOME: join(dir, 'other') } })).exit).not.toBe(0);
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: /^吊销密钥：evl login/ }).waitFor();
    expect(await evl(['logout', '--url', url], { env })).toMatchObject({ exit: 0 });
    expect(existsSync(file)).toBe(false);
    const shown = await fetch(`${url}/v1/organisations`, { headers: { authorization: `Bearer ${key}` } });
    expect(shown.status).toBe(401);
  });

  test('a refused evl login gets nothing', async () => {
    const { page } = opened;
    const login = await startLogin(ledger.server.url, home);
    await page.goto(login.address);
    await button(page, '拒绝').click();
    await page.getByText('已拒绝').waitFor();
    const { exit, output } = await login.ended;
    expect([exit, output]).toEqual([7, expect.stringContaining('登录申请被拒绝')]);
    await page.reload();
    await page.getByText('没有这个登录申请').waitFor();
  });

  test('nothing was blocked, and no other host was asked', () => {
    expect(faultsOf(opened)).toEqual([]);
    expect(foreignTo(ledger.server.url, opened)).toEqual([]);
  });
});

describe('on the ledger of the story', () => {
  let people: PeopleService;
  let url: string;

  beforeAll(async () => {
    people = await startPeopleService();
    ({ url } = people.service);
    await setPassword('clerk');
  });
  afterAll(() => people[Symbol.asyncDispose]());

  async function setPassword(name: string): Promise<void> {
    const token = await people.sessions.makeLink(idOf(name));
    const body = JSON.stringify({ token, password: PASSWORD });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/one-time-link/use`, { method: 'POST', headers, body });
    expect(answer.status).toBe(204);
  }

  const askForLogin = async () => {
    const body = JSON.stringify({ device: 'laptop', verifierSha256: 'ab'.repeat(32) });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/login-requests`, { method: 'POST', headers, body });
    return (await answer.json()) as { readonly code: string; readonly compare: string };
  };

  test('a link of a person sets the password and signs in', async () => {
    const token = await people.sessions.makeLink(idOf('handler'));
    await using opened = await openPage(browser, `${url}/start#${token}`);
    const { page } = opened;
    await page.getByText('为用户 handler 设置密码').waitFor();
    await typeNewPassword(page, PASSWORD);
    await button(page, '设置密码并登录').click();
    await page.getByRole('heading', { name: 'handler' }).waitFor();
    expect(faultsOf(opened)).toEqual([]);
  });

  test('a stranger signs in on the page that approves; an old sign-in is renewed; a code ends', async () => {
    const { code, compare } = await askForLogin();
    await using opened = await openPage(browser, `${url}/approve#${code}`);
    const { page } = opened;
    await page.getByText('请先登录').waitFor();
    await signIn(page, 'clerk', PASSWORD);
    await expect.poll(() => page.locator('.compare code').innerText()).toBe(compare);
    people.nowMs += 5 * 60_000;
    const later = await askForLogin();
    people.nowMs += 6 * 60_000;
    await page.reload();
    await page.getByText('没有这个登录申请').waitFor();
    await page.goto(`${url}/approve#${later.code}`);
    await button(page, '批准').click();
    await page.getByText('上次登录已超过十分钟').waitFor();
    await page.getByLabel('密码').fill(PASSWORD);
    await button(page, '确认').click();
    await page.getByText('已批准').waitFor();
    expect(faultsOf(opened)).toEqual([]);
  });

  test('a request that is refused after an old sign-in stays refused', async () => {
    await using opened = await openPage(browser, `${url}/sign-in`);
    const { page } = opened;
    await signIn(page, 'clerk', PASSWORD);
    await page.waitForURL('**/account');
    people.nowMs += 11 * 60_000;
    await page.goto(`${url}/approve#${(await askForLogin()).code}`);
    await button(page, '拒绝').click();
    await page.getByText('上次登录已超过十分钟').waitFor();
    await page.getByLabel('密码').fill(PASSWORD);
    await button(page, '确认').click();
    await page.getByText('已拒绝').waitFor();
    expect(faultsOf(opened)).toEqual([]);
  });

  test('a passkey is added, signs in and is removed', async () => {
    const name = url.replace('127.0.0.1', 'localhost');
    await using opened = await openPage(browser, `${name}/account`);
    const { page } = opened;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, 'clerk', PASSWORD);
    await page.getByLabel('名称，例如').fill('办公室电脑');
    await button(page, '登记通行密钥').click();
    await page.getByText('通行密钥已登记').waitFor();
    await button(page, '退出登录').click();
    await page.waitForURL('**/sign-in');
    await button(page, '用通行密钥登录').click();
    await page.getByRole('heading', { name: 'clerk' }).waitFor();
    await button(page, '移除通行密钥：办公室电脑').click();
    await page.getByText('通行密钥已移除').waitFor();
    expect(faultsOf(opened)).toEqual([]);
  });

  test('by the keyboard alone an API key is made, shown once, and revoked', async () => {
    await using opened = await openPage(browser, `${url}/account`);
    const { page } = opened;
    await signIn(page, 'clerk', PASSWORD);
    const label = page.getByLabel('用途，例如');
    await label.waitFor();
    people.nowMs += 11 * 60_000; // making a key needs a sign-in of the last ten minutes
    await label.focus();
    await page.keyboard.type('扫描程序');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.value')).toBe('court');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown'); // 7 days
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('上次登录已超过十分钟').waitFor();
    await page.getByLabel('密码', { exact: true }).focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('只在这里显示一次').waitFor();
    const key = await page.locator('code.secret').innerText();
    expect(key).toMatch(/^evk_/);
    expect(await axeFindings(page)).toEqual([]);
    const authorization = `Bearer ${key}`;
    const ask = async () => (await fetch(`${url}/v1/evidence`, { headers: { authorization } })).status;
    expect(await ask()).toBe(200);
    const [made] = people.people.directory.apiKeysOf(idOf('clerk'));
    expect(made).toMatchObject({ label: '扫描程序', role: 'court' });
    expect(Math.round((made!.untilMs - Date.now()) / 86_400_000)).toBe(7);

    await page.reload();
    const revoke = button(page, '吊销密钥：扫描程序');
    await revoke.waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    await revoke.focus();
    await page.keyboard.press('Enter');
    await page.getByText('密钥已吊销').waitFor();
    expect(await ask()).toBe(401);
    expect(await revoke.count()).toBe(0);
    expect(faultsOf(opened)).toEqual([]);
  });

  test('passkeys are not offered by an address', async () => {
    await using opened = await openPage(browser, `${url}/account`);
    const { page } = opened;
    await signIn(page, 'clerk', PASSWORD);
    await page.getByText('通行密钥只在').waitFor();
    expect(await button(page, '登记通行密钥').count()).toBe(0);
  });

  describe.each(['zh', 'en'])('in %s', (lang) => {
    test.each([
      ['on a desk', 1280],
      ['on a phone', 360],
    ])('%s: axe finds nothing, nothing is cut off', async (_, width) => {
      await using opened = await openPage(browser, `${url}/sign-in?lang=${lang}`, { width });
      const { page } = opened;
      const check = async () => {
        expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []]);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect([page.url(), overflow]).toEqual([page.url(), 0]);
      };
      await page.locator('form').waitFor();
      await check();
      for (const token of ['', '#none', `#${await people.sessions.makeLink(idOf('officer'))}`]) {
        await page.goto(`${url}/start?lang=${lang}&for=${token.length}${token}`);
        await page
          .locator(token.length > 10 ? 'form' : '.card p')
          .first()
          .waitFor();
        await check();
      }
      await page.goto(`${url}/account?lang=${lang}`);
      await page.locator('input[autocomplete=username]').fill('clerk');
      await page.locator('input[type=password]').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.locator('#sign-out').waitFor();
      await page.locator('#keys').waitFor();
      await check();
      await page.goto(`${url}/approve?lang=${lang}#${(await askForLogin()).code}`);
      await page.locator('.compare').waitFor();
      await check();
      expect(faultsOf(opened)).toEqual([]);
      expect(foreignTo(url, opened)).toEqual([]);
    });
  });
});
