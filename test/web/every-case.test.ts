import { appendFileSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { nobody } from '../client/http-server.ts';
import { startLedger } from '../server/ledger-fixture.ts';
import { expectSame, give, openPage, shownVerdict, toldReport } from './browser.ts';
import { useLedgerSite } from './ledger-site.ts';

/**
 * What a stranger meets at a real service with a real chain, after files were registered by the
 * command line: the page says what the command line says. The tests follow one another: towards
 * the end the chain stops, then the service is gone.
 */

const site = useLedgerSite('every-case');
const { at } = site;
let url: string;

beforeAll(async () => {
  ({ url } = site.ledger.server);
  for (const name of ['letter.txt', 'other.txt', 'late.txt']) writeFileSync(at(name), `content of ${name}`);
  await add('letter.txt', 'final');
  await add('other.txt', 'final');
  await add('letter.txt', 'final', '（2026）浙01刑初456号', 'again');
  copyFileSync(at('letter.txt'), at('altered.txt'));
  appendFileSync(at('altered.txt'), '!');
  writeFileSync(at('unknown.txt'), 'nobody has registered this');
  for (const [name, path] of [
    ['trust.json', 'trust.json'],
    ['verify.html', 'verify.html'],
  ] as const) {
    writeFileSync(at(name), await (await fetch(`${url}/${path}`)).text());
  }
  copyFileSync(at('trust.json'), at('pinned.json'));
  await run(['trust', 'pin-block', at('letter.txt.receipt.json'), '--trust', at('pinned.json'), ...chain()]);
});

async function run(args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await evl(args, { env: { EVL_HOME: at('registrar') } });
  expect([exit, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

async function add(name: string, wait: string, caseNumber = '（2026）浙01刑初123号', folder?: string): Promise<void> {
  const more = folder === undefined ? [] : ['--receipt-dir', at(folder)];
  await run(['add', at(name), '--case', caseNumber, '--wait', wait, '--url', url, ...more]);
}

const chain = () => ['--rpc', site.ledger.server.chainUrl()!];
const open = async () => openPage(site.browser, `${url}/verify`);
const asked = () => ['--url', url, ...chain()];
const told = async (files: readonly string[], how = asked()) => toldReport(['verify', ...files, ...how], at('home'));

/** A copy in a folder of its own: the command line takes a receipt that lies next to a file. */
function alone(file: string): string {
  const copy = join(mkdtempSync(at('alone-')), basename(file));
  copyFileSync(file, copy);
  return copy;
}

test.each<readonly [string, string, readonly string[], string]>([
  ['a registered file with its receipt', 'VERIFIED', ['letter.txt', 'letter.txt.receipt.json'], ''],
  ['an altered file', 'MISMATCH', ['altered.txt', 'letter.txt.receipt.json'], 'digest-differs'],
  ['another registered file', 'MISMATCH', ['other.txt', 'letter.txt.receipt.json'], 'digest-differs'],
  ['a file that nobody registered', 'NOT_FOUND', ['unknown.txt'], 'no-such-record'],
  ['a file without its receipt', 'VERIFIED', ['other.txt'], ''],
])('%s: %s', async (_, verdict, names, code) => {
  await using opened = await open();
  const files = names.map((name) => at(name));
  await give(opened.page, files);
  const report = await told(files.length === 1 ? [alone(files[0]!)] : files);
  const shown = await expectSame(opened.page, report);
  expect([report.verdict, shown.reason]).toEqual([verdict, expect.stringContaining(code)]);
  expect(opened.errors).toEqual([]);
});

test('a receipt alone: the record, and no file is green', async () => {
  await using opened = await open();
  const receipt = alone(at('letter.txt.receipt.json'));
  await give(opened.page, [receipt]);
  const report = await told([receipt]);
  await expectSame(opened.page, report);
  expect(report).toMatchObject({ verdict: 'VERIFIED', scope: 'record', comparison: 'none' });
});

test('several records of one file: each is listed, as the command line lists them', async () => {
  await using opened = await open();
  const { page } = opened;
  await give(page, [at('letter.txt')]);
  await page.locator('.many').waitFor({ timeout: 60_000 });
  const { reports } = await told([alone(at('letter.txt'))]);
  // each with the time of its registration on a line below
  const cells = await page.locator('.many td.number').allInnerTexts();
  const numbers = cells.map((cell) => cell.split('\n')[0]!);
  expect(numbers.toSorted()).toEqual(reports!.map(({ object }) => object!.number).toSorted());
  expect(new Set(numbers).size).toBe(2);
  await page.locator('.many .link').first().click();
  expect((await shownVerdict(page)).isGreen).toBe(true);
});

test('a file before its anchor: pending, not verified', async () => {
  await add('late.txt', 'registered');
  await using opened = await open();
  const files = [at('late.txt'), at('late.txt.receipt.json')];
  await give(opened.page, files);
  const report = await told(files);
  const shown = await expectSame(opened.page, report);
  expect([report.verdict, shown.isGreen, shown.reason]).toEqual([
    'PENDING',
    false,
    expect.stringContaining('not-anchored-yet'),
  ]);
});

test('a trust file of another ledger: nothing can be proven, and that is not red', async () => {
  const other = await startLedger({ isOther: true });
  writeFileSync(at('other-trust.json'), await (await fetch(`${other.server.url}/trust.json`)).text());
  await other.remove();
  await using opened = await open();
  const files = [at('letter.txt'), at('letter.txt.receipt.json')];
  await give(opened.page, [...files, at('other-trust.json')]);
  const report = await told([...files, '--trust', at('other-trust.json')]);
  const shown = await expectSame(opened.page, report);
  expect([report.verdict, shown.tone]).toEqual(['INDETERMINATE', 'wait']);
});

test('the chain has stopped: nothing is said about the anchor, and it is no fault of the file', async () => {
  const silent = await nobody();
  await site.ledger.restart({ rpcUrls: [silent] });
  ({ url } = site.ledger.server);
  await using opened = await open();
  const files = [at('letter.txt'), at('letter.txt.receipt.json')];
  await give(opened.page, files);
  const report = await told([...files, '--trust', at('trust.json')], ['--url', url, '--rpc', silent]);
  const shown = await expectSame(opened.page, report);
  expect([report.verdict, shown.tone, report.comparison]).toEqual(['INDETERMINATE', 'wait', 'equal']);
});

test('the service is gone: the open page says so, and the offline page verifies by a pinned block', async () => {
  await using opened = await open();
  await site.ledger.server.stop();
  await opened.page.locator('#typed').fill('a'.repeat(64));
  await opened.page.keyboard.press('Enter');
  const gone = await shownVerdict(opened.page);
  expect([gone.tone, gone.reason]).toEqual(['wait', expect.stringContaining('service-unreachable')]);

  await using offline = await openPage(site.browser, pathToFileURL(at('verify.html')).href, { isOffline: true });
  const files = [at('letter.txt'), at('letter.txt.receipt.json')];
  await give(offline.page, [...files, at('pinned.json')]);
  const report = await told([...files, '--trust', at('pinned.json')], ['--offline']);
  const shown = await expectSame(offline.page, report);
  expect([report.verdict, shown.isGreen]).toEqual(['VERIFIED', true]);
  expect([offline.requests.length, offline.errors]).toEqual([1, []]);
  await give(offline.page, [at('trust.json')]);
  await offline.page.getByRole('button', { name: '采用' }).click();
  await expect.poll(async () => (await shownVerdict(offline.page)).tone).toBe('wait');
  await expectSame(offline.page, await told([...files, '--trust', at('trust.json')], ['--offline']));
  await site.ledger.restart();
});
