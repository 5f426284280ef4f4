import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import type { Report } from '../../src/protocol/verify/report.ts';

/**
 * A Chromium with its own safeguards, and with the fonts of this project alone. The defaults of the
 * package switch off what a test of policies and origins is about.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--disable-background-networking'],
    env: { ...process.env, FONTCONFIG_FILE: join(import.meta.dirname, 'fonts.conf') },
  });
}

interface OpenOptions {
  readonly locale?: string;
  readonly width?: number;
  readonly height?: number;
  readonly isOffline?: boolean;
}

/** A page, with everything it asked for and every error that it reported. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly requests: { readonly url: string; readonly body: string | null }[];
  readonly errors: string[];
}

export async function openPage(browser: Browser, url: string, options: OpenOptions = {}): Promise<WatchedPage> {
  const { locale = 'zh-CN', width = 1100, height = 900, isOffline = false } = options;
  const context = await browser.newContext({ locale, viewport: { width, height } });
  await context.setOffline(isOffline);
  const page = await context.newPage();
  const requests: { url: string; body: string | null }[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (/^(?:blob|data):/.test(request.url())) return;
    requests.push({ url: request.url(), body: request.postData() });
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(url);
  await page.locator('main').waitFor();
  return { page, requests, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** The word of the verdict, once there is one. */
export async function verdictOn(page: Page): Promise<string> {
  await page.locator('#result .single .banner').waitFor({ timeout: 60_000 });
  return page.locator('#result .single .banner h2').innerText();
}

/** The report that the page saves. */
export async function savedReport(page: Page): Promise<Report> {
  const download = page.waitForEvent('download');
  await page.locator('.actions button').nth(1).click();
  return JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Report;
}

/** What decides in a report: verdict, and the code of each step. */
export function outcomeOf({ verdict, steps }: Pick<Report, 'verdict' | 'steps'>): object {
  return { verdict, steps: steps.map(({ step, status, code }) => `${step} ${status} ${code}`) };
}
