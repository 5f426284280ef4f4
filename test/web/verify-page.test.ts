import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/protocol/verify/report.ts';
import { evl } from '../cli/evl.ts';
import { openPage, outcomeOf, savedReport, verdictOn } from './browser.ts';
import { useLedgerSite } from './ledger-site.ts';

interface Dom {
  readonly document: { readonly activeElement: { readonly id: string; matches(selector: string): boolean } | null };
}

/** The page `/verify` of a real ledger, in a real browser. */

const site = useLedgerSite('page');
const { at } = site;
const CASE = '（2026）浙01刑初123号';
const LETTER = 'a letter that must not leave this computer';
let number: string;

beforeAll(async () => {
  writeFileSync(at('letter.txt'), LETTER);
  const added = await evl(
    ['add', at('letter.txt'), '--case', CASE, '--wait', 'final', '--json', '--url', site.ledger.server.url],
    { env: { EVL_HOME: at('home') } },
  );
  expect([added.exit, added.stderr]).toEqual([0, expect.any(String)]);
  ({ number } = (JSON.parse(added.stdout) as { items: [{ number: string }] }).items[0]);
  copyFileSync(at('letter.txt'), at('altered.txt'));
  appendFileSync(at('altered.txt'), '!');
  writeFileSync(at('trust.json'), await (await fetch(`${site.ledger.server.url}/trust.json`)).text());
});

const open = (options: Parameters<typeof openPage>[2] = {}) =>
  openPage(site.browser, `${site.ledger.server.url}/verify`, options);
const receipt = () => at('letter.txt.receipt.json');

describe('what a stranger gives', () => {
  test('a file and its receipt: the same report as the command line, and the file stays here', async () => {
    await using opened = await open();
    const { page, requests, errors } = opened;
    await page.setInputFiles('#files', [at('letter.txt'), receipt()]);
    expect(await verdictOn(page)).toContain('核验一致');
    const told = await evl(
      ['verify', at('letter.txt'), '--url', site.ledger.server.url, '--rpc', site.ledger.server.chainUrl()!, '--json'],
      { env: { EVL_HOME: at('other-home') } },
    );
    expect(outcomeOf(await savedReport(page))).toEqual(outcomeOf(JSON.parse(told.stdout) as Report));
    expect(requests.filter(({ url }) => !url.startsWith(site.ledger.server.url))).toEqual([]);
    expect(requests.filter(({ url, body }) => `${url} ${body}`.includes(LETTER.slice(0, 8)))).toEqual([]);
    expect(requests.filter(({ body }) => body !== null).every(({ url }) => url.endsWith('/v1/chain'))).toBe(true);
    expect(errors).toEqual([]);
  });

  test('an altered file: not the registered one, with both digests', async () => {
    await using opened = await open({ locale: 'en-US' });
    const { page } = opened;
    await page.setInputFiles('#files', [at('altered.txt'), receipt()]);
    expect(await verdictOn(page)).toContain('MISMATCH');
    expect(await page.locator('.digests mark').count()).toBeGreaterThan(4);
  });

  test('a receipt alone: the record, as an outline', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#files', [receipt()]);
    expect(await verdictOn(page)).toContain('登记记录核验一致（未比对文件）');
    expect(await page.locator('#result .verdict .banner').getAttribute('class')).toContain('outline');
  });

  test('a file alone is looked up by its digest; one that is not registered is not found', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#files', [at('letter.txt')]);
    expect(await verdictOn(page)).toContain('核验一致');
    await page.getByText('核验另一份').click();
    await page.setInputFiles('#files', [at('altered.txt')]);
    expect(await verdictOn(page)).toContain('未查到');
  });

  test('a damaged receipt and a damaged trust file never lead to anything better than unknown', async () => {
    writeFileSync(at('broken.receipt.json'), readFileSync(receipt(), 'utf8').replace('"proof"', '"prooof"'));
    writeFileSync(at('broken-trust.json'), readFileSync(at('trust.json'), 'utf8').replace('"chain"', '"chains"'));
    for (const files of [
      [at('letter.txt'), at('broken.receipt.json')],
      [at('letter.txt'), receipt(), at('broken-trust.json')],
    ]) {
      await using opened = await open();
      await opened.page.setInputFiles('#files', files);
      expect(await verdictOn(opened.page)).toContain('无法判定');
    }
  });

  test('a folder: a table that filters, and opens each result', async () => {
    const folder = at('folder');
    mkdirSync(join(folder, 'inner'), { recursive: true });
    for (const name of ['letter.txt', 'letter.txt.receipt.json']) copyFileSync(at(name), join(folder, name));
    for (let i = 0; i < 5; i++) writeFileSync(join(folder, 'inner', `${i}.txt`), `unknown ${i}`);
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#folder', folder);
    await page.locator('.many').waitFor({ timeout: 60_000 });
    expect(await page.locator('.many tbody tr').count()).toBe(6);
    await page.locator('.filters button.good').click();
    expect(await page.locator('.many tbody tr').count()).toBe(1);
    await page.locator('.many .link').click();
    expect(await verdictOn(page)).toContain('核验一致');
  });
});

