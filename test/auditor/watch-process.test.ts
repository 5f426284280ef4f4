import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { ORIGIN } from '../oracle/ledger.ts';
import { WatchProcess } from './watch-process.ts';
import { entries, logId, rootOf, WatchedLog } from './watched-log.ts';

/** `evl audit --watch` as a process: restarts, signals, exit codes, webhook and metrics. */

let log: WatchedLog;
const running: WatchProcess[] = [];

beforeEach(async () => {
  log = await WatchedLog.start();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.end('SIGKILL');
  await log.close();
});

function watch(...args: string[]): WatchProcess {
  const started = new WatchProcess([...log.args, '--state', log.state, ...args]);
  running.push(started);
  return started;
}

test('prints one line per checkpoint, and continues from the state after kill -9 without reading it again', async () => {
  const before = watch();
  await before.waitForCheckpoint(650);
  expect(before.lines).toMatchObject([{ size: '650', anchored: '600', verdict: 'ok', problems: [] }]);
  log.publish(entries, 700);
  await before.waitForCheckpoint(700);
  expect(await before.end('SIGKILL')).toBe('SIGKILL');
  expect(log.remembered.size).toBe('700');

  log.requests.length = 0;
  const after = watch();
  await after.waitForMessage('resuming after 700 remembered entries');
  log.publish(entries, 800);
  log.chain.anchor(logId, 690n, rootOf(entries, 690)); // of a size between two checkpoints
  log.chain.anchor(logId, 750n, rootOf(entries, 750));
  await after.waitForCheckpoint(800);
  expect(after.lines.at(-1)).toMatchObject({ size: '800', anchored: '750', verdict: 'ok', problems: [] });
  const read = log.requests.filter((path) => path.startsWith('log/tile/entries'));
  expect(new Set(read)).toEqual(new Set(['log/tile/entries/002', 'log/tile/entries/003.p/32']));
  expect(await after.end('SIGINT')).toBe(0);
  expect(log.remembered.size).toBe('800');
  expect(after.stderr).toContain('watch ended: log and chain are in order');
});

test('ends at a signal without waiting for a node or a service that does not answer', async () => {
  let onRequest = () => {};
  const silent = createServer(() => onRequest());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  try {
    for (const args of [
      ['--rpc', url],
      ['--url', url],
    ]) {
      const isAsked = new Promise<void>((resolve) => (onRequest = resolve));
      const process = watch('--trust', await log.writeTrust(1), ...args);
      await isAsked;
      expect(await process.end()).toBe(6);
      // A request that had come to its timeout would be reported.
      expect([process.lines, process.stderr]).toEqual([[], expect.not.stringContaining('WARNING')]);
    }
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});

test('posts each change to the webhook, also after a failure, follows no redirection, and serves metrics', async () => {
  const posted: Record<string, unknown>[] = [];
  const statuses = [500, 302, 204];
  const hook: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const status = request.url === '/hook' ? (statuses.shift() ?? 204) : 200;
      if (status < 300) posted.push({ ...(JSON.parse(body) as object), path: request.url });
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    const process = watch('--webhook', url, '--metrics', '0');
    await process.waitForCheckpoint(650);
    log.publish(entries, 620);
    await process.waitForMessage('ALARM: log-rolled-back');
    await process.waitForMessage('a notification could not be delivered (HTTP 500)');
    await process.waitForMessage('a notification could not be delivered (HTTP 302)');
    const address = /metrics at (\S+)/.exec(process.stderr)![1]!;
    const metrics = await (await fetch(address)).text();
    expect(metrics).toContain('evl_watch_alarms{code="log-rolled-back",kind="contradiction"} 1');
    expect(metrics, 'before the first alarm too').toContain('evl_watch_alarms{code="none",kind="unknown"} 0');
    expect(metrics).toMatch(/evl_watch_log_size 620/);
    expect(metrics).toMatch(/evl_watch_passes_total\{outcome="ok"\} [1-9]/);
    expect((await fetch(new URL('/', address))).status).toBe(404);
    log.publish(entries, 660);
    await process.waitForMessage('resolved: log-rolled-back');
    expect(await process.end()).toBe(5);
    // a pass may also meet the moment in which the pages are replaced
    expect(posted.filter(({ code }) => code === 'log-rolled-back')).toMatchObject([
      {
        path: '/hook',
        origin: ORIGIN,
        code: 'log-rolled-back',
        kind: 'contradiction',
        where: 'checkpoint',
        expected: '>= 650',
        found: '620',
        size: '620',
      },
      { path: '/hook', code: 'log-rolled-back', kind: 'over', size: '660' },
    ]);
    expect(posted[0]!['message']).toContain('shorter');
  } finally {
    hook.closeAllConnections();
    hook.close();
  }
});

test('exit 2 for wrong usage, 6 for a damaged state, which stays', async () => {
  const watchOnce = (...args: string[]) => evl(['audit', '--watch', '--json', ...log.args, ...args]);
  expect(await watchOnce()).toMatchObject({ exit: 2, stdout: expect.stringContaining('watch-needs-state') });
  const single = await evl(['audit', '--json', '--interval', '5']);
  expect(single).toMatchObject({ exit: 2, stdout: expect.stringContaining('watch-only') });
  for (const wrong of [
    ['--interval', '0'],
    ['--max-age', 'x'],
    ['--metrics', 'nowhere'],
    ['--webhook', 'ftp://x'],
  ]) {
    expect([wrong, (await watchOnce('--state', log.state, ...wrong)).exit]).toEqual([wrong, 2]);
  }
  await writeFile(log.state, '{}');
  const damaged = await watchOnce('--state', log.state);
  expect(damaged).toMatchObject({ exit: 6, stdout: expect.stringContaining('state-unreadable') });
  expect(await readFile(log.state, 'utf8')).toBe('{}');
});
