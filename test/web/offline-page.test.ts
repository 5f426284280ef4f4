import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import { launchBrowser, openPage } from './browser.ts';

/** The verifier in one file, opened from a disk with the network off. */

const MAX_BYTES = 250_000;

const dir = mkdtempSync(join(tmpdir(), 'evl-offline-'));
const file = join(dir, 'verify.html');
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, (await webPages()).get('verify.html')!);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

test(`is at most ${MAX_BYTES} bytes, and the same each time`, async () => {
  const content = readFileSync(file);
  expect(content.length).toBeLessThanOrEqual(MAX_BYTES);
  const again = Buffer.from((await webPages()).get('verify.html')!);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(digest(again)).toBe(digest(content));
});

test('says what it cannot do, asks nobody, and shows its version and digest', async () => {
  await using opened = await openPage(browser, pathToFileURL(file).href, { isOffline: true });
  const { page, requests, errors } = opened;
  expect(await page.locator('main').innerText()).toContain('本页不访问网络');
  expect(await page.locator('footer').innerText()).toMatch(
    /程序版本 [0-9.]+，脚本与样式的 SHA-256（不是网页文件的 SHA-256）：(?:[0-9a-f]{4} ?){16}/,
  );
  expect([requests.length, errors]).toEqual([1, []]);
});

test('court mode stands in its address, next to what else is there', async () => {
  const url = `${pathToFileURL(file).href}?lang=en#20260101`;
  await using opened = await openPage(browser, url, { isOffline: true });
  const { page, errors } = opened;
  await page.getByRole('button', { name: 'Court mode' }).click();
  await expect.poll(() => page.url()).toBe(url.replace('#', '&court#'));
  await page.getByRole('button', { name: '中文' }).click();
  const address = url.replace('en', 'zh').replace('#', '&court#');
  await expect.poll(() => page.url()).toBe(address);
  await page.reload();
  expect([await page.title(), page.url()]).toEqual(['当庭核验', address]);
  expect(errors).toEqual([]);
});

test('the digest that it shows can be computed from the file', () => {
  const html = readFileSync(file, 'utf8');
  const style = /<style>(.*?)<\/style>/s.exec(html)![1]!;
  const [stamp, script] = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text!);
  expect(stamp).toContain(
    createHash('sha256')
      .update(style + script!)
      .digest('hex'),
  );
});
