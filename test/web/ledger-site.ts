import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';

/** A served ledger, a browser, and a folder for the files of a test; there from `beforeAll` on. */
export interface LedgerSite {
  readonly ledger: TestLedger;
  readonly browser: Browser;
  /** A path in the folder. */
  readonly at: (...names: readonly string[]) => string;
}

/** Starts them before the tests of a file and removes them after. */
export function useLedgerSite(name: string): LedgerSite {
  const dir = mkdtempSync(join(tmpdir(), `evl-${name}-`));
  let ledger: TestLedger;
  let browser: Browser;
  beforeAll(async () => {
    [ledger, browser] = await Promise.all([startLedger(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await ledger.remove();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    get ledger() {
      return ledger;
    },
    get browser() {
      return browser;
    },
    at: (...names) => join(dir, ...names),
  };
}

/** The page `/verify` of a site, opened before each test and closed after it. */
export function useVerifyPage(site: LedgerSite): { readonly page: Page; readonly opened: WatchedPage } {
  let opened: WatchedPage;
  beforeEach(async () => {
    opened = await openPage(site.browser, `${site.ledger.server.url}/verify`);
  });
  afterEach(() => opened[Symbol.asyncDispose]());
  return {
    get page() {
      return opened.page;
    },
    get opened() {
      return opened;
    },
  };
}
