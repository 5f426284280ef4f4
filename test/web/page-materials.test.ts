import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { savedReport, verdictOn } from './browser.ts';
import { useLedgerSite, useVerifyPage } from './ledger-site.ts';

/** What belongs together, what cannot be read, and whose trust file is used. */

const site = useLedgerSite('materials');
const { at } = site;
const tab = useVerifyPage(site);

beforeAll(async () => {
  for (const [name, content] of [
    ['1.txt', 'one'],
    ['2.txt', 'two'],
    ['3.txt', 'three'],
    [join('sub', 'copy1.txt'), 'one'],
    [join('sub', '3.txt'), 'three'],
  ] as const) {
    mkdirSync(dirname(at('all', 'a', name)), { recursive: true });
    writeFileSync(at('all', 'a', name), content);
  }
  const added = await evl(
    [
      'add',
      at('all', 'a'),
      '--receipt-dir',
      at('all', 'rc'),
      '--case',
      '1',
      '--wait',
      'final',
      '--url',
      site.ledger.server.url,
    ],
    { env: { EVL_HOME: at('home') } },
  );
  expect([added.exit, added.stderr]).toEqual([0, expect.any(String)]);
  writeFileSync(at('trust.json'), await (await fetch(`${site.ledger.server.url}/trust.json`)).text());
});

const receipt = () => at('all', 'rc', '1.txt.receipt.json');
const lookUps = () => tab.opened.requests.filter(({ url }) => url.includes('/v1/evidence'));

async function rows(): Promise<Record<string, string>> {
  await tab.page.locator('.many').waitFor({ timeout: 60_000 });
  const all = await tab.page.locator('.many tbody tr').all();
  return Object.fromEntries(
    await Promise.all(all.map(async (row) => (await row.locator('td').allInnerTexts()).map((text) => text.trim()))),
  ) as Record<string, string>;
}

test('a folder of files and one of receipts: an altered file is red, whatever has its old content', async () => {
  cpSync(at('all'), at('altered'), { recursive: true });
  writeFileSync(at('altered', 'a', 'sub', '3.txt'), 'altered');
  await tab.page.setInputFiles('#folder', at('altered'));
  expect(await rows()).toEqual({
    'altered/a/1.txt': expect.stringContaining('核验一致'),
    'altered/a/2.txt': expect.stringContaining('核验一致'),
    'altered/a/3.txt': expect.stringContaining('核验一致'),
    'altered/a/sub/copy1.txt': expect.stringContaining('核验一致'),
    'altered/a/sub/3.txt': expect.stringContaining('核验不一致'),
  });
  expect(await tab.page.locator('.many tbody tr').count()).toBe(5);
  expect(lookUps()).toEqual([]);
});

test('certificates in a folder stand for their receipts, by what is attached and not by their names', async () => {
  const env = { EVL_HOME: at('home') };
  mkdirSync(at('certified', 'papers'), { recursive: true });
  for (const [name, place] of [
    ['1.txt', ['certified', '1.txt']],
    ['2.txt', ['certified', '2.txt']],
  ] as const) {
    copyFileSync(at('all', 'a', name), at(...place));
    const other = name === '1.txt' ? '2.pdf' : '1.pdf';
    const paper = at('certified', 'papers', other);
    const made = await evl(
      ['cert', at('all', 'rc', `${name}.receipt.json`), '-o', paper, '--url', site.ledger.server.url],
      {
        env,
      },
    );
    expect([made.exit, made.stderr]).toEqual([0, '']);
  }
  writeFileSync(at('certified', '2.txt'), 'altered');
  writeFileSync(at('certified', 'plain.pdf'), '%PDF-1.7\n%%EOF\n');
  await tab.page.setInputFiles('#folder', at('certified'));
  expect(await rows()).toEqual({
    'certified/1.txt': expect.stringContaining('核验一致'),
    'certified/2.txt': expect.stringContaining('核验不一致'),
    'certified/plain.pdf': expect.stringContaining('未查到'),
  });
});

