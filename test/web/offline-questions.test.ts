import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import type { StepName } from '../../src/protocol/verify/report.ts';
import { STEP_LABELS } from '../../src/text/steps.ts';
import { VERIFY_PAGE } from '../../src/text/verify-page.ts';
import { FakeChain } from '../oracle/chain.ts';
import { type ReceiptJson, receiptJson, testLedger, type TrustJson, trustJson } from '../oracle/ledger.ts';
import { another, give, launchBrowser, openPage, savedReport, verdictOn } from './browser.ts';

/** What the page in one file could not ask, and what it says of pictures. */

const dir = mkdtempSync(join(tmpdir(), 'evl-questions-'));
const at = (name: string) => join(dir, name);
const ledger = testLedger(new FakeChain());
let browser: Browser;

beforeAll(async () => {
  writeFileSync(at('verify.html'), (await webPages()).get('verify.html')!);
  writeFileSync(at('file.txt'), ledger.fileBytes);
  writeFileSync(at('photo.JPG'), ledger.fileBytes);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

const open = () => openPage(browser, pathToFileURL(at('verify.html')).href, { isOffline: true });
const CHAIN: readonly StepName[] = ['chain-identity', 'anchor', 'finality', 'not-before'];
const unanchored = () => receiptJson(ledger, 2, 4);
const anchored = () => receiptJson(ledger, 2, 5);
const trust = (change: (trust: TrustJson) => void = () => {}): TrustJson => {
  const json = trustJson(ledger);
  change(json);
  return json;
};
const withoutNotBefore = (): ReceiptJson => {
  const receipt = anchored();
  receipt.record.disclosed = receipt.record.disclosed.filter(({ name }) => name !== 'time');
  return receipt;
};

test.each<readonly [string, ReceiptJson, TrustJson | undefined, readonly StepName[]]>([
  ['a receipt without an anchor', unanchored(), trust(), ['chain-identity', 'not-before']],
  ['a trust file that names a node', anchored(), trust(), CHAIN],
  ['a trust file that names none', anchored(), trust((one) => (one.chain.rpcUrls = [])), CHAIN],
  ['no trust file', anchored(), undefined, ['chain-identity', 'anchor', 'finality', 'endorsement', 'not-before']],
  ['a receipt that states no earlier block', withoutNotBefore(), trust(), ['chain-identity', 'anchor', 'finality']],
  [
    'a trust file that requires endorsements',
    anchored(),
    trust((one) => (one.endorsers = { k: 1, of: [`0x${'0e'.repeat(20)}`] })),
    ['chain-identity', 'anchor', 'finality', 'endorsement', 'not-before'],
  ],
])('the questions that nobody was asked are those that are open: %s', async (_, receipt, given, steps) => {
  await using opened = await open();
  const { page } = opened;
  writeFileSync(at('r.json'), JSON.stringify(receipt));
  writeFileSync(at('trust.json'), JSON.stringify(given ?? {}));
  await give(page, [at('file.txt'), at('r.json'), ...(given === undefined ? [] : [at('trust.json')])]);
  const verdict = await verdictOn(page);
  const questions = [...steps.map((step) => STEP_LABELS[step].zh), VERIFY_PAGE.newerAnchor.zh].join('、');
  const notes = await page.locator('#result .single .note').allInnerTexts();
  expect(notes).toContain(VERIFY_PAGE.unasked.zh.replace('{questions}', questions));
  const unknown = (await savedReport(page)).steps.filter(({ status }) => status === 'unknown').map(({ step }) => step);
  expect(unknown).toEqual(expect.arrayContaining([...steps]));
  expect(verdict).not.toContain('VERIFIED');
  expect([opened.requests.length, opened.errors]).toEqual([1, []]);
});

test('a picture alone is evidence, and the page says where its code can be read', async () => {
  await using opened = await open();
  const { page } = opened;
  expect(await page.locator('main').innerText()).toContain('二维码');
  const notes = async () => page.locator('#result .single .note').allInnerTexts();
  await give(page, [at('photo.JPG')]);
  expect(await verdictOn(page)).toContain('无法判定');
  expect(await notes()).toContain(VERIFY_PAGE.noQrOffline.zh);
  await another(page);
  await give(page, [at('file.txt')]);
  await verdictOn(page);
  expect(await notes()).not.toContain(VERIFY_PAGE.noQrOffline.zh);
  await another(page);
  writeFileSync(at('r.json'), JSON.stringify(anchored()));
  await give(page, [at('photo.JPG'), at('r.json')]);
  await verdictOn(page);
  expect(await notes(), 'a picture with its receipt').not.toContain(VERIFY_PAGE.noQrOffline.zh);
});
