import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasLinux } from '../availability.ts';
import { evl } from '../cli/evl.ts';
import { browserMemory } from './browser-memory.ts';
import { useLedgerSite, useVerifyPage } from './ledger-site.ts';

/** PDFs are read as a whole, to see whether they are certificates: one at a time, none is kept. */

const LARGE = 60;
const CERTIFICATES = 20;
const SMALL = 70;
const LARGE_BYTES = 20 * 2 ** 20;
const MAX_GROWTH_BYTES = 400 * 1000 * 1000;
const site = useLedgerSite('many-pdfs');
const { at } = site;
const tab = useVerifyPage(site);

/** With an object in every KiB. */
function makePdf(name: string, size: number): void {
  const bytes = Buffer.alloc(size, '7 0 obj <</Type /Page>> endobj\n'.padEnd(1024, `of ${name} `));
  bytes.write('%PDF-1.7\n');
  writeFileSync(at('many', name), bytes);
}

test.runIf(hasLinux())(`${LARGE + CERTIFICATES} PDFs of 20 MiB among others take no more than 400 MB`, async () => {
  mkdirSync(at('many'));
  writeFileSync(at('letter.txt'), 'a letter');
  const service = ['--url', site.ledger.server.url];
  const options = { env: { EVL_HOME: at('home') } };
  await evl(['add', at('letter.txt'), '--case', '1', '--wait', 'final', ...service], options);
  const made = await evl(['cert', at('letter.txt.receipt.json'), '-o', at('c.pdf'), ...service], options);
  expect([made.exit, made.stderr]).toEqual([0, '']);
  for (let i = 0; i < LARGE; i++) makePdf(`large ${i}.pdf`, LARGE_BYTES);
  for (let i = 0; i < SMALL; i++) makePdf(`small ${i}.pdf`, 100_000);
  for (let i = 0; i < CERTIFICATES; i++) {
    copyFileSync(at('c.pdf'), at('many', `certificate ${i}.pdf`));
    truncateSync(at('many', `certificate ${i}.pdf`), LARGE_BYTES);
  }
  const before = browserMemory();
  const held: number[] = [];
  await tab.page.setInputFiles('#folder', at('many'));
  while ((await tab.page.locator('#result .many').count()) === 0) {
    held.push(browserMemory());
    await tab.page.waitForTimeout(200);
  }
  const results = await tab.page.locator('.many td:nth-child(2)').allInnerTexts();
  const countOf = (word: string) => results.filter((result) => result.includes(word)).length;
  expect([countOf('未查到'), countOf('登记记录核验一致')]).toEqual([LARGE + SMALL, CERTIFICATES]);
  const growth = Math.max(...held) - before;
  console.log(`${LARGE + CERTIFICATES} PDFs of 20 MiB: ${Math.round(growth / 1e6)} MB more at most`);
  expect(growth).toBeLessThanOrEqual(MAX_GROWTH_BYTES);
});
