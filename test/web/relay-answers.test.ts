import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADVICE_BY_CAUSE } from '../../src/text/verdicts.ts';
import { VERIFY_SERVICE } from '../../src/text/verify-service.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import type { Page as Answer } from '../client/http-server.ts';
import { FakeChain } from '../oracle/chain.ts';
import { receiptJson, testLedger } from '../oracle/ledger.ts';
import { give, launchBrowser, openPage, savedReport, shownVerdict, verdictOn } from './browser.ts';
import { servePages } from './page-service.ts';

/** What the relay to the chain answers, where it is nothing that an answer can be. */

const dir = mkdtempSync(join(tmpdir(), 'evl-relay-'));
const at = (name: string) => join(dir, name);
const ledger = testLedger(new FakeChain());
const TOO_LARGE = 8 * 1024 * 1024 + 1;
let browser: Browser;
let served: ServedLedger;

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
  writeFileSync(at('file.txt'), ledger.fileBytes);
  writeFileSync(at('r.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const envelope = (result: string) => `{"jsonrpc":"2.0","id":1,"result":${result}}`;

test.each<readonly [string, Answer]>([
  ['null', { body: 'null' }],
  ['HTML', { body: '<!doctype html><title>500</title><h1>VERIFIED</h1>', headers: { 'content-type': 'text/html' } }],
  ['nothing', { body: '' }],
  ['no envelope', { body: '["0x7a69"]' }],
  ['an answer to another question', { body: envelope('"0x7a69"').replace('"id":1', '"id":99') }],
  ['an answer that is cut', { body: envelope('"0x7a69"').slice(0, -3) }],
  ['more than is read', { body: envelope(`"${' '.repeat(TOO_LARGE)}"`) }],
  ['a refusal', { status: 429, body: '{}' }],
])('decides nothing, and the page says what to do: %s', async (_, answer) => {
  served.lies.set('/v1/chain', answer);
  await using opened = await openPage(browser, `${served.url}/verify`);
  const { page } = opened;
  await give(page, [at('file.txt'), at('r.json')]);
  expect(await shownVerdict(page)).toMatchObject({
    word: expect.stringContaining('无法判定'),
    tone: 'wait',
    isGreen: false,
    next: ADVICE_BY_CAUSE.chain.zh,
  });
  expect(await page.locator('.trust-line').innerText()).toContain('未能取得链上回答');
  const { verdict, independence, steps } = await savedReport(page);
  expect([verdict, independence]).toEqual(['INDETERMINATE', 'none']);
  expect(steps.filter(({ step }) => ['chain-identity', 'anchor', 'finality'].includes(step))).toEqual(
    ['chain-identity', 'anchor', 'finality'].map((step) => expect.objectContaining({ step, status: 'unknown' })),
  );
  served.lies.delete('/v1/chain');
  await page.getByRole('button', { name: VERIFY_SERVICE.retry.zh }).click();
  await expect.poll(() => verdictOn(page)).toContain('核验一致');
});

test('null in the place of every answer decides nothing either', async () => {
  const { answerNode } = served;
  served.answerNode = () => null;
  await using opened = await openPage(browser, `${served.url}/verify`);
  const { page } = opened;
  await give(page, [at('file.txt'), at('r.json')]);
  const { word, tone, next } = await shownVerdict(page);
  expect([word, tone, next]).toEqual([expect.stringContaining('无法判定'), 'wait', ADVICE_BY_CAUSE.chain.zh]);
  const { verdict, steps } = await savedReport(page);
  expect(verdict).toBe('INDETERMINATE');
  expect(steps.filter(({ status }) => status === 'fail')).toEqual([]);
  served.answerNode = answerNode;
});
