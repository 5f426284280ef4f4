import { createServer } from 'node:http';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundle } from '../../scripts/bundler/bundle.ts';
import { launchBrowser, openPage } from '../../test/web/browser.ts';
import { type Bench, median, type Row, withService } from '../bench.ts';

const MIB = 1024 * 1024;
const ROUNDS = 3;
const FIRST_LOADS = 7;

/** The verify page: its hashing against bare hashing in the same browser, and its first load. */
export async function pages({ isQuick, report }: Bench): Promise<Row[]> {
  const sizeBytes = (isQuick ? 256 : 1024) * MIB;
  const dir = mkdtempSync(join(tmpdir(), 'evl-bench-pages-'));
  const browser = await launchBrowser();
  try {
    return await withService(async ({ url }) => {
      const file = makeFile(dir, sizeBytes);
      const [own, bare] = [[], []] as [number[], number[]];
      for (let round = 0; round < ROUNDS; round++) {
        own.push(sizeBytes / MIB / (await pageSeconds(browser, url, file)));
        bare.push(sizeBytes / MIB / (await bareSeconds(browser, sizeBytes)));
        report(`page ${own.at(-1)!.toFixed(0)} MiB/s, bare ${bare.at(-1)!.toFixed(0)} MiB/s`);
      }
      const loadsMs: number[] = [];
      for (let i = 0; i < FIRST_LOADS; i++) loadsMs.push(await firstLoadMs(browser, url));
      report(`first loads ${loadsMs.map((ms) => ms.toFixed(0)).join(' ')} ms`);
      return [
        {
          what: `the page computes SHA-256 and SM3 of a file of ${sizeBytes / MIB} MiB`,
          value: median(own),
          unit: 'MiB a processor second',
          limit: {
            what: 'both by the same library in a bare loop over memory, in the same browser',
            value: median(bare),
          },
          target: { ratio: 0.8 },
        },
        {
          what: 'first load of /verify in a fresh browser context, until it takes files and typing',
          value: median(loadsMs),
          unit: 'ms',
          target: { atMost: 1000 },
        },
      ];
    });
  } finally {
    await browser.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Random bytes, repeated: hashing takes the same time, and making it takes none. */
function makeFile(dir: string, sizeBytes: number): string {
  const path = join(dir, 'file.bin');
  const block = Buffer.allocUnsafe(MIB).map((_, i) => (i * 2_654_435_761) >> 13);
  const handle = openSync(path, 'w');
  for (let at = 0; at < sizeBytes; at += MIB) writeSync(handle, block);
  closeSync(handle);
  return path;
}

/**
 * Processor time of the page's process, which the worker shares, from the choice to the digests.
 */
async function pageSeconds(browser: Browser, url: string, file: string): Promise<number> {
  await using opened = await openPage(browser, `${url}/verify`);
  const { page } = opened;
  const pid = await rendererOf(page);
  const before = cpuSeconds(pid);
  await page.setInputFiles('#files', file);
  await page.locator('#result .banner').first().waitFor({ timeout: 600_000 });
  return cpuSeconds(pid) - before;
}

/** The same of a worker that does nothing but hash one buffer again and again. */
async function bareSeconds(browser: Browser, sizeBytes: number): Promise<number> {
  const { code } = await bundle('bench/bare-hashing.ts', { platform: 'browser', format: 'iife' });
  const script = Buffer.from(code).toString('utf8');
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>bare</title><main>bare</main>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await using opened = await openPage(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const { page } = opened;
    const pid = await rendererOf(page);
    const before = cpuSeconds(pid);
    await page.evaluate(
      async ([source, bytes]) => {
        const scope = globalThis as unknown as {
          Worker: new (address: string) => EventTarget & { postMessage(message: unknown): void };
        };
        const worker = new scope.Worker(URL.createObjectURL(new Blob([source])));
        await new Promise<void>((resolve) => {
          worker.addEventListener('message', () => resolve());
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
          worker.postMessage(bytes);
        });
      },
      [script, sizeBytes] as const,
    );
    return cpuSeconds(pid) - before;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function firstLoadMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const startedMs = performance.now();
    await page.goto(`${url}/verify`, { waitUntil: 'commit' });
    await page.locator('#typed').fill('a');
    await page.locator('#typed-note').filter({ hasText: /\S/ }).waitFor();
    return performance.now() - startedMs;
  } finally {
    await context.close();
  }
}

/** The busiest process of a renderer is that of the page, once it has been kept busy. */
async function rendererOf(page: Page): Promise<number> {
  const renderers = () =>
    readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes('--type=renderer'));
  const before = new Map(renderers().map((pid) => [pid, cpuSeconds(Number(pid))]));
  await page.evaluate(() => {
    const endMs = performance.now() + 500;
    while (performance.now() < endMs);
  });
  const used = (pid: string) => cpuSeconds(Number(pid)) - (before.get(pid) ?? 0);
  return Number(renderers().toSorted((a, b) => used(b) - used(a))[0]);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** User and system time of a process; the kernel counts in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
