import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { shownVerdict } from './browser.ts';
import { useLedgerSite, useVerifyPage } from './ledger-site.ts';

/** Whole folders of evidence with their receipts, and what may be wrong in one. */

const FILES = 200;
const site = useLedgerSite('page-folder');
const { at } = site;
const tab = useVerifyPage(site);
const folder = at('案卷');

/** Chinese, rare, joined, right to left; an override that disguises; a name that is a formula. */
const NAMES = ['现场照片（一）.jpg', '𠮷野家.txt', '👩‍👧.png', 'ملف.pdf', 'photo\u202egnp.exe', '=1+1.txt', "'; x.txt"];

interface Checked {
  readonly items: readonly {
    readonly file: string;
    readonly verdict: string | null;
    readonly state: string;
    readonly number: string | null;
    readonly code: string | null;
  }[];
}

beforeAll(async () => {
  mkdirSync(join(folder, '内', '更深'), { recursive: true });
  for (let i = 0; i < FILES - NAMES.length; i++) {
    writeFileSync(join(folder, ...[[], ['内'], ['内', '更深']][i % 3]!, `${i}.txt`), `evidence ${i}`);
  }
  for (const name of NAMES) writeFileSync(join(folder, name), `content of ${name}`);
  const { exit, stderr } = await evl(
    ['add', folder, '--case', '（2026）浙01刑初123号', '--wait', 'final', '--url', site.ledger.server.url],
    { env: { EVL_HOME: at('registrar') } },
  );
  expect([exit, stderr]).toEqual([0, expect.any(String)]);
});

async function check(path: string): Promise<Checked> {
  const args = ['check', path, '--url', site.ledger.server.url, '--rpc', site.ledger.server.chainUrl()!, '--json'];
  return JSON.parse((await evl(args, { env: { EVL_HOME: at('home') } })).stdout) as Checked;
}

interface Row {
  readonly name: string;
  readonly result: string;
  readonly number: string;
  readonly reason: string;
}

async function rows(): Promise<Row[]> {
  await tab.page.locator('.many').waitFor({ timeout: 120_000 });
  const cells = await tab.page
    .locator('.many tbody')
    .evaluate((body) =>
      [...(body as unknown as { rows: Iterable<{ cells: Iterable<{ innerText: string }> }> }).rows].map((row) =>
        [...row.cells].map(({ innerText }) => innerText.trim()),
      ),
    );
  return cells.map(([name = '', result = '', number = '', reason = '']) => ({ name, result, number, reason }));
}

/** The list as the page saves it: a line each, of cells. */
async function savedList(): Promise<string[][]> {
  const download = tab.page.waitForEvent('download');
  await tab.page.locator('.many .actions button').first().click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  return text
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      line
        .slice(1, -1)
        .split('","')
        .map((cell) => cell.replaceAll('""', '"')),
    );
}

const WORDS: Readonly<Record<string, string>> = {
  VERIFIED: '核验一致',
  MISMATCH: '核验不一致',
  INDETERMINATE: '无法判定',
  NOT_FOUND: '未查到',
};

