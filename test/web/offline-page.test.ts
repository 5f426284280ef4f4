import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import type { Report } from '../../src/protocol/verify/report.ts';
import { evl } from '../cli/evl.ts';
import { launchBrowser, openPage, outcomeOf, savedReport, verdictOn } from './browser.ts';

/** The verifier in one file, opened from a disk with the network off. */

const MAX_BYTES = 250_000;

interface Case {
  readonly name: string;
  readonly expected: string;
  readonly receipt: unknown;
  readonly trust?: unknown;
  readonly file?: object | null;
  readonly nodes?: readonly unknown[];
  readonly now?: string;
}
interface Vectors {
  readonly trust?: unknown;
  readonly cases: readonly Case[];
}

const vectors = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', name), 'utf8')) as Vectors;

const dir = mkdtempSync(join(tmpdir(), 'evl-offline-'));
const file = join(dir, 'verify.html');
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, (await webPages()).get('verify.html')!);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

test(`is at most ${MAX_BYTES} bytes, and the same each time`, async () => {
  const content = readFileSync(file);
  expect(content.length).toBeLessThanOrEqual(MAX_BYTES);
  const again = Buffer.from((await webPages()).get('verify.html')!);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(digest(again)).toBe(digest(content));
});

test('says what it cannot do, asks nobody, and shows its version and digest', async () => {
  await using opened = await openPage(browser, pathToFileURL(file).href, { isOffline: true });
  const { page, requests, errors } = opened;
  expect(await page.locator('main').innerText()).toContain('本页不访问网络');
  expect(await page.locator('footer').innerText()).toMatch(/程序版本 [0-9.]+，本页 SHA-256：(?:[0-9a-f]{4} ?){16}/);
  expect([requests.length, errors]).toEqual([1, []]);
});

const receipts = vectors('receipt.json');
const given = [
  ...receipts.cases.map((one) => ({ ...one, trust: receipts.trust })),
  ...vectors('verdict.json').cases.filter(
    ({ file: compared, nodes = [], now }) => !compared && nodes.length === 0 && now === undefined,
  ),
];

test(
  'every vector without file and node has the verdict and steps of the command line',
  { timeout: 300_000 },
  async () => {
    expect(given.length).toBeGreaterThan(7);
    await using opened = await openPage(browser, pathToFileURL(file).href, { isOffline: true });
    const { page, errors } = opened;
    const [receipt, trust] = [join(dir, 'r.receipt.json'), join(dir, 'trust.json')];
    for (const one of given) {
      writeFileSync(receipt, JSON.stringify(one.receipt));
      writeFileSync(trust, JSON.stringify(one.trust));
      await page.setInputFiles('#files', [receipt, trust]);
      await verdictOn(page);
      const told = await evl(['verify', receipt, '--trust', trust, '--offline', '--json'], {
        env: { EVL_HOME: join(dir, 'home') },
      });
      expect([one.name, outcomeOf(await savedReport(page))]).toEqual([
        one.name,
        outcomeOf(JSON.parse(told.stdout) as Report),
      ]);
      await page.getByText('核验另一份').click();
    }
    expect(errors).toEqual([]);
  },
);
