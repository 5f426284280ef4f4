import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
let browser: Browser;
let served: ServedLedger;

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
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
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
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
    await using opened = await open('/verify#court', { locale, width: 1920, height: 1080 });
    const { page } = opened;
    await give(page, name, 'r.json', 'trust.json');
    for (const selector of ['.banner', '.facts .rows', '.bracket', '.limits']) {
      const box = (await page.locator(`#result .single ${selector}`).boundingBox())!;
      expect([selector, box.y + box.height]).toEqual([selector, expect.toSatisfy((y: number) => y <= 1080)]);
    }
    const bar = (await page.locator('.bar .span').boundingBox())!;
    const ends = await Promise.all([0, 1].map(async (i) => page.locator('.bar .end').nth(i).boundingBox()));
    expect(bar.width).toBeGreaterThan(10 * bar.height);
    expect(ends[0]!.y).toBe(ends[1]!.y);
    expect((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});

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
