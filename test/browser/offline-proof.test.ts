import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as Protocol from '../../src/sdk/protocol.ts';
import type * as Verifier from '../../src/sdk/verifier.ts';
import { BlockChain } from '../oracle/blocks.ts';
import { testLedger } from '../oracle/ledger.ts';
import { Scenario } from '../protocol/scenario.ts';
import { launchBrowser } from '../web/browser.ts';
import { ModuleServer } from './module-server.ts';

/** The verifier in a real browser, with the cable out: the same code, the same verdict. */

const chain = new BlockChain();
const server = new ModuleServer();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await server.open();
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => 'protocol' in globalThis);
  await page.context().setOffline(true);
});

afterAll(async () => {
  await browser.close();
  server.close();
});

interface Given {
  readonly receipt: string;
  readonly trust: string;
  readonly file: { readonly sha256: string; readonly sm3: string; readonly size: number };
}

/** The page's report on a receipt, a trust file and the digests of a file. */
function verdictOf(asked: Given): Promise<{ verdict: string; independence: string; codes: string[] }> {
  return page.evaluate(({ receipt, trust, file }) => {
    const { parseReceipt, parseTrust, verifyReceipt } = (globalThis as unknown as { protocol: typeof Protocol })
      .protocol;
    const value = parseTrust(trust);
    const report = verifyReceipt({ receipt: parseReceipt(receipt), trust: { source: 'file', value }, file });
    const codes = report.steps.filter(({ status }) => status !== 'pass' && status !== 'none').map(({ code }) => code);
    return { verdict: report.verdict, independence: report.independence, codes };
  }, asked);
}

async function given(): Promise<Given & { readonly json: { anchor: Record<string, string & string[]> } }> {
  const ledger = testLedger(chain);
  await chain.build();
  const scenario = new Scenario(5, ledger);
  const anchor = scenario.receipt.anchor!;
  const block = Number(anchor.blockNumber);
  Object.assign(anchor, await chain.proof(block, anchor.transactionIndex), {
    notBeforeHeader: `0x${Buffer.from(chain.header(4)).toString('hex')}`,
  });
  scenario.trust!.format = 'evidence-ledger/trust/v2';
  scenario.trust!.pinnedBlocks = [block, 4].map((n) => ({
    number: String(n),
    hash: chain.blockHash(n),
    vouchedBy: 'the court',
  }));
  const json = scenario.receipt as unknown as { anchor: Record<string, string & string[]> };
  return {
    json,
    receipt: JSON.stringify(json),
    trust: JSON.stringify(scenario.trust),
    file: scenario.file as Given['file'],
  };
}

test('there is no network: what is asked of it fails', async () => {
  const answer = await page.evaluate(() => fetch('/').then(String, () => 'nothing'));
  expect(answer).toBe('nothing');
});

test('file, receipt and pinned trust file alone: VERIFIED', async () => {
  const { receipt, trust, file } = await given();
  expect(await verdictOf({ receipt, trust, file })).toEqual({
    verdict: 'VERIFIED',
    independence: 'pinned-block',
    codes: [],
  });
  const other = { ...file, sha256: file.sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) };
  expect((await verdictOf({ receipt, trust, file: other })).verdict).toBe('MISMATCH');
});

test('the judge of the command line runs in a page too: the same verdict, and no node is asked', async () => {
  const { receipt, trust, file } = await given();
  const judged = await page.evaluate(
    async (facts) => {
      const { protocol, verifier } = globalThis as unknown as { protocol: typeof Protocol; verifier: typeof Verifier };
      const value = protocol.parseTrust(facts.trust);
      const judge = new verifier.Judge({
        trustFor: () => ({ trust: { source: 'file', value } }),
        askNodes: verifier.noNodes,
        log: undefined,
        sha256: protocol.sha256,
        nowMs: Date.now,
      });
      const parsed = protocol.parseReceipt(facts.receipt);
      const online = await verifier.verifyOnline({
        receipt: parsed,
        trust: { source: 'file', value },
        file: facts.file,
      });
      return [(await judge.judge(parsed, facts.file)).report.verdict, online.verdict];
    },
    { receipt, trust, file },
  );
  expect(judged).toEqual(['VERIFIED', 'VERIFIED']);
});

test('one changed bit of header or proof: INCONSISTENT', async () => {
  const { json, trust, file } = await given();
  const flip = (hex: string) => hex.slice(0, -1) + (Number.parseInt(hex.at(-1)!, 16) ^ 1).toString(16);
  for (const [field, code] of [
    ['header', 'block-header-differs'],
    ['notBeforeHeader', 'block-header-differs'],
    ['receiptProof', 'receipt-proof-wrong'],
  ] as const) {
    const value: string | string[] = json.anchor[field]!;
    const bent = {
      ...json,
      anchor: { ...json.anchor, [field]: typeof value === 'string' ? flip(value) : value.map(flip) },
    };
    const found = await verdictOf({ receipt: JSON.stringify(bent), trust, file });
    expect(found.verdict, field).toBe('INCONSISTENT');
    expect(found.codes).toContain(code);
  }
});
