import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, FileChooser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { receiptJson, type ReceiptJson, testLedger, type TestLedger, trustJson } from '../oracle/ledger.ts';
import { axeFindings } from './axe.ts';
import { launchBrowser, openPage, shownVerdict } from './browser.ts';
import { servePages } from './page-service.ts';

/** The verify page for everybody: every state, both languages, on the screen and on paper. */

const dir = mkdtempSync(join(tmpdir(), 'evl-accessible-'));
const at = (name: string) => join(dir, name);
const GIB = 2 ** 30;
const LONG = `${'关于某某公司服务器访问日志的完整导出'.repeat(3)}_final_final_${'x'.repeat(60)}.csv`;
let ledger: TestLedger;
let browser: Browser;
let served: ServedLedger;

beforeAll(async () => {
  ledger = testLedger();
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
  const receipt = receiptJson(ledger, 2, 5);
  const write = (name: string, value: ReceiptJson | object) => writeFileSync(at(name), JSON.stringify(value));
  write('r.json', receipt);
  write('early.json', { ...receipt, anchor: null });
  write('broken.json', { format: receipt.format });
  write('edited.json', {
    ...receipt,
    record: { ...receipt.record, disclosed: receiptJson(ledger, 3, 5).record.disclosed },
  });
  write('trust.json', trustJson(ledger));
  writeFileSync(at(LONG), ledger.fileBytes);
  writeFileSync(at('another.txt'), 'another');
  writeFileSync(at('large.img'), '');
  truncateSync(at('large.img'), 4 * GIB);
  writeFileSync(at('verify.html'), (await webPages()).get('verify.html')!);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** Files that lead to a state, and what is there once it is reached. */
const STATES: readonly (readonly [state: string, files: readonly string[], sign: string])[] = [
  ['empty', [], 'main'],
  ['hashing', ['large.img'], '.materials progress'],
  ['VERIFIED', [LONG, 'r.json'], '.banner.good:not(.outline)'],
  ['VERIFIED, record only', ['r.json'], '.banner.outline'],
  ['MISMATCH', ['another.txt', 'r.json'], '.banner.bad'],
  ['NOT_FOUND', ['another.txt'], '.banner.mute'],
  ['INDETERMINATE', [LONG, 'broken.json'], '.banner.wait'],
  ['PENDING', [LONG, 'early.json'], '.banner.wait'],
  ['INCONSISTENT', [LONG, 'edited.json'], '.banner.bad'],
  ['many', [LONG, 'another.txt', 'large-not.txt'], '.many'],
];

/** Nothing is wider than the window: nobody has to scroll sideways to read. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly tagName: string;
      readonly className: string;
      getBoundingClientRect(): { readonly right: number; readonly width: number };
      closest(selector: string): unknown;
    }
    const { document, innerWidth } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Box>; scrollingElement: { scrollWidth: number } };
      innerWidth: number;
    };
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((box) => box.getBoundingClientRect().right > innerWidth + 1 && box.closest('.scrolls, .skip') === null)
      .map(({ tagName, className }) => `${tagName} ${className}`);
  });
}

describe.each(['zh-CN', 'en-US'])('in %s', (locale) => {
  test.each(STATES)(
    '%s: axe finds nothing on screen, in court and on paper, nothing is wider than half a window, no key shows [W127]',
    async (state, files, sign) => {
      const { anchors } = ledger.chain;
      if (state === 'PENDING') ledger.chain.anchors = [];
      onTestFinished(() => void (ledger.chain.anchors = anchors));
      writeFileSync(at('large-not.txt'), 'large-not');
      await using opened = await openPage(browser, `${served.url}/verify`, { locale, width: 640, height: 450 });
      const { page } = opened;
      if (files.length > 0)
        await page.setInputFiles(
          '#files',
          files.map((name) => at(name)),
        );
      await page.locator(sign).first().waitFor({ timeout: 60_000 });
      expect(await axeFindings(page)).toEqual([]);
      expect(await overflow(page)).toEqual([]);
      expect(await page.locator('body').innerText()).not.toMatch(/\{[a-z]+\}|undefined|\[object/i);
      await page.locator('nav button').first().click();
      expect(await axeFindings(page)).toEqual([]);
      expect(await overflow(page)).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  test('the page from a disk, empty and with a verdict [W127]', async () => {
    const url = pathToFileURL(at('verify.html')).href;
    await using opened = await openPage(browser, url, { locale, isOffline: true, width: 640, height: 450 });
    const { page } = opened;
    expect(await axeFindings(page)).toEqual([]);
    await page.setInputFiles(
      '#files',
      [LONG, 'r.json', 'trust.json'].map((name) => at(name)),
    );
    await shownVerdict(page);
    expect([await axeFindings(page), await overflow(page)]).toEqual([[], []]);
  });
});

interface Focused {
  readonly tag: string;
  readonly id: string;
  readonly text: string;
  readonly isVisible: boolean;
}

/** The element with the focus, and whether its outline is drawn around it or the label it is in. */
async function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    interface Node {
      readonly tagName: string;
      readonly id: string;
      readonly innerText: string;
      closest(selector: string): Node | null;
    }
    const scope = globalThis as unknown as {
      document: { activeElement: Node };
      getComputedStyle(node: Node): { outlineStyle: string; outlineWidth: string };
    };
    const active = scope.document.activeElement;
    const shown = active.closest('.button') ?? active;
    const { outlineStyle, outlineWidth } = scope.getComputedStyle(shown);
    return {
      tag: active.tagName,
      id: active.id,
      text: (shown.innerText ?? '').trim(),
      isVisible: outlineStyle !== 'none' && outlineWidth !== '0px',
    };
  });
}

