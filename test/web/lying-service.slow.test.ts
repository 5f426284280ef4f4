import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { formatRecordNumber } from '../../src/kinds/record-number.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { json } from '../client/http-server.ts';
import { receiptJson, type ReceiptJson, testLedger, type TestLedger, trustJson } from '../oracle/ledger.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';
import {
  expectSame,
  give,
  launchBrowser,
  openPage,
  savedReport,
  shownVerdict,
  toldReport,
  verdictOn,
  type WatchedPage,
} from './browser.ts';
import { servePages } from './page-service.ts';

/** A service, and its relay to the chain, whose answers are not what was asked for. */

let browser: Browser;
let dir: string;
let ledger: TestLedger;
let served: ServedLedger;
let opened: WatchedPage;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'evl-lying-'));
  ledger = testLedger();
  served = await servePages(ledger, 5);
  writeFileSync(at('f'), ledger.fileBytes);
  writeReceipt(receiptJson(ledger, 2, 5));
  writeFileSync(at('trust.json'), JSON.stringify(trustJson(ledger)));
  opened = await openPage(browser, `${served.url}/verify`);
  ({ page } = opened);
});
afterEach(async () => {
  await opened[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const at = (name: string) => join(dir, name);
const writeReceipt = (receipt: ReceiptJson) => writeFileSync(at('f.receipt.json'), JSON.stringify(receipt));
const HELD = () => [at('f'), at('f.receipt.json')];
/** Has its check character, which those of the oracle lack. */
const NUMBER = formatRecordNumber(Date.UTC(2026, 0, 1), new Uint8Array(12));

/** The command line, which asks the same service and the same relay. */
const told = async (args: readonly string[]) =>
  toldReport(['verify', ...args, '--url', served.url, '--rpc', `${served.url}/v1/chain`], at('home'));

async function type(text: string): Promise<void> {
  await page.locator('#typed').fill(text);
  expect(await page.locator('.look-up button').isEnabled()).toBe(true);
  await page.keyboard.press('Enter');
}

describe('about a file with its receipt', () => {
  test.each<readonly [string, string, string, () => void]>([
    [
      'another root in the contract: the record contradicts it',
      'INCONSISTENT',
      'anchored-root-differs',
      () => answerCalls((data) => (data === undefined ? undefined : `0x${'ab'.repeat(32)}`)),
    ],
    [
      'nothing in the contract: the record contradicts it',
      'INCONSISTENT',
      'root-not-anchored',
      () => answerCalls(() => `0x${'00'.repeat(32)}`),
    ],
    ['another chain: nothing is known', 'INDETERMINATE', 'other-chain', () => answer('eth_chainId', '0x1')],
    ['other code: nothing is known', 'INDETERMINATE', 'other-code', () => answer('eth_getCode', '0x00')],
    [
      'no block that it is asked for: nothing is known',
      'INDETERMINATE',
      '',
      () => answer('eth_getBlockByNumber', null),
    ],
    [
      'values of other types: nothing is known',
      'INDETERMINATE',
      '',
      () => (served.answerNode = () => ({ number: [], hash: 7 })),
    ],
    ['no answer at all: nothing is known', 'INDETERMINATE', 'no-answer', () => (served.answerNode = () => undefined)],
    [
      'a page of another server: nothing is known',
      'INDETERMINATE',
      'no-answer',
      () => served.lies.set('/v1/chain', { body: '<html>bad gateway</html>' }),
    ],
  ])('the relay states %s', async (_, verdict, code, lie) => {
    lie();
    await give(page, HELD());
    const shown = await expectSame(page, await told(HELD()));
    expect([(await savedReport(page)).verdict, shown.reason]).toEqual([verdict, expect.stringContaining(code)]);
  });

  test('the service offers a trust file of another log: what the reader brought decides', async () => {
    const other = trustJson(ledger);
    other.log.keys[0]!.vkey = testWitness(other.log.origin, 9).vkey;
    served.trust = other;
    await give(page, HELD());
    expect(await verdictOn(page)).toContain('无法判定');
    await give(page, [at('trust.json')]);
    await expect
      .poll(() => page.locator('#result .verdict .banner h2').innerText(), { timeout: 30_000 })
      .toContain('核验一致');
    await expectSame(page, await told([...HELD(), '--trust', at('trust.json')]));
  });

  test.each<readonly [string, () => void]>([
    ['none', () => served.lies.set('/trust.json', { status: 500, body: 'x' })],
    ['one that is no trust file', () => served.lies.set('/trust.json', json({ format: 'evidence-ledger/trust/v9' }))],
    ['one of 100 MB', () => served.lies.set('/trust.json', { body: Buffer.alloc(100_000_000, 0x20) })],
  ])('the service offers %s for a trust file: nothing is known, and it is no fault of the file', async (_, lie) => {
    lie();
    await give(page, HELD());
    const { word, tone } = await shownVerdict(page);
    expect([word, tone, (await savedReport(page)).comparison]).toEqual([
      expect.stringContaining('无法判定'),
      'wait',
      'equal',
    ]);
  });

  test('of a receipt without its anchor it gives a newest form of another record: that changes nothing', async () => {
    writeReceipt({ ...receiptJson(ledger, 2, 5), anchor: null });
    const { id } = ledger.records[2]!.header;
    served.receipts.set(id, receiptJson(ledger, 3, 5));
    await give(page, HELD());
    await expectSame(page, await told(HELD()));
    expect((await savedReport(page)).verdict).toBe('INDETERMINATE');
  });

  test('a receipt that the log has outgrown is completed, by the right newest form', async () => {
    writeReceipt({ ...receiptJson(ledger, 2, 5), anchor: null });
    await give(page, HELD());
    await expectSame(page, await told(HELD()));
    expect((await savedReport(page)).verdict).toBe('VERIFIED');
  });

  test('a receipt of another record that was edited to name this file: a contradiction', async () => {
    const forged = receiptJson(ledger, 3, 5);
    forged.record.disclosed = receiptJson(ledger, 2, 5).record.disclosed;
    writeReceipt(forged);
    await give(page, HELD());
    await expectSame(page, await told(HELD()));
    expect((await savedReport(page)).verdict).toBe('INCONSISTENT');
  });

  test('a witness that is required and did not cosign: nothing is known, and not red', async () => {
    const trust = trustJson(ledger);
    trust.witnessPolicy = policyOf(2, testWitness('court.example', 3), testWitness('notary.example', 4));
    writeFileSync(at('trust.json'), JSON.stringify(trust));
    const receipt = receiptJson(ledger, 2, 5);
    writeReceipt({ ...receipt, proof: cosigned(receipt.proof, testWitness('court.example', 3)) });
    await give(page, [...HELD(), at('trust.json')]);
    const shown = await expectSame(page, await told([...HELD(), '--trust', at('trust.json')]));
    expect([shown.tone, shown.reason]).toEqual(['wait', expect.stringContaining('too-few-cosignatures')]);
  });
});

describe('about what was looked up', () => {
  test('the receipt of another record for the number that was typed: nothing is known', async () => {
    const { id } = ledger.records[2]!.header;
    served.lies.set('/v1/evidence', json({ items: [item(2)], nextCursor: null }));
    served.receipts.set(id, receiptJson(ledger, 3, 5));
    await type(NUMBER);
    const { word, reason } = await shownVerdict(page);
    expect([word, reason]).toEqual([
      expect.stringContaining('无法判定'),
      expect.stringContaining('receipt-not-asked-for'),
    ]);
  });

  test('another number for the one that was typed: nothing is known', async () => {
    served.lies.set('/v1/evidence', json({ items: [item(3)], nextCursor: null }));
    await type(NUMBER);
    expect((await shownVerdict(page)).reason).toContain('receipt-not-asked-for');
  });

  test('the receipt of another file for its digest: not a mismatch, nothing is known', async () => {
    served.lies.set('/v1/evidence', json({ items: [item(3)], nextCursor: null }));
    await give(page, [at('f')]);
    rmSync(at('f.receipt.json'));
    await expectSame(page, await told([at('f')]));
    const { tone, reason } = await shownVerdict(page);
    expect([tone, reason]).toEqual(['wait', expect.stringContaining('receipt-not-asked-for')]);
  });

  test.each<readonly [string, () => void]>([
    ['a listing that never ends', () => endless()],
    ['a listing of 100 MB', () => served.lies.set('/v1/evidence', { body: Buffer.alloc(100_000_000, 0x20) })],
    ['no JSON', () => served.lies.set('/v1/evidence', { body: '<html>' })],
    ['an error', () => served.lies.set('/v1/evidence', json({ code: 'internal' }, 500))],
    ['a closed connection', () => served.lies.set('/v1/evidence', { isDropped: true })],
    [
      'a redirection to another host',
      () => served.lies.set('/v1/evidence', { status: 302, headers: { location: 'http://localhost:9/' } }),
    ],
  ])('%s: nothing is known, for what was typed and for a file', async (_, lie) => {
    lie();
    await type(NUMBER);
    const typed = await shownVerdict(page);
    expect([typed.word, typed.tone]).toEqual([expect.stringContaining('无法判定'), 'wait']);
    await page.reload();
    await give(page, [at('f')]);
    const { word, tone } = await shownVerdict(page);
    expect([word, tone]).toEqual([expect.stringContaining('无法判定'), 'wait']);
  });

  test('a receipt of 100 MB: nothing is known', async () => {
    served.lies.set('/v1/evidence', json({ items: [item(2)], nextCursor: null }));
    served.lies.set(`/v1/evidence/${ledger.records[2]!.header.id}/receipt`, { body: Buffer.alloc(100_000_000, 0x20) });
    await type(NUMBER);
    expect((await shownVerdict(page)).word).toContain('无法判定');
  });

  test('a digest that was typed: the record is verified, and no file is', async () => {
    const { sha256 } = sectionsOf(2);
    await type(sha256);
    const shown = await expectSame(page, await told([sha256]));
    expect([shown.word, shown.isGreen]).toEqual([expect.stringContaining('未比对文件'), false]);
  });
});

const item = (i: number) => ({
  id: ledger.records[i]!.header.id,
  number: ledger.records[i]!.header.number,
  index: String(i),
  state: 'final',
});

function sectionsOf(i: number): { readonly sha256: string } {
  const { disclosed } = ledger.records[i]!;
  return disclosed.find(({ name }) => name === 'digests')!.value as { sha256: string };
}

function answer(method: string, result: Json): void {
  served.answerNode = (question) => (question.method === method ? result : ledger.chain.answer(question));
}

function answerCalls(result: (data: string) => Json | undefined): void {
  served.answerNode = (question) => {
    if (question.method !== 'eth_call') return ledger.chain.answer(question);
    return result((question.params[0] as { data: string }).data);
  };
}

/** Each page has a next one. */
function endless(): void {
  let pages = 0;
  const entries = Array.from({ length: 1 }, () => item(3));
  Object.defineProperty(served.lies, 'get', {
    value: (path: string) =>
      path === '/v1/evidence'
        ? json({ items: entries, nextCursor: String(pages++) })
        : Map.prototype.get.call(served.lies, path),
  });
}