test(`${FILES} files with their receipts: what evl check says of each; filters, list and paper`, async () => {
  const given = at('given');
  cpSync(folder, given, { recursive: true });
  appendFileSync(join(given, '0.txt'), '!');
  rmSync(join(given, '3.txt.receipt.json'));
  writeFileSync(join(given, 'nobody.txt'), 'nobody has registered this');
  rmSync(join(given, '6.txt'));
  writeFileSync(join(given, '9.txt.receipt.json'), '{"format":"evidence-ledger/receipt/v1"}');
  cpSync(join(given, '12.txt'), join(given, '12 的副本.txt'));

  await tab.page.setInputFiles('#folder', given);
  const shown = await rows();
  const told = (await check(given)).items;
  expect(shown.length).toBe(told.length);
  const relative = (file: string) => file.slice(dirname(given).length + 1);
  const escaped = (name: string) => name.replaceAll(/[\u200d\u202e]/g, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
  for (const { file, state, verdict, number, code } of told) {
    const name = escaped(relative(file));
    const row = shown.find((one) => one.name === name || one.name === `${name}.receipt.json`);
    expect(row, name).toBeDefined();
    // a file without a receipt is looked up, a receipt without its file is judged as a record
    if (state === 'extra') {
      expect(row!.result).toMatch(/核验一致|未查到/);
      continue;
    }
    if (state === 'missing') {
      expect([row!.name, row!.result]).toEqual([`${name}.receipt.json`, '登记记录核验一致（未比对文件）']);
      continue;
    }
    expect([name, row!.result, row!.number]).toEqual([name, WORDS[verdict!], number ?? '']);
    expect(row!.reason).toContain(code ?? '');
  }
  const countOf = (word: string) => shown.filter(({ result }) => result === word).length;
  expect(countOf('核验不一致')).toBe(1);

  const chips = tab.page.locator('.filters button');
  for (const chip of (await chips.all()).slice(1)) {
    await chip.click();
    const text = (await chip.innerText()).trim();
    const word = text.replace(/\s*\d+$/, '');
    const filtered = await rows();
    expect([filtered.length, filtered.every(({ result }) => result === word)]).toEqual([countOf(word), true]);
    expect(text.endsWith(String(countOf(word)))).toBe(true);
  }
  await chips.first().click();

  const [headings, ...lines] = await savedList();
  expect(headings).toHaveLength(8);
  expect(lines.length).toBe(shown.length);
  for (const [i, [name, result, number, reason, sha256, time, trust, chain]] of lines.entries()) {
    const row = shown[i]!;
    expect([name, number, reason]).toEqual([row.name, row.number, row.reason]);
    expect(result!.endsWith(row.result)).toBe(true);
    expect(sha256).toMatch(/^(?:[0-9a-f]{64})?$/);
    expect([time, trust, chain]).not.toContain('');
  }
  expect(lines.filter(([, result]) => result === 'VERIFIED 核验一致').length).toBe(countOf('核验一致'));

  const pdf = (await tab.page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(3);
  expect(tab.opened.errors).toEqual([]);
});

test('what was given is given again after a reload: the same results, and nothing was registered [W123]', async () => {
  const before = (await (await fetch(`${site.ledger.server.url}/log/checkpoint`)).text()).split('\n')[1];
  await tab.page.setInputFiles('#folder', folder);
  await tab.page.locator('.materials').waitFor();
  await tab.page.reload();
  expect(await tab.page.locator('.many, .banner, .materials').count()).toBe(0);
  await tab.page.setInputFiles('#folder', folder);
  const shown = await rows();
  expect([shown.length, shown.every(({ result }) => result === '核验一致')]).toEqual([FILES, true]);
  const after = (await (await fetch(`${site.ledger.server.url}/log/checkpoint`)).text()).split('\n')[1];
  expect(after).toBe(before);
});

test('swapped receipts are told from the names, as the command line does', async () => {
  const given = at('swapped');
  mkdirSync(given);
  for (const i of [15, 18]) {
    cpSync(join(folder, `${i}.txt`), join(given, `${i}.txt`));
    cpSync(join(folder, `${i}.txt.receipt.json`), join(given, `${33 - i}.txt.receipt.json`));
  }
  await tab.page.setInputFiles('#folder', given);
  const told = (await check(given)).items;
  expect(told.map(({ verdict }) => verdict)).toEqual(['MISMATCH', 'MISMATCH']);
  expect((await rows()).map(({ result }) => result)).toEqual(['核验不一致', '核验不一致']);
});

test('an empty folder: it says that there is nothing in it', async () => {
  // choosing one tells the page of a change, and gives it no file
  await tab.page.locator('#folder').dispatchEvent('change');
  await expect.poll(() => tab.page.locator('.live').innerText()).toContain('没有文件');
  expect(await tab.page.locator('.banner, .many').count()).toBe(0);
});

test('an empty file is hashed and looked up like any other', async () => {
  writeFileSync(at('nothing.bin'), '');
  await tab.page.setInputFiles('#files', at('nothing.bin'));
  expect((await shownVerdict(tab.page)).word).toContain('未查到');
});

test('a file that is gone, or has changed, when it is read: a row that says so, never green', async () => {
  const [gone, changed] = [at('gone.bin'), at('changed.bin')];
  for (const path of [gone, changed]) writeFileSync(path, Buffer.alloc(1000, 1));
  // the page gets the files now and reads them later
  await tab.page.locator('#files').evaluate((input) => {
    (input as unknown as EventTarget).addEventListener('change', (event) => event.stopImmediatePropagation(), {
      capture: true,
      once: true,
    });
  });
  await tab.page.setInputFiles('#files', [gone, changed]);
  rmSync(gone);
  writeFileSync(changed, Buffer.alloc(2000, 2));
  await tab.page.locator('#files').dispatchEvent('change');
  const shown = await rows();
  expect(shown.map(({ result }) => result)).toEqual(['无法判定', '无法判定']);
  expect(shown.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/file-(?:unreadable|missing)/),
    expect.stringMatching(/file-(?:unreadable|changed)/),
  ]);
  expect(await tab.page.locator('.materials .problem').count()).toBe(2);
});

test('a dropped folder is read to its depths; names that climb are names', async () => {
  await tab.page.evaluate(() => {
    const scope = globalThis as unknown as {
      DataTransfer: new () => { items: { add(file: unknown): void } };
      File: new (parts: string[], name: string) => unknown;
      DragEvent: new (type: string, init: object) => Event;
      document: { querySelector(selector: string): EventTarget };
    };
    const data = new scope.DataTransfer();
    for (const name of ['../../etc/passwd', 'a\u202eb.txt']) data.items.add(new scope.File([`of ${name}`], name));
    scope.document
      .querySelector('.drop')
      .dispatchEvent(new scope.DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const shown = await rows();
  expect(shown.map(({ result }) => result)).toEqual(['未查到', '未查到']);
  expect(shown.map(({ name }) => name)).toContain('a\\u{202e}b.txt');
});
