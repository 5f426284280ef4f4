import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiptJson, sm3, testLedger, trustJson } from '../oracle/ledger.ts';
import type { ServedLedger } from '../cli/served-ledger.ts';
import { launchBrowser, openPage, shownVerdict } from './browser.ts';
import { servePages } from './page-service.ts';

/** What leaves the computer while files are verified: recorded by the page and by the service. */

interface Violating {
  violations?: string[];
}

const dir = mkdtempSync(join(tmpdir(), 'evl-network-'));
const at = (name: string) => join(dir, name);
const ledger = testLedger();
let browser: Browser;
let served: ServedLedger;

beforeAll(async () => {
  [served, browser] = await Promise.all([servePages(ledger, 5), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** In the forms in which a text could be sent. */
function formsOf(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  return [text, encodeURIComponent(text), bytes.toString('hex'), bytes.toString('base64').slice(0, -4)];
}

const MARK = `mark-${randomBytes(12).toString('hex')}`;
const KINDS: readonly (readonly [name: string, head: string])[] = [
  ['letter.txt', ''],
  ['scan.pdf', '%PDF-1.7\n'],
  ['photo.png', '\u0089PNG\r\n\u001a\n'],
  ['archive.zip', 'PK\u0003\u0004'],
  ['page.html', '<!doctype html><script src="http://localhost:9/x.js"></script><img src="http://localhost:9/y.png">'],
  ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://localhost:9/z.png"/></svg>'],
  ['values.json', '{"format":"evidence-ledger/other/v1","url":"http://localhost:9/"}'],
  ['sound.mp3', 'ID3'],
];

test('no byte and no name of a file leaves, of whatever kind; of digests only the one that is looked up [W121]', async () => {
  await using opened = await openPage(browser, `${served.url}/verify`);
  const { page, requests } = opened;
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.addInitScript(() => {
    const scope = globalThis as unknown as Violating & { document: EventTarget };
    scope.violations = [];
    scope.document.addEventListener('securitypolicyviolation', (event) =>
      scope.violations!.push((event as Event & { blockedURI: string }).blockedURI),
    );
  });
  await page.reload();
  const secrets: string[] = [];
  const lookedUp: string[] = [];
  for (const [name, head] of KINDS) {
    const content = Buffer.from(`${head}${MARK}-${name}`, 'latin1');
    const own = `${MARK}-${name}`;
    writeFileSync(at(own), content);
    secrets.push(...formsOf(Buffer.from(MARK)), sm3(content));
    lookedUp.push(createHash('sha256').update(content).digest('hex'));
    await page.setInputFiles('#files', at(own));
    expect((await shownVerdict(page)).word).toContain('未查到');
    await page.reload();
  }
  // with its receipt a file needs no look-up at all
  writeFileSync(at(`${MARK}.bin`), ledger.fileBytes);
  writeFileSync(at('r.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
  writeFileSync(at('t.json'), JSON.stringify(trustJson(ledger)));
  const digest = createHash('sha256').update(ledger.fileBytes).digest('hex');
  secrets.push(...formsOf(ledger.fileBytes), digest, sm3(ledger.fileBytes));
  await page.setInputFiles('#files', [at(`${MARK}.bin`), at('r.json'), at('t.json')]);
  expect((await shownVerdict(page)).word).toContain('核验一致');

  const sent = [
    ...requests.map(({ url, body }) => `${url}\n${body ?? ''}`),
    ...served.asked.map(({ path, headers, body }) => `${path}\n${JSON.stringify(headers)}\n${body.toString('latin1')}`),
  ];
  expect(sent.length).toBeGreaterThan(20);
  expect(sent.filter((one) => secrets.some((secret) => one.includes(secret)))).toEqual([]);
  for (const sha256 of lookedUp) {
    const naming = served.asked.filter(({ path, body }) => `${path}${body.toString()}`.includes(sha256));
    expect(naming.map(({ path }) => path)).toEqual([`/v1/evidence?sha256=${sha256}`]);
  }
  expect(requests.filter(({ url }) => !url.startsWith(`${served.url}/`)).map(({ url }) => url)).toEqual([]);
  const bodies = served.asked.filter(({ body }) => body.length > 0);
  expect(new Set(bodies.map(({ path }) => path))).toEqual(new Set(['/v1/chain']));
  expect(sockets).toEqual([]);
  expect(await page.evaluate(() => (globalThis as Violating).violations)).toEqual([]);
});

test('what would send something elsewhere is stopped by the policy, and would have been noticed', async () => {
  await using opened = await openPage(browser, `${served.url}/verify`);
  const blocked = await opened.page.evaluate(async () => {
    const scope = globalThis as unknown as {
      document: EventTarget & { body: { append(node: unknown): void } };
      Image: new () => { src: string };
      WebSocket: new (url: string) => unknown;
      navigator: { sendBeacon(url: string, data: string): boolean };
      setTimeout(call: () => void, ms: number): void;
    };
    const found: string[] = [];
    scope.document.addEventListener('securitypolicyviolation', (event) => {
      const { blockedURI, effectiveDirective } = event as Event & { blockedURI: string; effectiveDirective: string };
      found.push(`${effectiveDirective} ${new URL(blockedURI).protocol}`);
    });
    await fetch('http://localhost:9/f').catch(() => {});
    scope.navigator.sendBeacon('http://localhost:9/b', 'x');
    new scope.Image().src = 'http://localhost:9/i';
    try {
      void new scope.WebSocket('ws://localhost:9/w');
    } catch {
      // refused at once
    }
    while (found.length < 4) await new Promise<void>((resolve) => scope.setTimeout(resolve, 20));
    return found.toSorted();
  });
  expect(blocked).toEqual(['connect-src http:', 'connect-src http:', 'connect-src ws:', 'img-src http:']);
});