/** Presses Tab until `isThere`; everything on the way shows that it has the focus. */
async function tabTo(page: Page, isThere: (at: Focused) => boolean): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const one = await focused(page);
    if (one.tag !== 'BODY') expect([one.tag, one.text, one.isVisible]).toEqual([one.tag, one.text, true]);
    if (isThere(one)) return;
  }
  throw new Error('Tab does not lead there');
}

test('with the keyboard alone: choose files, hear the verdict, open the steps, print, begin again [W127]', async () => {
  await using opened = await openPage(browser, `${served.url}/verify`);
  const { page } = opened;
  const chooser = new Promise<FileChooser>((resolve) => page.once('filechooser', resolve));
  await page.evaluate(() => {
    const scope = globalThis as unknown as {
      announced: string[];
      isPrinted?: boolean;
      print: () => void;
      document: {
        querySelectorAll(selector: string): Iterable<{ innerText: string; getAttribute(name: string): string }>;
      };
      MutationObserver: new (call: () => void) => { observe(node: unknown, options: object): void };
    };
    scope.announced = [];
    scope.print = () => (scope.isPrinted = true);
    for (const region of scope.document.querySelectorAll('[aria-live]')) {
      new scope.MutationObserver(() =>
        scope.announced.push(`${region.getAttribute('aria-live')}: ${region.innerText}`),
      ).observe(region, { childList: true, subtree: true, characterData: true });
    }
  });
  await tabTo(page, ({ id }) => id === 'files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles([at(LONG), at('r.json')]);
  expect((await shownVerdict(page)).word).toContain('核验一致');
  const announced = async () => {
    const all = await page.evaluate(() => (globalThis as unknown as { announced: string[] }).announced);
    return all.filter((one) => /^polite: 正在核验|^assertive: ./.test(one));
  };
  // the banner, and nothing else of the result
  const verdict = `assertive: ${await page.locator('.verdict .banner').innerText()}`;
  const isBusy = expect.stringMatching(/^polite: 正在核验/);
  expect(new Set(await announced())).toEqual(new Set([isBusy, verdict]));
  expect((await announced()).filter((one) => one === verdict)).toEqual([verdict]);

  await tabTo(page, ({ tag, text }) => tag === 'SUMMARY' && text === '详细步骤');
  await page.keyboard.press('Enter');
  expect(await page.locator('.steps').first().getAttribute('open')).not.toBeNull();
  await tabTo(page, ({ text }) => text === '打印核验笔录');
  await page.keyboard.press('Space');
  expect(await page.evaluate(() => (globalThis as { isPrinted?: boolean }).isPrinted)).toBe(true);
  await tabTo(page, ({ text }) => text === '核验另一份');
  await page.keyboard.press('Enter');
  expect(await page.locator('.banner').count()).toBe(0);
  await expect.poll(async () => (await focused(page)).id).toBe('typed');

  await page.setInputFiles('#files', [at(LONG), at('r.json')]);
  await shownVerdict(page);
  expect((await announced()).filter((one) => one === verdict)).toEqual([verdict, verdict]);
});

test('the focus is kept where what has it goes away', async () => {
  await using opened = await openPage(browser, `${served.url}/verify`);
  const { page } = opened;
  await page.setInputFiles('#files', [at(LONG), at('another.txt'), at('r.json')]);
  await page.locator('.many .link').first().press('Enter');
  await shownVerdict(page);
  expect((await focused(page)).id).toBe('result');
  await page.locator('#result > button').press('Enter');
  await page.locator('.many').waitFor();
  expect((await focused(page)).id).toBe('result');

  const url = pathToFileURL(at('verify.html')).href;
  await using offline = await openPage(browser, url, { isOffline: true });
  await offline.page.setInputFiles('#files', [LONG, 'r.json', 'trust.json'].map(at));
  await shownVerdict(offline.page);
  await offline.page.locator('.actions button').last().press('Enter');
  await expect.poll(async () => (await focused(offline.page)).id).toBe('files');
});
