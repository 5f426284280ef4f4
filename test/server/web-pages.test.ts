import { createHash } from 'node:crypto';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { testLedger, trustJson } from '../oracle/ledger.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';
import { sendRaw } from './raw-http.ts';

/** How the built pages are served. */

const trust = parseTrust(JSON.stringify(trustJson(testLedger())));
let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService((await openMemoryLog()).log, { trust: () => trust });
});
afterAll(() => service[Symbol.asyncDispose]());

const CHAPTERS = ['court', 'handler', 'auditor', 'operator', 'witness', 'verify-by-hand'];
const HANDBOOK = ['/handbook', ...CHAPTERS.map((name) => `/handbook/${name}`)];
const PAGES = ['/', '/verify', '/verify.html', ...HANDBOOK];
const get = (path: string, init?: RequestInit) => fetch(`${service.url}${path}`, init);

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/** The answer to a request whose path is sent as it stands. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { host } = new URL(service.url);
  const lines = Object.entries({ Host: host, Connection: 'close', ...headers });
  const { text, statuses } = await sendRaw(
    service.url,
    `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  const end = text.indexOf('\r\n\r\n');
  return { status: statuses[0]!, head: text.slice(0, end + 2), body: Buffer.from(text.slice(end + 4), 'latin1') };
}

test.each(PAGES)('%s: a page that nobody can frame, sniff or follow, and that names its policy', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy')!;
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe-inline');
  if (path !== '/verify.html') expect(policy).toContain("default-src 'none'");
  if (path !== '/verify' && path !== '/verify.html') expect(policy).not.toContain('script-src');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-frame-options')).toBe('DENY');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  const page = await answer.text();
  expect(page).not.toMatch(/(?:src|<link[^>]* href)="(?:https?:)?\/\//);
  const head = await get(path, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await get(path, { method: 'POST' })).status).toBe(405);
});

describe('the pages are compressed before', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('as %s', async (coding, decompress) => {
    const page = await (await get('/verify')).text();
    const assets = [...page.matchAll(/\/assets\/[0-9a-f]{16}\.(?:css|js)/g)].map(([path]) => path);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of [...assets, ...HANDBOOK, '/verify']) {
      const plain = await ask(path, { 'Accept-Encoding': 'identity' });
      const compressed = await ask(path, { 'Accept-Encoding': coding });
      expect(plain.head).not.toMatch(/content-encoding/i);
      expect(compressed.head).toMatch(new RegExp(`content-encoding: ${coding}\r`, 'i'));
      expect(compressed.head).toMatch(/vary:[^\r]*Accept-Encoding/i);
      expect(decompress(compressed.body)).toEqual(plain.body);
    }
  });
});

test('files named by their digests never change; pages are asked for again', async () => {
  const page = await (await get('/handbook/court?lang=zh')).text();
  const [asset] = /\/assets\/[0-9a-f]{16}\.css/.exec(page)!;
  const style = await get(asset);
  expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  const digest = createHash('sha256')
    .update(await style.text())
    .digest('hex');
  expect(asset).toContain(digest.slice(0, 16));
  for (const path of ['/verify', '/verify.html', '/handbook', '/handbook/court']) {
    const first = await get(path, { headers: { 'accept-encoding': 'br', 'accept-language': '*' } });
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag')!;
    const same = { 'Accept-Encoding': 'br', 'Accept-Language': '*' };
    expect((await ask(path, { ...same, 'If-None-Match': etag })).status).toBe(304);
    expect((await ask(path, { ...same, 'If-None-Match': '"other"' })).status).toBe(200);
  }
});

test('the SHA-256 of the saved offline page stands next to it, and in its header', async () => {
  const page = await get('/verify.html', { headers: { 'accept-encoding': 'br, gzip' } });
  const content = Buffer.from(await page.arrayBuffer());
  const digest = createHash('sha256').update(content).digest();
  expect(page.headers.get('content-encoding')).toBeNull();
  expect(page.headers.get('repr-digest')).toBe(`sha-256=:${digest.toString('base64')}:`);
  expect(await (await get('/verify.html.sha256')).text()).toBe(`${digest.toString('hex')}  verify.html\n`);
});

test('no path leads to another file, and no name to a chapter that is not there', async () => {
  for (const path of [
    '/assets/pages.json',
    '/assets/inputs.sha256',
    '/assets/verify.html',
    '/assets/0000000000000000.js',
    '/assets/0000000000000000.png',
    '/assets/../pages.json',
    '/assets/..%2fpages.json',
    '/assets/..%5cpages.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/%00.js',
    '/assets/',
    '/handbook/nothing',
    '/handbook/court.en',
    '/handbook/..%2fcourt',
    '/handbook/index.zh-CN',
    '/handbook/%2e%2e%2f%2e%2e%2fpackage.json',
    `/handbook/${'a'.repeat(5000)}`,
  ]) {
    const { status, head, body } = await ask(path);
    expect([path, status]).toEqual([path, 404]);
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(body.toString()).not.toMatch(/sha256|devDependencies|node_modules/);
  }
  expect((await get('/handbook/court?lang=fr')).status).toBe(400);
  expect((await get('/handbook/court?lang=zh&lang=en')).status).toBe(400);
});

test('a handbook is read in the language that is asked for, else in the one that the reader prefers', async () => {
  const titleOf = async (path: string, accepted: string) => {
    const answer = await get(path, { headers: { 'accept-language': accepted } });
    expect(answer.headers.get('vary')).toMatch(/Accept-Language/);
    return [answer.headers.get('content-language'), /<html lang="([^"]*)">/.exec(await answer.text())![1]];
  };
  expect(await titleOf('/handbook/court', 'zh')).toEqual(['zh-CN', 'zh-CN']);
  expect(await titleOf('/handbook/court', 'en')).toEqual(['en', 'en']);
  expect(await titleOf('/handbook/court?lang=zh', 'en')).toEqual(['zh-CN', 'zh-CN']);
});

test('every link of the handbooks leads to a page, and every heading that is named is there', async () => {
  const read = new Map<string, Promise<string>>();
  const pageAt = (path: string) => {
    const page = read.get(path) ?? get(path).then(async (answer) => `${answer.status} ${await answer.text()}`);
    read.set(path, page);
    return page;
  };
  for (const path of HANDBOOK.flatMap((page) => [`${page}?lang=zh`, `${page}?lang=en`])) {
    const page = await pageAt(path);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size, path).toBe(ids.length);
    for (const [, target] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^(?:https:\/\/|data:)/.test(target!)) continue;
      const [to = '', heading] = target!.split('#');
      const reached = to === '' ? page : await pageAt(to);
      expect([path, target, reached.slice(0, 3)]).toEqual([path, target, '200']);
      if (heading) expect(reached, `${path} ${target}`).toContain(` id="${decodeURIComponent(heading)}"`);
    }
  }
});
