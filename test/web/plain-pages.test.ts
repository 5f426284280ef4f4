import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { testLedger, trustJson } from '../oracle/ledger.ts';
import { type MemoryService, startMemoryService } from '../server/memory-service.ts';
import { axeFindings } from './axe.ts';
import { launchBrowser, openPage } from './browser.ts';

/** The pages without a script, home and handbooks, in a real browser. */

const trust = parseTrust(JSON.stringify(trustJson(testLedger())));
let browser: Browser;
let service: MemoryService;

beforeAll(async () => {
  const { log, register } = await openMemoryLog();
  await register('one');
  [browser, service] = await Promise.all([launchBrowser(), startMemoryService(log, { trust: () => trust })]);
});
afterAll(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
});

const CHAPTERS = ['court', 'handler', 'auditor', 'operator', 'witness', 'verify-by-hand'];
const PATHS = ['/', '/handbook', ...CHAPTERS.map((name) => `/handbook/${name}`)];
const pages = PATHS.flatMap((path) => [`${path}?lang=zh`, `${path}?lang=en`]);

describe.each(pages)('%s', (path) => {
  test.each([
    ['on a desk', 1280],
    ['on a phone', 360],
  ])('%s: axe finds nothing, nothing is cut off, nothing is blocked or asked for elsewhere', async (_, width) => {
    await using opened = await openPage(browser, `${service.url}${path}`, { width });
    const { page, requests, errors } = opened;
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(requests.filter(({ url }) => !url.startsWith(`${service.url}/`))).toEqual([]);
    expect(errors).toEqual([]);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('header nav')).display`)).toBe('flex');
  });
});

test('a page of another origin can neither read nor frame this service', async () => {
  const foreign = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>elsewhere</title><main>here</main>'),
  );
  await once(foreign.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void foreign.close());
  const { port } = foreign.address() as AddressInfo;
  await using opened = await openPage(browser, `http://127.0.0.1:${port}/`);
  const { page, errors } = opened;
  for (const path of ['/v1/anchors', '/', '/trust.json']) {
    const read = `fetch('${service.url}${path}').then(() => 'read', () => 'refused')`;
    expect([path, await page.evaluate(read)]).toEqual([path, 'refused']);
  }
  errors.length = 0;
  for (const path of ['/', '/verify', '/verify.html', '/handbook/court', '/docs']) {
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${service.url}${path}' }))`,
    );
  }
  await expect.poll(() => errors.filter((error) => error.includes('frame-ancestors')).length).toBe(5);
});

test('the offline verifier is saved to the byte', async () => {
  await using opened = await openPage(browser, `${service.url}/`);
  const { page } = opened;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '下载离线核验网页（断网可用）' }).click(),
  ]);
  const sha256 = createHash('sha256').update(readFileSync(await download.path()));
  const line = await (await fetch(`${service.url}/verify.html.sha256`)).text();
  expect([download.suggestedFilename(), `${sha256.digest('hex')}  verify.html\n`]).toEqual(['verify.html', line]);
});

test('without JavaScript, by keyboard: from home to the handbook, to the other language, and back', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(service.url);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '使用手册', level: 1 }).waitFor();
  await page.getByRole('link', { name: '法院及核验者手册' }).press('Enter');
  await page.locator('html[lang="zh-CN"] nav.contents').waitFor();
  await page.getByRole('link', { name: 'English' }).first().press('Enter');
  await page.locator('html[lang="en"] nav.contents').waitFor();
  await page.getByRole('link', { name: 'Evidence ledger' }).press('Enter');
  await page.getByRole('heading', { name: 'State' }).waitFor();
  expect(new URL(page.url()).search).toBe('?lang=en');
  await context.close();
});

test('on paper: no buttons, no contents, and the commands whole', async () => {
  await using opened = await openPage(browser, `${service.url}/handbook/court?lang=en`);
  const { page } = opened;
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('header nav').isVisible()).toBe(false);
  expect(await page.locator('.contents').isVisible()).toBe(false);
  const cut = `[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth + 1).length`;
  expect(await page.evaluate(cut)).toBe(0);
});