describe('a receipt that cannot be read', () => {
  test.each([
    ['cut', (text: string) => text.slice(0, 500)],
    ['empty', () => ''],
    ['of another format', () => '{"format":"another/v1"}'],
  ])('%s: its file is not looked up without a word', async (_, damage) => {
    writeFileSync(at('1.txt'), 'one');
    writeFileSync(at('1.txt.receipt.json'), damage(readFileSync(receipt(), 'utf8')));
    await tab.page.setInputFiles('#files', [at('1.txt'), at('1.txt.receipt.json')]);
    expect(await verdictOn(tab.page)).toContain('无法判定');
    expect(await tab.page.locator('.materials').innerText()).toContain('无法读取的回执');
    writeFileSync(at('2.txt'), 'two');
    await tab.page.getByText('核验另一份').click();
    await tab.page.setInputFiles('#files', [at('1.txt'), at('2.txt'), at('1.txt.receipt.json')]);
    expect(await rows()).toEqual({
      '1.txt': expect.stringContaining('无法判定'),
      '2.txt': expect.stringContaining('核验一致'),
    });
    expect(lookUps().filter(({ url }) => url.includes('?')).length).toBe(1);
  });
});

test('a digest that is typed is reported as such, and not as a file that was compared', async () => {
  const sha256 = createHash('sha256').update('one').digest('hex');
  await tab.page.locator('#typed').fill(sha256);
  await tab.page.keyboard.press('Enter');
  await tab.page.locator('.many').waitFor();
  await tab.page.locator('.many .link').first().click();
  expect(await verdictOn(tab.page)).not.toBe('');
  const text = await tab.page.locator('#result').innerText();
  expect(text).not.toContain('文件的 SHA-256 与登记的一致');
  for (const place of ['.about', '.minutes']) {
    const said = (await tab.page.locator(`#result ${place}`).textContent()) ?? '';
    expect(said).toContain('查询的内容');
    expect(said).not.toContain('本文件的 SHA-256');
  }
  expect(await savedReport(tab.page)).toMatchObject({ subject: { typed: sha256 } });
});

