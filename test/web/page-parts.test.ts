import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import { openPage, verdictOn } from './browser.ts';
import { useLedgerSite } from './ledger-site.ts';

/**
 * The page `/verify` comes in parts: what it is shown with, and all others, which it fetches right
 * afterwards without being asked to. Nothing is left to be fetched when it is used.
 */

const MAX_FIRST_BYTES = 30_000;
/** Before anything is done with the page. */
const MAX_UNPROMPTED_BYTES = 150_000;

const site = useLedgerSite('parts');
const { at } = site;
const file = at('letter.txt');

beforeAll(async () => {
  writeFileSync(file, 'a letter');
});

test('what it is shown with is small, so is all that it fetches before it is used, and nothing comes later', async () => {
  const files = await webPages();
  const html = String(files.get('index.html'));
  const named = [...html.matchAll(/\/assets\/([^"]+)/g)].map(([, name]) => name!);
  const sizeOf = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + files.get(`${name}.gz`)!.length, files.get('index.html.gz')!.length);
  expect(sizeOf(named)).toBeLessThan(MAX_FIRST_BYTES);
  await using opened = await openPage(site.browser, `${site.ledger.server.url}/verify`);
  const { page, requests } = opened;
  const fetched = () => [...new Set(requests.flatMap(({ url }) => /\/assets\/(.*)/.exec(url)?.[1] ?? []))];
  await page.waitForLoadState('networkidle');
  const unprompted = fetched();
  const ofAccounts = String(files.get('account.html'));
  const scripts = (names: Iterable<string>) =>
    [...names].filter((name) => name.endsWith('.js') && !ofAccounts.includes(name)).toSorted();
  expect(scripts(unprompted)).toEqual(scripts(files.keys()));
  expect(sizeOf(unprompted)).toBeLessThan(MAX_UNPROMPTED_BYTES);
  await page.setInputFiles('#files', [file]);
  await verdictOn(page);
  expect(fetched()).toEqual(unprompted);
});

test('once it is shown, it goes on without its service', async () => {
  await using opened = await openPage(site.browser, `${site.ledger.server.url}/verify`);
  const { page, errors } = opened;
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await page.setInputFiles('#files', [file]);
  expect(await verdictOn(page)).toContain('无法判定');
  expect(errors.filter((error) => !error.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
});

test('a part that cannot be loaded is named, and loaded when it is there again', async () => {
  await using opened = await openPage(site.browser, site.ledger.server.url);
  const { page } = opened;
  const isPart = (url: URL) => /\/assets\/[0-9a-f]{16}\.js$/.test(url.pathname);
  const first = await (await fetch(`${site.ledger.server.url}/verify`)).text();
  await page.route(isPart, (route) =>
    first.includes(new URL(route.request().url()).pathname) ? route.continue() : route.abort(),
  );
  await page.goto(`${site.ledger.server.url}/verify`);
  await page.setInputFiles('#files', [file]);
  expect(await page.getByRole('alert').innerText()).toContain('未能全部载入');
  await page.unroute(isPart);
  await page.getByRole('button', { name: '重新载入' }).click();
  await page.waitForLoadState('networkidle');
  await page.setInputFiles('#files', [file]);
  expect(await verdictOn(page)).toContain('未查到');
});
