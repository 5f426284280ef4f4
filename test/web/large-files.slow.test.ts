import { createHash } from 'node:crypto';
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasLinux } from '../availability.ts';
import { browserMemory } from './browser-memory.ts';
import { savedReport, shownVerdict } from './browser.ts';
import { useLedgerSite, useVerifyPage } from './ledger-site.ts';

/** Files of 2 and 10 GiB, which take no space on the disk, hashed by the page. */

const GIB = 2 ** 30;
const MAX_GROWTH_BYTES = 300 * 1000 * 1000;
const END = 'the last bytes of the file';
const site = useLedgerSite('large');
const { at } = site;
const tab = useVerifyPage(site);

/** Zeros, but for the end. */
function makeFile(name: string, size: number): string {
  const path = at(name);
  const handle = openSync(path, 'w');
  writeSync(handle, END, size - END.length);
  closeSync(handle);
  truncateSync(path, size);
  return path;
}

function digestOf(algorithm: 'sha256' | 'sm3', size: number): string {
  const hash = createHash(algorithm);
  const zeros = Buffer.alloc(16 * 1024 * 1024);
  let left = size - END.length;
  for (; left > zeros.length; left -= zeros.length) hash.update(zeros);
  return hash.update(zeros.subarray(0, left)).update(END).digest('hex');
}

/** Asks again and again until the page has a verdict; the most of what was measured. */
async function whileHashing(measure: () => Promise<number> | number): Promise<number[]> {
  const measured: number[] = [];
  while ((await tab.page.locator('#result .banner').count()) === 0) {
    measured.push(await measure());
    await tab.page.waitForTimeout(200);
  }
  return measured;
}

const progressOf = async (): Promise<number> => {
  const values = await tab.page
    .locator('.materials progress')
    .evaluateAll((bars) => bars.map((bar) => (bar as unknown as { value: number }).value));
  return values[0] ?? Number.NaN;
};

/** How long the page takes to answer a click, in milliseconds. */
async function answerMs(): Promise<number> {
  const before = await tab.page.locator('header h1').innerText();
  const startedMs = performance.now();
  await tab.page.locator('nav button').last().click();
  await tab.page.locator('header h1').filter({ hasNotText: before }).waitFor();
  return performance.now() - startedMs;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('a file of 2 GiB with its receipt: SHA-256, SM3 and size are those of the record', async () => {
  const size = 2 * GIB;
  const path = makeFile('2.img', size);
  const digests = { sha256: digestOf('sha256', size), sm3: digestOf('sm3', size) };
  const answer = await fetch(`${site.ledger.server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ case: { number: 'large' }, file: { name: '2.img', size }, digests }),
  });
  expect(answer.status).toBe(201);
  writeFileSync(`${path}.receipt.json`, await answer.text());
  await tab.page.setInputFiles('#files', [path, `${path}.receipt.json`]);
  const progress = await whileHashing(progressOf);
  await shownVerdict(tab.page);
  const { comparison, steps } = await savedReport(tab.page);
  expect([comparison, steps.find(({ step }) => step === 'file-digest')]).toEqual([
    'equal',
    { step: 'file-digest', status: 'pass', code: 'ok', expected: digests.sha256, found: digests.sha256 },
  ]);
  const known = progress.filter((value) => value > 0);
  expect(new Set(known).size).toBeGreaterThan(3);
  expect(known).toEqual(known.toSorted((a, b) => a - b));
});

describe.runIf(hasLinux())('a file of 10 GiB', () => {
  const size = 10 * GIB;

  test('is hashed within 300 MB, and clicks are answered within a second meanwhile [W124]', async () => {
    const path = makeFile('10.img', size);
    const sha256 = digestOf('sha256', size);
    const before = browserMemory();
    await tab.page.setInputFiles('#files', path);
    await tab.page.locator('.materials progress').waitFor();
    const answersMs: number[] = [];
    const held = await whileHashing(async () => {
      answersMs.push(await answerMs());
      return browserMemory();
    });
    expect((await tab.page.locator('#result .about code').first().innerText()).replaceAll(' ', '')).toBe(sha256);
    expect(held.length).toBeGreaterThan(10);
    expect(Math.max(...held) - before).toBeLessThanOrEqual(MAX_GROWTH_BYTES);
    expect(median(answersMs)).toBeLessThanOrEqual(1000);
    console.log(
      `10 GiB: ${Math.round((Math.max(...held) - before) / 1e6)} MB more at most; a click took ${Math.round(median(answersMs))} ms, at most ${Math.round(Math.max(...answersMs))} ms`,
    );
  });

  test('is no longer read once it is cancelled, also while another one waits', async () => {
    const [path, next] = [makeFile('10.img', size), makeFile('small.img', 1000)];
    await tab.page.setInputFiles('#files', [path, next]);
    await expect.poll(progressOf).toBeGreaterThan(0);
    expect(tab.page.workers()).toHaveLength(1);
    await tab.page.locator('.materials button').first().click();
    await expect.poll(() => tab.page.workers().length, { timeout: 10_000 }).toBe(0);
    await tab.page.locator('.many').waitFor();
    expect(await tab.page.locator('.materials .problem').innerText()).toContain('已取消');
    expect(await tab.page.locator('.many td:nth-child(2)').allInnerTexts()).toEqual(
      ['无法判定', '未查到'].map((word) => expect.stringContaining(word) as string),
    );
  });
});