test('records that another transaction anchored are not what was asked for', async () => {
  const tx = /"(?:txHash|transactionHash)":\s*"(0x[0-9a-f]{64})"/.exec(readFileSync(receipt(), 'utf8'))![1]!;
  await tab.page.route('**/v1/evidence?tx=**', async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('tx', tx);
    await route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await tab.page.locator('#typed').fill(`0x${'7'.repeat(64)}`);
  await tab.page.keyboard.press('Enter');
  await tab.page.locator('#result .many, #result .single').first().waitFor();
  expect(await tab.page.locator('#result').innerText()).toContain('receipt-not-asked-for');
  expect(await tab.page.locator('#result .good').count()).toBe(0);
});

describe('what goes wrong in the middle', () => {
  test('an earlier result does not stay', async () => {
    await tab.page.setInputFiles('#files', [at('all', 'a', '1.txt'), receipt()]);
    expect(await verdictOn(tab.page)).toContain('核验一致');
    await tab.page.evaluate(`Object.defineProperty(File.prototype, 'name', { get() { throw new Error('broken'); } })`);
    await tab.page.setInputFiles('#files', [at('all', 'a', '2.txt')]);
    await expect.poll(() => tab.page.locator('.live').innerText()).toContain('发生意外错误');
    expect(await tab.page.locator('#result .single').count()).toBe(0);
  });

  test('a certificate that cannot be read a second time', async () => {
    const env = { EVL_HOME: at('home') };
    await evl(['cert', receipt(), '-o', at('c.pdf'), '--url', site.ledger.server.url], { env });
    await tab.page.evaluate(`{
      const { arrayBuffer } = Blob.prototype;
      let count = 0;
      Blob.prototype.arrayBuffer = function () {
        return ++count > 1 ? Promise.reject(new DOMException('', 'NotReadableError')) : arrayBuffer.call(this);
      };
    }`);
    await tab.page.setInputFiles('#files', [at('c.pdf'), receipt()]);
    await verdictOn(tab.page);
    expect(tab.opened.errors).toEqual([]);
  });

  test('a file whose reading was cancelled is not called unreadable', async () => {
    writeFileSync(at('large.bin'), '');
    truncateSync(at('large.bin'), 3_000_000_000);
    await tab.page.setInputFiles('#files', [at('large.bin')]);
    await tab.page.locator('.materials').getByRole('button', { name: '取消' }).click();
    expect(await verdictOn(tab.page)).toContain('无法判定');
    const text = await tab.page.locator('#result').innerText();
    expect(text).toContain('file-cancelled');
    expect(text).not.toContain('无法读取');
  });

  test('look-ups that fail among others are named, and made again', async () => {
    let count = 0;
    await tab.page.route('**/v1/evidence?**', (route) => (++count === 1 ? route.abort() : route.continue()));
    const names = ['1.txt', '2.txt', '3.txt'].map((name) => at('all', 'a', name));
    await tab.page.setInputFiles('#files', names);
    expect(Object.values(await rows()).filter((result) => result.includes('无法判定')).length).toBe(1);
    await tab.page.getByRole('button', { name: '重试' }).click();
    await expect.poll(() => tab.page.getByRole('alert').count()).toBe(0);
    expect(Object.values(await rows()).every((result) => result.includes('核验一致'))).toBe(true);
  });
});

describe('trust files', () => {
  const trusts = () => tab.page.locator('.materials li', { hasText: '核验基准文件' });
  const trustLine = () => tab.page.locator('#result .trust-line').innerText();

  test('one in a folder is not used unasked', async () => {
    mkdirSync(at('with-trust'));
    for (const name of ['1.txt', '1.txt.receipt.json']) {
      copyFileSync(at('all', name.includes('receipt') ? 'rc' : 'a', name), at('with-trust', name));
    }
    copyFileSync(at('trust.json'), at('with-trust', 'trust.json'));
    await tab.page.setInputFiles('#folder', at('with-trust'));
    expect(await verdictOn(tab.page)).toContain('核验一致');
    expect(await trustLine()).toContain('由运营方提供');
    expect(await trusts().innerText()).toMatch(/sha256:[0-9a-f]{64}.*未采用/s);
    await trusts().getByRole('button', { name: '采用' }).click();
    await expect.poll(trustLine).toContain('您给的文件');
    await trusts().getByRole('button', { name: '移除' }).click();
    await expect.poll(trustLine).toContain('由运营方提供');
    expect(await trusts().count()).toBe(0);
  });

  test('of two their reader chooses one; a broken one is named', async () => {
    const json = JSON.parse(readFileSync(at('trust.json'), 'utf8')) as { log: { origin: string } };
    const origin = json.log.origin;
    writeFileSync(at('other.json'), JSON.stringify(json).replaceAll(origin, 'other.example/log'));
    await tab.page.setInputFiles('#files', [at('all', 'a', '1.txt'), receipt(), at('trust.json'), at('other.json')]);
    expect(await verdictOn(tab.page)).toContain('核验一致');
    expect(await trustLine()).toContain('由运营方提供');
    await expect.poll(() => tab.page.locator('.live').innerText()).toContain('由您选定');
    const both = await trusts().allInnerTexts();
    expect(both.every((text) => text.includes('未采用'))).toBe(true);
    expect(both.join()).toContain(origin);
    writeFileSync(at('broken.json'), JSON.stringify(json).replace('"chain"', '"chains"'));
    await tab.page.setInputFiles('#files', [at('broken.json')]);
    await expect.poll(() => trusts().last().innerText()).toContain('无法读取');
  });
});
