import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import type { Report } from '../../src/protocol/verify/report.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { testLedger } from '../oracle/ledger.ts';
import {
  another,
  expectSame,
  give,
  launchBrowser,
  openPage,
  savedReport,
  toldReport,
  verdictOn,
  type WatchedPage,
} from './browser.ts';
import { servePages } from './page-service.ts';

declare global {
  /** Within the page: what its worker answers in place of what it computes. */
  var vectorDigests: object | undefined;
}

/** Every vector that holds a receipt, in the served page and in the one from a disk. */

interface Exchange {
  readonly method: string;
  readonly params: readonly Json[];
  readonly result: Json;
}
interface Vector {
  readonly name: string;
  readonly expected: string;
  readonly complaints?: Readonly<Record<string, string>>;
  readonly receipt: unknown;
  readonly trust: unknown;
  readonly file?: { readonly sha256: string; readonly sm3: string; readonly size: number } | null;
  readonly nodes?: readonly { readonly exchanges: readonly Exchange[] }[];
  readonly now?: string;
}

const load = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', name), 'utf8')) as {
    readonly trust?: unknown;
    readonly cases: readonly Vector[];
  };
const receipts = load('receipt.json');
const VECTORS: readonly Vector[] = [
  ...receipts.cases.map((one) => ({ ...one, trust: receipts.trust })),
  ...load('verdict.json').cases,
];

const dir = mkdtempSync(join(tmpdir(), 'evl-page-vectors-'));
const [file, receipt, trust] = ['f', 'f.receipt.json', 'trust.json'].map((name) => join(dir, name)) as [
  string,
  string,
  string,
];
const ledger = testLedger();
let browser: Browser;
let served: ServedLedger;

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
  served.receipts.clear(); // it completes none of the vectors
  writeFileSync(join(dir, 'verify.html'), (await webPages()).get('verify.html')!);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** The vector as files; where it has one, bytes that have the digests of its file. */
function lay(vector: Vector): void {
  writeFileSync(receipt, JSON.stringify(vector.receipt));
  writeFileSync(trust, JSON.stringify(vector.trust));
  if (vector.file === null || vector.file === undefined) rmSync(file, { force: true });
  else writeFileSync(file, vector.name === 'another file' ? 'another' : ledger.fileBytes);
}

/** A vector whose digests no bytes have. */
function isOfNoBytes({ name }: Vector): boolean {
  return name === 'the same SHA-256 and another SM3' || name === 'another size of file';
}

/** Answers what the vector's node answers, and nothing else. */
function answerAs({ nodes = [] }: Vector): void {
  const key = (method: string, params: readonly Json[]) => JSON.stringify([method, params]);
  const answers = new Map(
    (nodes[0]?.exchanges ?? []).map(({ method, params, result }) => [key(method, params), result] as const),
  );
  served.answerNode = ({ method, params }) => answers.get(key(method, params));
}

/** Of vectors that state no time: within what their trust files allow. */
const WITHIN = '2026-01-01T12:00:00.000Z';
afterEach(() => vi.restoreAllMocks());

/**
 * Gives a vector to the page; the command line is asked where bytes have the digests of its file.
 */
async function judge(page: Page, vector: Vector, asking: readonly string[]): Promise<Report> {
  lay(vector);
  await page.clock.setFixedTime(vector.now ?? WITHIN);
  await page.evaluate(
    (digests) => (globalThis.vectorDigests = digests),
    isOfNoBytes(vector) ? vector.file! : undefined,
  );
  const files = existsSync(file) ? [file, receipt] : [receipt];
  await give(page, [...files, trust]);
  if (isOfNoBytes(vector)) {
    await verdictOn(page);
    return savedReport(page);
  }
  vi.spyOn(Date, 'now').mockReturnValue(Date.parse(vector.now ?? WITHIN));
  const told = await toldReport(['verify', ...files, '--trust', trust, ...asking], join(dir, 'home'));
  vi.restoreAllMocks();
  await expectSame(page, told);
  return told;
}

interface WorkerLike extends EventTarget {
  postMessage(message: unknown): void;
}

async function openWithDigests(url: string, isOffline: boolean): Promise<WatchedPage> {
  const opened = await openPage(browser, url, { isOffline });
  await opened.page.evaluate(() => {
    const { prototype } = (globalThis as unknown as { Worker: { prototype: WorkerLike } }).Worker;
    // oxlint-disable-next-line typescript/unbound-method -- called with a worker below
    const { postMessage } = prototype;
    prototype.postMessage = function (this: WorkerLike, message) {
      if (globalThis.vectorDigests === undefined) postMessage.call(this, message);
      else this.dispatchEvent(new MessageEvent('message', { data: { digests: globalThis.vectorDigests } }));
    };
  });
  return opened;
}

/** Each step that neither passes nor is left out. */
function complaintsOf({ steps }: Report): Record<string, string> {
  const open = steps.filter(({ status }) => status === 'fail' || status === 'unknown');
  return Object.fromEntries(open.map(({ step, status, code }) => [step, `${status} ${code}`]));
}

test('the served page gives every vector the verdict, steps and codes of the command line', async () => {
  await using opened = await openWithDigests(`${served.url}/verify`, false);
  const { page, errors } = opened;
  for (const vector of VECTORS.filter(({ nodes = [] }) => nodes.length > 0)) {
    answerAs(vector);
    const report = await judge(page, vector, ['--url', served.url, '--rpc', `${served.url}/v1/chain`]);
    const { name, expected, complaints } = vector;
    // the page reads every chain through the operator
    const isOthers = name === 'a chain that others run';
    if (isOthers) expect(Object.values(complaintsOf(report))).toContain('unknown operator-nodes-only');
    else expect([name, report.verdict, complaintsOf(report)]).toEqual([name, expected, complaints]);
    await another(page);
  }
  expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
});

test('so does the page from a disk with the network off [W122]', async () => {
  await using opened = await openWithDigests(pathToFileURL(join(dir, 'verify.html')).href, true);
  const { page, requests, errors } = opened;
  for (const vector of VECTORS) {
    const report = await judge(page, vector, ['--offline']);
    if (vector.nodes?.length === 0 || vector.complaints === undefined) expect(report.verdict).toBe(vector.expected);
    await another(page);
  }
  expect([requests.every(({ url }) => url.startsWith('file:')), errors]).toEqual([true, []]);
});
