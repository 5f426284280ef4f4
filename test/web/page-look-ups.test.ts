import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { encodeQR } from 'qr';
import { beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../scripts/bundler/project.ts';
import { evl } from '../cli/evl.ts';
import { addFirstAdmin } from '../server/first-account.ts';
import { give, openPage, savedReport, verdictOn } from './browser.ts';
import { useLedgerSite } from './ledger-site.ts';

interface Dom {
  readonly textContent: string;
}

interface SavedReport {
  readonly subject: object;
  readonly program: object;
}

/** Numbers, digests, transactions, links and QR codes on the page `/verify`, and what fails. */

const site = useLedgerSite('look-ups');
const { at } = site;
let number: string;
let digests: { readonly sha256: string; readonly sm3: string };
let tx: string;

beforeAll(async () => {
  const [first, second] = [at('first.txt'), at('second.txt')];
  writeFileSync(first, 'the first letter');
  writeFileSync(second, 'the second letter');
  const env = { EVL_HOME: at('home') };
  const added = await evl(
    [
      'add',
      first,
      second,
      '--case',
      '（2026）浙01刑初123号',
      '--wait',
      'final',
      '--json',
      '--url',
      site.ledger.server.url,
    ],
    { env },
  );
  expect([added.exit, added.stderr]).toEqual([0, expect.any(String)]);
  await evl(['cert', `${first}.receipt.json`, '-o', at('certificate.pdf'), '--url', site.ledger.server.url], { env });
  number = (JSON.parse(added.stdout) as { items: { number: string }[] }).items[0]!.number;
  [digests] = (JSON.parse((await evl(['hash', first, '--json'], { env })).stdout) as { items: [typeof digests] }).items;
  tx = /"(?:txHash|transactionHash)":\s*"(0x[0-9a-f]{64})"/.exec(readFileSync(`${first}.receipt.json`, 'utf8'))![1]!;
});

const open = (path = '/verify', options: Parameters<typeof openPage>[2] = {}) =>
  openPage(site.browser, site.ledger.server.url + path, options);
const link = (host = site.ledger.server.url, digest = digests.sha256) =>
  `${host}/verify#${number}.${digest.slice(0, 16)}`;
const noteOn = (page: Page) => page.locator('#typed-note').innerText();

async function lookUp(page: Page, text: string): Promise<void> {
  await page.locator('#typed').fill(text);
  await page.keyboard.press('Enter');
}

describe('what is typed', () => {
  test('every unfinished and every wrong text is named', async () => {
    await using opened = await open();
    const { page } = opened;
    for (const [text, note] of [
      ['20261130-7K3M', '还差 9 位'],
      ['3938b7a4cc6a82d52731e3efc70a', '哈希值共 64 位，还差 36 位'],
      [`${digests.sha256}00`, '多出 2 位'],
      ['杭州中院', '不是存证编号'],
    ] as const) {
      await page.locator('#typed').fill(text);
      expect(await noteOn(page)).toContain(note);
      expect(await page.locator('.look-up [type=submit]').isDisabled()).toBe(true);
    }
  });

  test('full-width characters, an SM3 and a transaction, which lists its records, the newest first', async () => {
    await using opened = await open();
    const { page } = opened;
    await lookUp(
      page,
      number.replaceAll(/./g, (one) => String.fromCodePoint(one.codePointAt(0)! + 0xfee0)),
    );
    expect(await verdictOn(page)).toContain('登记记录核验一致');
    await lookUp(page, digests.sm3);
    await expect.poll(() => page.locator('#result .about dd').first().innerText()).toBe('first.txt');
    await lookUp(page, tx);
    await page.locator('.many').waitFor();
    const { items } = (await (await fetch(`${site.ledger.server.url}/v1/evidence?tx=${tx}&order=newest`)).json()) as {
      items: { file: { name: string } }[];
    };
    expect(await page.locator('.many .link').allInnerTexts()).toEqual(items.map(({ file }) => file.name));
    await page.locator('.many .link').first().click();
    expect(await verdictOn(page)).toContain('登记记录核验一致');
  });

  test('a file that is dropped on a record which was looked up is compared with it', async () => {
    writeFileSync(at('altered.txt'), 'another letter');
    await using opened = await open();
    const { page } = opened;
    await lookUp(page, number);
    await verdictOn(page);
    await page.setInputFiles('#files', [at('altered.txt')]);
    await expect.poll(() => verdictOn(page)).toContain('核验不一致');
  });

  test('a receipt that is pasted as text is judged', async () => {
    await using opened = await open();
    const { page } = opened;
    const text = readFileSync(at('first.txt.receipt.json'), 'utf8');
    await page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    }`);
    expect(await verdictOn(page)).toContain('登记记录核验一致');
  });
});

test('a certificate brings its receipt; one with a receipt of its own is evidence', async () => {
  for (const [names, verdict] of [
    [['certificate.pdf', 'first.txt'], '核验一致'],
    [['certificate.pdf'], '登记记录核验一致（未比对文件）'],
  ] as const) {
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles(
      '#files',
      names.map((name) => at(name)),
    );
    expect(await verdictOn(page)).toContain(verdict);
    expect(await page.locator('#result').innerText()).toContain('证书上印出的文字未作比对');
  }
  copyFileSync(at('first.txt.receipt.json'), at('certificate.pdf.receipt.json'));
  await using opened = await open();
  await opened.page.setInputFiles('#files', [at('certificate.pdf'), at('certificate.pdf.receipt.json')]);
  expect(await verdictOn(opened.page)).toContain('核验不一致');
});

test('a typed digest is no file: neither in the steps nor on paper nor in the saved report', async () => {
  await using opened = await open();
  const { page } = opened;
  await lookUp(page, digests.sha256);
  expect(await verdictOn(page)).toContain('登记记录核验一致');
  const text = await page.locator('#result').evaluate((node) => (node as unknown as Dom).textContent);
  expect(text).toContain('文件哈希 通过 所输入的 SHA-256 与登记的一致；没有核验任何文件');
  expect(text).not.toContain('本文件的 SHA-256');
  const { subject, program } = (await savedReport(page)) as unknown as SavedReport;
  expect(subject).toEqual({
    typed: digests.sha256,
    digests: { sha256: digests.sha256 },
    receipt: { name: number, source: 'service' },
  });
  expect(program).toEqual({
    name: 'evidence-ledger',
    version: VERSION,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('the note on a certificate stands where a certificate was judged, and nowhere else', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.setInputFiles(
    '#files',
    ['certificate.pdf', 'first.txt', 'second.txt', 'second.txt.receipt.json'].map((name) => at(name)),
  );
  for (const [name, isNoted] of [
    ['first.txt', true],
    ['second.txt', false],
  ] as const) {
    await page.locator('.many .link', { hasText: name }).click();
    expect((await page.locator('#result .single').innerText()).includes('证书上印出的文字未作比对')).toBe(isNoted);
    await page.locator('#result > button').click();
  }
});

test('paper says that the text of a certificate was not compared', async () => {
  for (const [names, isNoted] of [
    [['certificate.pdf'], true],
    [['certificate.pdf', 'first.txt'], true],
    [['first.txt', 'first.txt.receipt.json'], false],
  ] as const) {
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles(
      '#files',
      names.map((name) => at(name)),
    );
    await verdictOn(page);
    const paper = await paperOf(page);
    expect([names, paper.includes('证书上印出的文字未作比对')]).toEqual([names, isNoted]);
    expect(paper).toContain('核验笔录');
  }
  await using opened = await open();
  const { page } = opened;
  for (const [names, isNoted] of [
    [['first.txt', 'first.txt.receipt.json', 'second.txt', 'second.txt.receipt.json'], false],
    [['certificate.pdf', 'first.txt', 'second.txt', 'second.txt.receipt.json'], true],
  ] as const) {
    await page.reload();
    await page.emulateMedia({ media: 'screen' });
    await page.setInputFiles(
      '#files',
      names.map((name) => at(name)),
    );
    await page.locator('.many').waitFor();
    expect([names, (await paperOf(page)).includes('证书上印出的文字未作比对')]).toEqual([names, isNoted]);
  }
});

test('a certificate that was registered itself can be verified as that file', async () => {
  copyFileSync(at('certificate.pdf'), at('exhibit.pdf'));
  const options = ['--case', '（2026）浙01刑初123号', '--wait', 'final', '--url', site.ledger.server.url];
  const added = await evl(['add', at('exhibit.pdf'), '--receipt-dir', at('kept'), ...options], {
    env: { EVL_HOME: at('home') },
  });
  expect(added.exit).toBe(0);
  await using opened = await open();
  const { page, errors } = opened;
  await page.setInputFiles('#files', [at('exhibit.pdf')]);
  expect(await verdictOn(page)).toContain('登记记录核验一致（未比对文件）');
  await page.getByRole('button', { name: '把这份 PDF 本身作为证据文件核验' }).click();
  await expect.poll(() => verdictOn(page)).toMatch(/^核验一致/);
  expect(await page.locator('.facts').innerText()).toContain('exhibit.pdf');
  expect(errors).toEqual([]);
});

test('the certificate of a final record is offered, and what keeps the service from it is a page', async () => {
  await using opened = await open(link().slice(site.ledger.server.url.length));
  const { page } = opened;
  await verdictOn(page);
  const offered = page.getByRole('link', { name: '存证证书（PDF）' });
  const path = await offered.getAttribute('href');
  const answer = await fetch(`${site.ledger.server.url}${path}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(answer.headers.get('content-disposition')).toContain(number);
  await offered.evaluate((element) => element.setAttribute('href', '/v1/evidence/nobody/certificate'));
  const [tab] = await Promise.all([page.context().waitForEvent('page'), offered.click()]);
  await tab.getByText('没有这个标识的记录').waitFor();
  expect(await verdictOn(page)).toContain('登记记录核验一致');
  await lookUp(page, 'f'.repeat(64));
  await expect.poll(() => verdictOn(page)).toContain('未查到');
  expect(await offered.count()).toBe(0);
});

test('the time bracket of a record that was edited is drawn as not proven', async () => {
  writeFileSync(at('edited.json'), readFileSync(at('first.txt.receipt.json'), 'utf8').replace('刑初123', '刑初124'));
  await using opened = await open();
  const { page } = opened;
  await page.setInputFiles('#files', [at('edited.json')]);
  expect(await verdictOn(page)).toContain('存证记录矛盾');
  expect(await page.locator('.bar .end.open').count()).toBe(2);
});

describe('links and QR codes', () => {
  test('the digest of a link is compared with the record, also where only the fragment changes', async () => {
    await using opened = await open(link().slice(site.ledger.server.url.length));
    const { page } = opened;
    await verdictOn(page);
    expect(await page.locator('#result').innerText()).toContain('与登记的 SHA-256 一致');
    await page.goto(link(undefined, 'f'.repeat(64)));
    await expect.poll(() => page.getByRole('alert').allInnerTexts()).toEqual([expect.stringContaining('不同')]);
  });

  test('a QR code from a picture is looked up; one of another host is named [W120]', async () => {
    writeFileSync(at('code.png'), pictureOf(link('https://look-alike.example')));
    await using opened = await open();
    const { page, requests, errors } = opened;
    await page.setInputFiles('#qr-picture', [at('code.png')]);
    expect(await verdictOn(page)).toContain('登记记录核验一致');
    expect(await page.locator('#typed').inputValue()).toBe(number);
    expect(await page.getByRole('alert').innerText()).toContain('look-alike.example');
    expect(requests.filter(({ url }) => !url.startsWith(site.ledger.server.url))).toEqual([]);
    expect(errors).toEqual([]);
    await page.getByText('把这张图片本身作为证据文件核验').click();
    await expect.poll(() => verdictOn(page)).toContain('未查到');
  });

  test('the code of a certificate without an address is number and digest, read from a picture and typed', async () => {
    const { length } = `${site.ledger.server.url}/verify#`;
    writeFileSync(at('bare.png'), pictureOf(link().slice(length)));
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#qr-picture', [at('bare.png')]);
    expect(await verdictOn(page)).toContain('登记记录核验一致');
    expect(await page.locator('#result').innerText()).toContain('与登记的 SHA-256 一致');
    expect(await page.getByRole('alert').count()).toBe(0);
    await lookUp(page, link(undefined, 'f'.repeat(64)).slice(length));
    await expect.poll(() => page.getByRole('alert').allInnerTexts()).toEqual([expect.stringContaining('不同')]);
  });

  test('a picture without a code of ours is evidence where it is dropped, and refused as a QR code', async () => {
    writeFileSync(at('other.png'), pictureOf('https://look-alike.example/login'));
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#qr-picture', [at('other.png')]);
    await expect.poll(() => page.locator('.live').innerText()).toContain('没有读到');
    await page.setInputFiles('#files', [at('other.png')]);
    expect(await verdictOn(page)).toContain('未查到');
  });

  test('paper says what the link stated and who answered for the chain, with both halves', async () => {
    await using opened = await open(`/verify#${number}.${'f'.repeat(16)}`);
    const { page } = opened;
    await verdictOn(page);
    await page.emulateMedia({ media: 'print' });
    const paper = await page.locator('.minutes').innerText();
    for (const part of ['与登记的 SHA-256', '链上回答由运营方转发', '/v1/chain', '说明', '不说明', '核验范围']) {
      expect(paper).toContain(part);
    }
  });

  test('paper names the foreign host of a code, also where it was read from a picture', async () => {
    writeFileSync(at('foreign.png'), pictureOf(link('https://look-alike.example')));
    await using opened = await open();
    const { page } = opened;
    await page.setInputFiles('#qr-picture', [at('foreign.png')]);
    await verdictOn(page);
    expect(await paperOf(page)).toMatch(/注意：这个链接（二维码）指向 look-alike\.example，不是本页所在的/);
    await page.emulateMedia({ media: 'screen' });
    await lookUp(page, number);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await verdictOn(page);
    expect(await paperOf(page)).not.toContain('look-alike.example');
  });

  test('the printed record has the code that leads to it', async () => {
    await using opened = await open();
    const { page } = opened;
    await lookUp(page, number);
    await verdictOn(page);
    expect(await page.locator('.minutes .qr path').getAttribute('d')).toBe(pathOf(link()));
  });
});

describe('when the service fails', () => {
  test('it is named with the number of the request, and asked again', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.route('**/v1/evidence?**', (route) =>
      route.fulfill({ status: 503, headers: { 'X-Request-Id': 'request-7' }, body: '{}' }),
    );
    await lookUp(page, number);
    expect(await verdictOn(page)).toContain('无法判定');
    expect(await page.getByRole('alert').innerText()).toContain('request-7');
    await page.unroute('**/v1/evidence?**');
    await page.getByRole('button', { name: '重试' }).click();
    await expect.poll(() => verdictOn(page)).toContain('登记记录核验一致');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('its absence is named, with what still works', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await lookUp(page, number);
    expect(await verdictOn(page)).toContain('无法判定');
    expect(await page.getByRole('alert').innerText()).toContain('仍可核验');
  });
});

test('language and court mode are in the address or remembered', async () => {
  await using opened = await open('/verify?lang=en&court');
  const { page } = opened;
  const lang = () => page.locator('html').getAttribute('lang');
  await expect.poll(() => page.title()).toBe('Court mode');
  expect(await lang()).toBe('en');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.title()).toBe('Verify evidence');
  expect(new URL(page.url()).search).toBe('?lang=en');
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await expect.poll(lang).toBe('en');
  await page.goto(`${site.ledger.server.url}/verify`);
  await expect.poll(lang).toBe('en');
  await using chinese = await open('/verify', { locale: 'fr-FR' });
  await expect.poll(() => chinese.page.title()).toBe('证据核验');
});

test('the record stays in the address in court mode: through reload, back, language and the skip link', async () => {
  const { hash } = new URL(link());
  await using opened = await open(`/verify?lang=zh${hash}`);
  const { page, errors } = opened;
  const address = () => page.url().slice(site.ledger.server.url.length);
  await verdictOn(page);
  await page.getByRole('button', { name: '当庭核验' }).click();
  await expect.poll(address).toBe(`/verify?lang=zh&court${hash}`);
  await page.getByRole('button', { name: 'English' }).click();
  await expect.poll(address).toBe(`/verify?lang=en&court${hash}`);
  await page.reload();
  expect(await verdictOn(page)).toContain('VERIFIED: the record');
  expect(await page.title()).toBe('Court mode');
  await page.evaluate(`location.hash = '#${number}'`);
  await expect.poll(address).toBe(`/verify?lang=en&court#${number}`);
  await page.getByRole('button', { name: '中文' }).click();
  await page.goBack();
  await expect.poll(address).toBe(`/verify?lang=zh&court${hash}`);
  await page.getByRole('link', { name: '首页' }).click();
  await page.goBack();
  expect(await verdictOn(page)).toContain('登记记录核验一致');
  expect([await page.title(), address()]).toEqual(['当庭核验', `/verify?lang=zh&court${hash}`]);
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('result');
  await page.keyboard.press('Escape');
  await expect.poll(address).toBe(`/verify?lang=zh${hash}`);
  expect(errors).toEqual([]);
});

/** What stands on the printed page: what is hidden on paper is left out. */
async function paperOf(page: Page): Promise<string> {
  await page.emulateMedia({ media: 'print' });
  return page.locator('body').innerText();
}

/** A QR code as a grey PNG. */
function pictureOf(text: string): Buffer {
  const rows = encodeQR(text, 'raw', { scale: 6, border: 4 });
  const lines = rows.map((row) => Buffer.from([0, ...row.map((isDark) => (isDark ? 0 : 255))]));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows.length, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

function pathOf(text: string): string {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  return rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
}

describe('a stranger to a ledger that has accounts by now', () => {
  beforeAll(async () => {
    await addFirstAdmin(site.ledger.dataDir, async (path, body, headers) => {
      const asked = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
      return (await fetch(site.ledger.server.url + path, { ...asked, body: JSON.stringify(body) })).json();
    });
  });

  test('is told that a digest was not found or is not public', async () => {
    await using opened = await open();
    const { page } = opened;
    await lookUp(page, digests.sha256);
    expect(await verdictOn(page)).toContain('未查到');
    expect(await page.locator('main').innerText()).toContain('未查到，或未公开');
  });

  test('verifies by the receipt', async () => {
    await using opened = await open();
    const { page } = opened;
    await give(page, [at('first.txt'), at('first.txt.receipt.json')]);
    expect(await verdictOn(page)).toContain('核验一致');
  });
});