describe('what is typed', () => {
  test('a number, in any spelling, and a digest', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('#typed').fill(`存证编号 ${number.toLowerCase().replaceAll('-', ' ')}`);
    await page.keyboard.press('Enter');
    expect(await verdictOn(page)).toContain('登记记录核验一致');
    const { sha256 } = (await hashOf('letter.txt')).items[0];
    await page.locator('#typed').fill(sha256.toUpperCase());
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#result .about dd').first().innerText()).toBe(sha256);
  });

  test('a mistyped number is named while it is typed', async () => {
    await using opened = await open();
    const { page } = opened;
    const last = number.at(-1) === '0' ? '1' : '0';
    await page.locator('#typed').fill(number.slice(0, -1) + last);
    expect(await page.locator('#typed-note').innerText()).toContain('校验位不符');
    expect(await page.locator('.look-up button').isDisabled()).toBe(true);
    await page.locator('#typed').fill('nothing of ours');
    expect(await page.locator('#typed-note').innerText()).toContain('不是存证编号');
  });
});

test('by keyboard alone: look up, reach the result, print', async () => {
  await using opened = await open();
  const { page } = opened;
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => (globalThis as unknown as Dom).document.activeElement?.id === 'typed')) break;
  }
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await verdictOn(page);
  await page.evaluate(() => Object.assign(globalThis, { print: () => Object.assign(globalThis, { isPrinted: true }) }));
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => (globalThis as unknown as Dom).document.activeElement?.matches('.actions .primary')))
      break;
  }
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => 'isPrinted' in globalThis)).toBe(true);
});

test('the printed record of a verification is one page of A4', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.setInputFiles('#files', [at('letter.txt'), receipt()]);
  await verdictOn(page);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]/);
});

test.each(['zh-CN', 'en-US'])(
  'axe finds nothing in %s: empty, with a result, in court, with many results',
  { timeout: 120_000 },
  async (locale) => {
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    for (const files of [
      [],
      [at('letter.txt'), receipt()],
      [at('altered.txt'), receipt(), at('letter.txt')],
      [at('altered.txt'), at('letter.txt')],
    ]) {
      await using opened = await open({ locale });
      const { page } = opened;
      if (files.length > 0) await page.setInputFiles('#files', files);
      if (files.length > 0) await page.locator('.verdict .banner, .many').first().waitFor({ timeout: 60_000 });
      await page.evaluate(readFileSync(axe, 'utf8'));
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(found).toEqual([]);
    }
  },
);

async function hashOf(name: string): Promise<{ items: [{ sha256: string }] }> {
  return JSON.parse((await evl(['hash', at(name), '--json'])).stdout) as { items: [{ sha256: string }] };
}
