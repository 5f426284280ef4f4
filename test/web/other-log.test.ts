import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { json } from '../client/http-server.ts';
import { FakeChain } from '../oracle/chain.ts';
import { receiptJson, testLedger, type TrustJson, trustJson } from '../oracle/ledger.ts';
import { testKey } from '../oracle/note.ts';
import { give, launchBrowser, openPage, verdictOn, type WatchedPage } from './browser.ts';
import { servePages } from './page-service.ts';

/** A trust file that its reader gave, and a service that keeps another log. */

const dir = mkdtempSync(join(tmpdir(), 'evl-other-log-'));
const at = (name: string) => join(dir, name);
const ledger = testLedger(new FakeChain());
const strangerKey = testKey(trustJson(ledger).log.origin, 9).vkey;
const ALL = ['file.txt', 'r.json', 'trust.json'].map(at);
let browser: Browser;
let served: ServedLedger;
let opened: WatchedPage;
let page: Page;

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
  writeFileSync(at('file.txt'), ledger.fileBytes);
  writeFileSync(at('second.txt'), 'second');
  writeFileSync(at('r.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
  writeFileSync(at('trust.json'), JSON.stringify(trustJson(ledger)));
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  served.trust = trustJson(ledger);
  served.lies.delete('/trust.json');
  opened = await openPage(browser, `${served.url}/verify`);
  ({ page } = opened);
});
afterEach(() => opened[Symbol.asyncDispose]());

const notes = () => page.locator('#result .trust-line ~ .note').allInnerTexts();
const answered = () => page.waitForResponse(`${served.url}/trust.json`);

test.each<readonly [string, (trust: TrustJson) => void, RegExp]>([
  [
    'another name',
    ({ log }) => (log.origin = 'other.example/log'),
    /ledger\.example\/7h3k，本服务是 other\.example\/log/,
  ],
  ['the same name with other keys', ({ log }) => (log.keys[0]!.vkey = strangerKey), /两者都名为 ledger\.example\/7h3k/],
  [
    'another log id',
    ({ chain }) => (chain.logs[0]!.logId = `0x${'0b'.repeat(32)}`),
    /两者都名为 ledger\.example\/7h3k/,
  ],
])('is said next to the trust line and on paper, and changes no verdict: %s', async (_, change, sentence) => {
  change(served.trust);
  await give(page, ALL);
  expect(await verdictOn(page)).toContain('核验一致');
  await expect.poll(notes).toEqual([expect.stringMatching(sentence)]);
  expect((await notes())[0]).toContain('本服务不是这份核验基准文件所指的存证日志');
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.locator('.trust-line').innerText()).toContain('您给的文件');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.minutes').innerText()).toMatch(sentence);
  await page.emulateMedia({ media: 'screen' });
  await give(page, [at('second.txt')]);
  await page.locator('.many').waitFor();
  await page.emulateMedia({ media: 'print' });
  await expect.poll(async () => page.locator('.many .trust-line ~ .note:visible').count()).toBe(1);
  await page.emulateMedia({ media: 'screen' });
  await page.locator('.materials').getByRole('button', { name: '移除' }).click();
  await expect.poll(() => page.locator('.many .trust-line').innerText()).not.toContain('您给的文件');
  expect(await notes()).toEqual([]);
});

test.each<readonly [string, () => void]>([
  ['the same file', () => {}],
  ['a newer one, with a further key', () => served.trust.log.keys.unshift({ vkey: strangerKey, fromSize: '9' })],
  ['none', () => served.lies.set('/trust.json', { status: 404, body: '' })],
  ['one that cannot be read', () => served.lies.set('/trust.json', json({ format: 'evidence-ledger/trust/v9' }))],
])('nothing is said where the service offers %s', async (_, change) => {
  change();
  const asked = answered();
  await give(page, ALL);
  expect(await verdictOn(page)).toContain('核验一致');
  await (await asked).finished();
  expect(await notes()).toEqual([]);
  expect(await page.getByRole('alert').count()).toBe(0);
});
