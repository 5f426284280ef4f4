import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Report, Verdict } from '../../src/protocol/verify/report.ts';
import { adviceOf, decidingStep, meaningOf } from '../../src/verifier/report-view.ts';
import { evl } from '../cli/evl.ts';

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
  await page.locator('#result .verdict .banner').waitFor({ timeout: 60_000 });
  return page.locator('#result .verdict .banner h2').innerText();
}

/** The report that the page saves. */
export async function savedReport(page: Page): Promise<Report> {
  const download = page.waitForEvent('download');
  await page.locator('.actions button').nth(1).click();
  return JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Report;
}

/**
 * What page and command line must agree on. Who asked which node, and whose the trust file is,
 * differs between them.
 */
export function outcomeOf({ verdict, scope, comparison, object, steps }: Report): object {
  return { verdict, scope, comparison, object, steps: steps.map((step) => ({ ...step, sources: undefined })) };
}

/** What the reader sees of a verdict. */
export interface ShownVerdict {
  readonly word: string;
  readonly tone: string;
  /** Whether it is filled in the colour of a file that is verified. */
  readonly isGreen: boolean;
  readonly symbol: string;
  readonly sentence: string;
  readonly next: string;
  /** With the code of the deciding step; empty where none decides. */
  readonly reason: string;
  readonly steps: number;
  /** Codes of the steps that fail or are open, in their order. */
  readonly codes: readonly string[];
}

export async function shownVerdict(page: Page): Promise<ShownVerdict> {
  await verdictOn(page);
  return page.locator('#result').evaluate((node): ShownVerdict => {
    const result = node as unknown as Element;
    const textOf = (selector: string) => result.querySelector(selector)?.innerText ?? '';
    const classes = [...result.querySelector('.banner')!.classList];
    return {
      word: textOf('.banner h2'),
      tone: classes.find((name) => ['good', 'bad', 'wait', 'mute'].includes(name)) ?? '',
      isGreen: classes.includes('good') && !classes.includes('outline'),
      symbol: result.querySelector('.banner .mark path')?.getAttribute('d') ?? '',
      sentence: textOf('.banner p'),
      next: textOf('.answers dd'),
      reason: textOf('.banner .reason'),
      steps: result.querySelectorAll('.steps ol > li').length,
      codes: [...result.querySelectorAll('.steps ol > li > code')].map(({ textContent }) => textContent),
    };
  });
}

/** As much of a page as these tests look at. */
interface Element {
  readonly innerText: string;
  /** Also of what is folded. */
  readonly textContent: string;
  readonly classList: Iterable<string>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element> & { readonly length: number };
}

const WORDS: Readonly<Record<Verdict, { readonly zh: string; readonly tone: string }>> = {
  VERIFIED: { zh: '核验一致', tone: 'good' },
  MISMATCH: { zh: '核验不一致', tone: 'bad' },
  NOT_FOUND: { zh: '未查到', tone: 'mute' },
  PENDING: { zh: '已登记，待上链', tone: 'wait' },
  INCONSISTENT: { zh: '存证记录矛盾', tone: 'bad' },
  INDETERMINATE: { zh: '无法判定', tone: 'wait' },
};
const symbols = new Map<Verdict, string>();

/**
 * The page shows the report of the command line: word, symbol, sentence, next step, deciding code,
 * all steps, and saves the same report.
 */
export async function expectSame(page: Page, told: Report): Promise<ShownVerdict> {
  const shown = await shownVerdict(page);
  expect(outcomeOf(await savedReport(page))).toEqual(outcomeOf(told));
  const { zh, tone } = WORDS[told.verdict];
  const isRecordOnly = told.verdict === 'VERIFIED' && told.scope !== 'file';
  expect(shown.word).toContain(isRecordOnly ? '登记记录核验一致' : zh);
  expect([shown.tone, shown.isGreen]).toEqual([tone, told.verdict === 'VERIFIED' && told.scope === 'file']);
  symbols.set(told.verdict, symbols.get(told.verdict) ?? shown.symbol);
  expect(shown.symbol).toBe(symbols.get(told.verdict));
  expect(new Set(symbols.values()).size).toBe(symbols.size);
  expect([shown.sentence, shown.next]).toEqual([meaningOf(told).zh, adviceOf(told).zh]);
  const deciding = decidingStep(told);
  if (deciding !== undefined) expect(shown.reason).toContain(deciding.code);
  expect(shown.steps).toBe(told.steps.length);
  const failing = told.steps.filter(({ status }) => status === 'fail' || status === 'unknown');
  expect(shown.codes).toEqual(failing.map(({ code }) => code));
  return shown;
}

/** The report that the command line gives. */
export async function toldReport(args: readonly string[], home: string): Promise<Report & { reports?: Report[] }> {
  const { stdout, stderr } = await evl([...args, '--json'], { env: { EVL_HOME: home } });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report & { reports?: Report[] };
}

/** Chooses files, as a user does. */
export async function give(page: Page, files: readonly string[]): Promise<void> {
  await page.setInputFiles('#files', [...files]);
}

/** Begins another verification, with another trust file: the one that was given is removed. */
export async function another(page: Page): Promise<void> {
  await page.locator('.actions button').last().click();
  await page.locator('#result .single').waitFor({ state: 'detached' });
  const left = page.locator('.materials button');
  for (let count = await left.count(); count > 0; count = await left.count()) await left.last().click();
}
