import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../scripts/bundler/project.ts';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { isAvailable } from '../availability.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { receiptJson, testLedger, trustJson } from '../oracle/ledger.ts';
import { launchBrowser, openPage, shownVerdict } from './browser.ts';
import { servePages } from './page-service.ts';

/** Court mode on a projector, and what is printed of verifications. */

const dir = mkdtempSync(join(tmpdir(), 'evl-court-'));
const at = (name: string) => join(dir, name);
/** As long as a file system takes it. */
const LONG = `${'关于被告单位服务器访问日志的完整导出及其说明'.repeat(3)}（第二次提取）.csv`;
const ROWS = 200;
let browser: Browser;
let served: ServedLedger;
const ledger = testLedger();

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
  writeFileSync(at(LONG), ledger.fileBytes);
  writeFileSync(at('another.txt'), 'another');
  writeFileSync(at('r.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
  writeFileSync(at('trust.json'), JSON.stringify(trustJson(ledger)));
  mkdirSync(at('many'));
  for (let i = 0; i < ROWS; i++) writeFileSync(join(at('many'), `file-${i}.txt`), `content ${i}`);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const TEXTS = {
  'zh-CN': [
    '核验笔录',
    '审判人员',
    '书记员',
    '操作人',
    '当事人',
    '见证人',
    '地点',
    '时间',
    '脚本与样式的 SHA-256',
    '指定的核验基准文件',
  ],
  'en-US': [
    'Record of verification',
    'Judge',
    'Clerk',
    'Operator',
    'Parties',
    'witness',
    'Place',
    'Time',
    'SHA-256 of script and style',
    'the trust file that was named',
  ],
} as const;

async function bottomOf(page: Page, selector: string): Promise<number> {
  const box = (await page.locator(selector).first().boundingBox())!;
  return box.y + box.height;
}

const pagesIn = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)!.length;

const hasPoppler = () => isAvailable('poppler-utils (pdftotext)', hasPdftotext());

function hasPdftotext(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function textsOf(pdf: Buffer): string[] {
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text.split('\f').slice(0, -1);
}

describe.each(['zh-CN', 'en-US'] as const)('in %s', (locale) => {
  test.each([
    ['VERIFIED', LONG],
    ['MISMATCH', 'another.txt'],
  ])('%s: at 1920 × 1080 banner and facts need no scrolling; the record is one page of A4', async (_, name) => {
    await using opened = await openPage(browser, `${served.url}/verify?court`, { locale, width: 1920, height: 1080 });
    const { page } = opened;
    await page.setInputFiles('#files', [at(name), at('r.json'), at('trust.json')]);
    await shownVerdict(page);
    for (const selector of ['#result .verdict .banner', '#result .facts .rows']) {
      expect([selector, await bottomOf(page, selector)]).toEqual([
        selector,
        expect.toSatisfy((y: number) => y <= 1080),
      ]);
    }
    expect(await page.evaluate(() => (globalThis as unknown as { scrollY: number }).scrollY)).toBe(0);

    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pagesIn(pdf)).toBe(1);
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]/);
    await page.emulateMedia({ media: 'print' });
    const text = await page.locator('body').innerText();
    for (const part of TEXTS[locale]) expect(text).toContain(part);
    const fingerprint = trustFingerprint(parseTrust(JSON.stringify(trustJson(ledger))));
    const plain = text.replaceAll(/\s/g, '');
    expect(plain).toContain(fingerprint.replace(/^sha256:/, ''));
    expect(plain).toContain(name.replaceAll(/\s/g, ''));
    expect(plain).toContain(
      await page.evaluate(() => (globalThis as unknown as { EVL_PAGE_SHA256: string }).EVL_PAGE_SHA256),
    );
    expect(plain).toContain(VERSION);
    expect(await page.locator('.minutes .signatures .blank').count()).toBeGreaterThanOrEqual(5);
  });

  test.runIf(hasPoppler())(`a list of ${ROWS} files prints on several pages, each with its headings`, async () => {
    await using opened = await openPage(browser, `${served.url}/verify`, { locale });
    const { page } = opened;
    await page.setInputFiles('#folder', at('many'));
    await page.locator('.many').waitFor({ timeout: 120_000 });
    const pages = textsOf(await page.pdf({ preferCSSPageSize: true }));
    expect(pages.length).toBeGreaterThan(3);
    const heading = locale === 'zh-CN' ? '理由' : 'Reason';
    const listed = pages.filter((text) => /file-\d+\.txt/.test(text));
    expect(listed.filter((text) => !text.includes(heading))).toEqual([]);
    const names = [...pages.join('\n').matchAll(/file-\d+\.txt/g)].map(([name]) => name);
    expect(new Set(names).size).toBe(ROWS);
  });
});
