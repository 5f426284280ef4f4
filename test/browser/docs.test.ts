import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMemoryLog, type MemoryLog } from '../log/memory-log.ts';
import { type MemoryService, startMemoryService } from '../server/memory-service.ts';
import { launchBrowser } from '../web/browser.ts';

/**
 * The page of the interface in a real browser: "Try it out" asks the very service that serves it.
 */

let memory: MemoryLog;
let service: MemoryService;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  memory = await openMemoryLog();
  service = await startMemoryService(memory.log);
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => !request.url().startsWith(service.url) && problems.push(request.url()));
  await page.goto(`${service.url}/docs`);
  await page.locator('#operations-service-alive').waitFor({ timeout: 120_000 });
});

afterAll(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
});

/** Opens an operation, executes it with the example of the document, and returns what is shown. */
async function tryOut(id: string): Promise<{ readonly status: string; readonly body: string }> {
  const operation = page.locator(`#${id}`);
  await operation.locator('.opblock-summary-control').first().click();
  await operation.locator('.try-out__btn').click();
  await operation.locator('.execute').click();
  const answer = operation.locator('.live-responses-table .response').first();
  await answer.waitFor({ timeout: 120_000 });
  const status = await answer.locator('.response-col_status').innerText();
  return { status: status.trim(), body: await answer.locator('.highlight-code').first().innerText() };
}

test('it says that registrations are permanent', async () => {
  expect(await page.locator('.information-container').innerText()).toContain('Registrations are permanent');
});

test('a look-up works', async () => {
  expect(await tryOut('operations-service-alive')).toEqual({ status: '200', body: expect.stringContaining('"ok"') });
});

test('a registration works, and is one', async () => {
  const { status, body } = await tryOut('operations-registration-registerEvidence');
  expect(status).toBe('201');
  expect(body).toContain('evidence-ledger/receipt/v1');
  expect(memory.store.head().size).toBe(1n);
});

test('nothing was loaded from elsewhere, and nothing was blocked', () => {
  expect(problems).toEqual([]);
});
