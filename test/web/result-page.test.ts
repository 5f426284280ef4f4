import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { FakeChain } from '../oracle/chain.ts';
import { receiptJson, testLedger, trustJson } from '../oracle/ledger.ts';
import { launchBrowser, openPage, savedReport, verdictOn } from './browser.ts';
import { FULL_SECTIONS } from './full-record.ts';
import { servePages } from './page-service.ts';

/** What the page shows of a result: nothing that was not examined, and all of it on one paper. */

const dir = mkdtempSync(join(tmpdir(), 'evl-result-'));
const at = (name: string) => join(dir, name);
/** As long as a file system takes it. */
const LONG = `${'关于被告单位服务器访问日志的完整导出及其说明'.repeat(3)}（第二次提取）.csv`;
const ledger = testLedger(new FakeChain(), FULL_SECTIONS);
/** Of records as most are: with a case and a registrant. */
const usual = testLedger();
let browser: Browser;
let served: ServedLedger;
let usuallyServed: ServedLedger;

beforeAll(async () => {
  [served, usuallyServed, browser] = await Promise.all([servePages(ledger, 5), servePages(usual, 5), launchBrowser()]);
  writeFileSync(at(LONG), ledger.fileBytes);
  writeFileSync(at('short.txt'), ledger.fileBytes);
  writeFileSync(at('another.txt'), 'another');
  const receipt = receiptJson(ledger, 2, 5);
  writeFileSync(at('r.json'), JSON.stringify(receipt));
  const edited = { ...receipt.record, disclosed: receiptJson(ledger, 3, 5).record.disclosed };
  writeFileSync(at('edited.json'), JSON.stringify({ ...receipt, record: edited }));
  const partial = receipt.record.disclosed.filter(({ name }) => name !== 'case' && name !== 'time');
  writeFileSync(at('partial.json'), JSON.stringify({ ...receipt, record: { ...receipt.record, disclosed: partial } }));
  const { header } = receipt.record;
  const sections = { ...header.sections, 法院已确认: header.sections['case'], constructor: header.sections['case'] };
  const invented = { ...receipt.record, header: { ...header, sections } };
  writeFileSync(at('invented.json'), JSON.stringify({ ...receipt, record: invented }));
  writeFileSync(at('trust.json'), JSON.stringify(trustJson(ledger)));
  mkdirSync(at('usual'));
  writeFileSync(at('usual/letter.txt'), usual.fileBytes);
  writeFileSync(at('usual/another.txt'), 'another');
  writeFileSync(at('usual/r.json'), JSON.stringify(receiptJson(usual, 2, 5)));
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  await usuallyServed[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const open = (path = '/verify', options: Parameters<typeof openPage>[2] = {}) =>
  openPage(browser, served.url + path, options);

async function give(page: Page, ...names: string[]): Promise<void> {
  await page.setInputFiles(
    '#files',
    names.map((name) => at(name)),
  );
  await verdictOn(page);
}

describe.each([
  ['zh-CN', LONG],
  ['zh-CN', 'another.txt'],
  ['en-US', LONG],
  ['en-US', 'another.txt'],
])('a record with every field, in %s', (locale, name) => {
  test(`court mode needs no scrolling; the record of verification is one page (${name.slice(0, 4)})`, async () => {
    await using opened = await open('/verify?court', { locale, width: 1920, height: 1080 });
    const { page } = opened;
    await give(page, name, 'r.json', 'trust.json');
    for (const selector of ['.verdict .banner', '.facts .rows', '.bracket', '.single .limits']) {
      const box = (await page.locator(`#result ${selector}`).boundingBox())!;
      expect([selector, box.y + box.height]).toEqual([selector, expect.toSatisfy((y: number) => y <= 1080)]);
    }
    const bar = (await page.locator('.bar .span').boundingBox())!;
    const ends = await Promise.all([0, 1].map(async (i) => page.locator('.bar .end').nth(i).boundingBox()));
    expect(bar.width).toBeGreaterThan(10 * bar.height);
    expect(ends[0]!.y).toBe(ends[1]!.y);
    expect((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});

describe.each([
  ['zh-CN', 1366, 768],
  ['zh-CN', 1920, 1080],
  ['en-US', 1366, 768],
  ['en-US', 1920, 1080],
] as const)('court mode in %s at %i × %i', (locale, width, height) => {
  test('a usual verified result is one screen: verdict, sentence, what it shows and does not, record', async () => {
    await using opened = await openPage(browser, `${usuallyServed.url}/verify?court`, { locale, width, height });
    const { page } = opened;
    await give(page, 'usual/letter.txt', 'usual/r.json');
    expect(await page.evaluate('document.scrollingElement.scrollHeight')).toBe(height);
    for (const place of ['.verdict h2', '.verdict p', '.single .limits', '.facts', '.bracket']) {
      const box = (await page.locator(`#result ${place}`).first().boundingBox())!;
      expect([place, box.y + box.height]).toEqual([place, expect.toSatisfy((y: number) => y <= height)]);
    }
  });
});

test.each([
  ['a folder', 'zh-CN', '当庭核验一次只展示一份，这里有 2 项结果', '退出当庭核验'],
  ['several files', 'en-US', 'Court mode shows one result, and there are 2', 'Leave court mode'],
] as const)('court mode shows no table of %s: one is chosen, or court mode left', async (what, locale, note, leave) => {
  await using opened = await openPage(browser, `${usuallyServed.url}/verify?court`, { locale });
  const { page } = opened;
  const files = ['letter.txt', 'another.txt', 'r.json'].map((name) => at(`usual/${name}`));
  if (what === 'a folder') await page.setInputFiles('#folder', at('usual'));
  else await page.setInputFiles('#files', files);
  await page.locator('.choice').waitFor();
  expect(await page.locator('.verdict').innerText()).toContain(note);
  expect(await page.locator('.many, .banner').count()).toBe(0);
  expect(await page.locator('.choice li').count()).toBe(2);
  await page.locator('.choice .link', { hasText: 'another.txt' }).click();
  expect((await page.locator('#result .verdict .banner').getAttribute('class'))!).toContain('mute');
  await page.locator('#result > button').click();
  await page.locator('.choice .link', { hasText: 'letter.txt' }).click();
  expect((await page.locator('#result .verdict .banner').getAttribute('class'))!).toContain('good');
  await page.locator('#result > button').click();
  await page.locator('.choice').getByRole('button', { name: leave }).click();
  expect(await page.locator('.many tbody tr').count()).toBe(2);
});

test('a list on paper names the version of the page once, and counts the verdicts', async () => {
  await using opened = await openPage(browser, `${usuallyServed.url}/verify`);
  const { page } = opened;
  await page.setInputFiles('#folder', at('usual'));
  await page.locator('.many').waitFor();
  await page.emulateMedia({ media: 'print' });
  const text = await page.locator('body').innerText();
  expect(text.match(/程序版本/g)).toHaveLength(1);
  expect(text).toMatch(/核验结果（2 项）\s*未查到 1；核验一致 1/);
});

test('no line ends within a term such as SHA-256', async () => {
  await using opened = await open('/verify?court', { width: 1366, height: 768 });
  const { page } = opened;
  await give(page, 'another.txt', 'r.json');
  await page
    .locator('.steps')
    .first()
    .evaluate((steps) => steps.setAttribute('open', ''));
  const terms = await page.locator('.single .term').evaluateAll((found) =>
    found.map((term) => {
      const boxes = (term as unknown as Boxed).getClientRects();
      return {
        text: String(term.textContent),
        lines: new Set([...boxes].map(({ bottom }) => Math.round(bottom))).size,
      };
    }),
  );
  expect(terms.length).toBeGreaterThan(3);
  expect(terms.filter(({ text, lines }) => lines !== 1 || !/^[A-Z]+-\d+$/.test(text))).toEqual([]);
});

interface Boxed {
  getClientRects(): Iterable<{ readonly bottom: number }>;
}

test('where the chain gives no answer, nobody relayed one, and it can be asked again', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.route('**/v1/chain', (route) => route.fulfill({ status: 503, body: '' }));
  await give(page, 'short.txt', 'r.json');
  expect(await verdictOn(page)).toContain('无法判定');
  expect(await page.locator('.trust-line').innerText()).toContain('未能取得链上回答');
  await page.unroute('**/v1/chain');
  await page.locator('.answers button').click();
  await expect.poll(async () => verdictOn(page)).toContain('核验一致');
  expect(await page.locator('.trust-line').innerText()).toContain('链上回答由运营方转发');
});

test.each([
  ['zh-CN', ['案件未披露', '登记时间未披露']],
  ['en-US', ['Casenot disclosed', 'Registerednot disclosed']],
])('what the receipt withholds is named on the page, on paper and in the saved report: %s', async (locale, rows) => {
  await using opened = await open('/verify', { locale });
  const { page } = opened;
  await give(page, 'short.txt', 'partial.json', 'trust.json');
  const saved = await savedReport(page);
  expect(saved).toMatchObject({ verdict: 'VERIFIED', object: { withheld: { sections: ['case', 'time'], others: 0 } } });
  const shown = async (place: string) =>
    (await page.locator(`${place} .rows > div:visible`).allInnerTexts()).map((row) => row.replaceAll('\n', ''));
  expect(await shown('.facts')).toEqual(expect.arrayContaining(rows));
  expect(await page.locator('.bracket').innerText()).toMatch(/起始区块未披露|the earliest block is not disclosed/i);
  await page.emulateMedia({ media: 'print' });
  expect(await shown('.minutes')).toEqual(expect.arrayContaining(rows));
});

test('sections that the header invents are counted, and their names are nowhere on the page', async () => {
  await using opened = await open();
  const { page } = opened;
  await give(page, 'short.txt', 'invented.json', 'trust.json');
  expect(await verdictOn(page)).toContain('存证记录矛盾');
  expect(await page.locator('.facts').innerText()).toMatch(/其他节\s*2 节，未披露/);
  for (const place of ['.facts', '.minutes']) expect(await page.locator(place).textContent()).not.toContain('法院');
});

test('a record that was edited is marked once, and its digests stay in groups', async () => {
  await using opened = await open();
  const { page } = opened;
  await give(page, 'edited.json');
  const facts = await page.locator('.facts').innerText();
  expect(facts.match(/未能证实/g)).toHaveLength(1);
  expect(facts).toMatch(/(?:[0-9a-f]{4} ){15}[0-9a-f]{4}/);
  expect(await page.locator('.limits .good').count()).toBe(0);
});
