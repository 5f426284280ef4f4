import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consistencyRanges, verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { OPERATOR, ORIGIN, trustJson } from '../oracle/ledger.ts';
import { mth, sha256 } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';
import { evl } from '../cli/evl.ts';
import { serveChain, servePages, type TestServer } from './fake-service.ts';
import { recordEntries, servedLog } from './served-log.ts';
import { WatchProcess } from './watch-process.ts';

/**
 * `evl audit --watch` as a process, against a service, witnesses and a chain node that listen and
 * are switched while it looks.
 */

const key = testKey(ORIGIN, 1);
const logId = logIdOf(OPERATOR, key.vkey);
const [court, notary] = [testWitness('court.example', 7), testWitness('notary.example', 8)];
const entries = recordEntries(900);
const fork = [...entries.slice(0, 400), ...recordEntries(500)];
const pages = new Map<string, Uint8Array | string>();
const asked: string[] = [];
/** What each witness keeps for everybody. */
const kept = { w0: new Map<string, string>(), w1: new Map<string, string>() };
const monitored = `${sha256(ORIGIN).toString('hex')}/checkpoint`;
let chain: FakeChain;
let folder: string;
let state: string;
let [service, node, first, second]: TestServer[] = [];
const running: WatchProcess[] = [];

beforeEach(async () => {
  chain = new FakeChain();
  chain.mine(3);
  for (const size of [3, 300, 600]) chain.anchor(logId, BigInt(size), root(entries, size));
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  state = join(folder, 'audit.state');
  for (const notes of Object.values(kept)) notes.clear();
  service = await servePages(pages, asked);
  node = await serveChain(chain);
  [first, second] = [await servePages(kept.w0), await servePages(kept.w1)];
  publish(entries, 650);
});

afterEach(async () => {
  for (const one of running.splice(0)) await one.end('SIGKILL');
  for (const server of [service, node, first, second]) await server!.close();
  await rm(folder, { recursive: true });
});

const root = (list: readonly Buffer[], size: number) => mth(list.slice(0, size));
const nowSeconds = () => Math.floor(Date.now() / 1000);
const noteOf = (list: readonly Buffer[], size: number) =>
  signedNote(checkpointText(ORIGIN, size, root(list, size)), key);

/**
 * Serves a log of the first `size` of these entries, and nothing of an earlier one. Its checkpoint
 * may be cosigned at these times.
 */
function publish(list: readonly Buffer[], size: number, cosigned: Readonly<{ w0?: number; w1?: number }> = {}): void {
  pages.clear();
  for (const [path, page] of servedLog(list.slice(0, size))) pages.set(`log/${path}`, page);
  const text = checkpointText(ORIGIN, size, root(list, size));
  const lines = [
    ...(cosigned.w0 === undefined ? [] : [cosignatureLine(court, text, cosigned.w0)]),
    ...(cosigned.w1 === undefined ? [] : [cosignatureLine(notary, text, cosigned.w1)]),
  ];
  pages.set('log/checkpoint', noteOf(list, size) + lines.join(''));
  pages.set('trust.json', trustText());
}

function trustText(witnessPolicy?: string): string {
  const trust = trustJson({ key, logId, chain, records: [], entries, fileBytes: Buffer.alloc(0) });
  trust.chain.rpcUrls = ['http://127.0.0.1:1/access-key'];
  return JSON.stringify(witnessPolicy === undefined ? trust : { ...trust, witnessPolicy });
}

/** A trust file that demands `k` of the two witnesses, with their addresses. */
async function witnessedTrust(k: number): Promise<string> {
  const policy = policyOf(k, court, notary)
    .replace(court.vkey, `${court.vkey} ${first!.url}`)
    .replace(notary.vkey, `${notary.vkey} ${second!.url}/`);
  const path = join(folder, 'trust.json');
  await writeFile(path, trustText(policy));
  return path;
}

function watch(...args: string[]): WatchProcess {
  const started = new WatchProcess(['--url', service!.url, '--rpc', node!.url, '--state', state, ...args]);
  running.push(started);
  return started;
}

const evidence = (n: number) => JSON.parse(readFileSync(`${state}.evidence-${n}.json`, 'utf8')) as Evidence;
interface Evidence {
  readonly problems: readonly { readonly code: string }[];
  readonly rememberedCheckpoint: string | null;
  readonly checkpoint: string | null;
  readonly otherCheckpoint: string | null;
  readonly trust: { readonly chain: { readonly rpcUrls: readonly string[] } };
  readonly witnessCheckpoints: readonly { readonly witness: string; readonly checkpoint: string }[];
  readonly consistency: readonly {
    readonly oldSize: string;
    readonly oldRoot: string;
    readonly newSize: string;
    readonly newRoot: string;
    readonly proof: readonly string[];
  }[];
  readonly anchors: readonly { readonly size: string }[];
}
const remembered = () => JSON.parse(readFileSync(state, 'utf8')) as { size: string; checkpoint: string };

test('one line a checkpoint; what is remembered goes on, across kill -9 too, without reading it again', async () => {
  const before = watch();
  await before.tells(650);
  expect(before.lines).toMatchObject([{ size: '650', anchored: '600', verdict: 'ok', problems: [] }]);
  publish(entries, 700);
  await before.tells(700);
  expect(await before.end('SIGKILL')).toBe('SIGKILL');
  expect(remembered().size).toBe('700');

  asked.length = 0;
  const after = watch();
  await after.says('resuming after 700 remembered entries');
  publish(entries, 800);
  chain.anchor(logId, 690n, root(entries, 690)); // of a size between two checkpoints
  chain.anchor(logId, 750n, root(entries, 750));
  await after.tells(800);
  expect(after.lines.at(-1)).toMatchObject({ size: '800', anchored: '750', verdict: 'ok', problems: [] });
  const read = asked.filter((path) => path.startsWith('log/tile/entries'));
  expect(new Set(read)).toEqual(new Set(['log/tile/entries/002', 'log/tile/entries/003.p/32']));
  expect(await after.end()).toBe(0);
  expect(remembered().size).toBe('800');
  expect(after.stderr).toContain('watch ended: log and chain are in order');
});

test('an anchor of an earlier size that the log never had is found, though the log is not read again', async () => {
  const process = watch();
  await process.tells(650);
  chain.anchor(logId, 640n, root(fork, 640));
  await process.says('anchor-root-differs');
  await process.says('evidence-1.json');
  expect(await process.end()).toBe(5);
  expect(evidence(1)).toMatchObject({ problems: [{ code: 'anchor-root-differs' }], checkpoint: noteOf(entries, 650) });
  expect(remembered().size).toBe('650');
});

test('a fork: told once, both notes and a proof kept, the memory stays, and it is told when it is over', async () => {
  const process = watch();
  await process.tells(650);
  chain.anchors.length = 2; // else the chain speaks too
  const [memory] = [remembered()];
  await rm(state);
  chain.anchor(logId, 390n, root(entries, 390));
  await process.end();

  const again = watch();
  await again.tells(650);
  publish(fork, 700);
  await again.says('log-forked');
  await again.says('evidence-1.json');
  const { rememberedCheckpoint, checkpoint, consistency } = evidence(1);
  expect([rememberedCheckpoint, checkpoint]).toEqual([memory.checkpoint, noteOf(fork, 700)]);
  const [proof] = consistency;
  expect(proof).toMatchObject({ oldSize: '650', oldRoot: root(fork, 650).toString('base64'), newSize: '700' });
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const check = (oldRoot: string) =>
    verifyConsistency(portableTreeHasher, 650n, 700n, bytes(oldRoot), bytes(proof!.newRoot), proof!.proof.map(bytes));
  expect(check(proof!.oldRoot)).toBe(true);
  expect(check(root(entries, 650).toString('base64')), 'the remembered root is not in that tree').toBe(false);
  expect(proof!.proof).toHaveLength(consistencyRanges(650n, 700n).length);
  expect(remembered().checkpoint).toBe(memory.checkpoint);

  await new Promise((resolve) => setTimeout(resolve, 2500)); // some passes more
  expect(again.stderr.match(/ALARM: log-forked/g)).toHaveLength(1);
  expect(existsSync(`${state}.evidence-2.json`)).toBe(false);
  publish(entries, 720);
  await again.says('resolved: log-forked');
  await again.tells(720);
  expect(await again.end('SIGINT'), 'it was seen').toBe(5);
});

test('a fork that is shown for one look stays an alarm, with both notes, and is not remembered', async () => {
  const views = [
    [entries, 650],
    [fork, 700],
    [entries, 700],
  ].map(([list, size]) => {
    publish(list as Buffer[], size as number);
    return new Map(pages);
  });
  let looks = 0;
  const turning = new (class extends Map<string, Uint8Array | string> {
    override get(path: string) {
      if (path === 'log/checkpoint') looks++;
      return views[Math.min(looks, views.length) - 1]?.get(path) ?? pages.get(path);
    }
  })();
  const liar = await servePages(turning);
  try {
    const process = new WatchProcess(['--url', liar.url, '--rpc', node!.url, '--state', state, '--interval', '2']);
    running.push(process);
    await process.says('ALARM: ');
    await process.says('evidence-1.json');
    expect(evidence(1)).toMatchObject({
      checkpoint: noteOf(fork, 700),
      otherCheckpoint: noteOf(entries, 700),
      rememberedCheckpoint: noteOf(entries, 650),
    });
    expect(evidence(1).problems).toContainEqual(expect.objectContaining({ kind: 'contradiction' }));
    expect(remembered().size).toBe('650');
    await process.says('resolved: ');
    expect(await process.end()).toBe(5);
  } finally {
    await liar.close();
  }
});

test('evidence that cannot be written is due until it can be; a second fork is another one', async () => {
  const place = join(folder, 'place');
  await mkdir(place);
  state = join(place, 'audit.state');
  chain.anchors.length = 2; // else the chain speaks too
  const process = watch();
  await process.tells(650);
  await rename(place, `${place}.away`);
  await writeFile(place, 'no folder');
  publish(fork, 700);
  await process.says('ALARM: log-forked');
  await process.says('WARNING: state-unwritable');
  publish(entries, 650);
  await process.says('resolved: log-forked');
  expect(process.stderr).not.toContain('resolved: state-unwritable');
  await rm(place);
  await rename(`${place}.away`, place);
  await process.says('resolved: state-unwritable');
  expect(evidence(1)).toMatchObject({ checkpoint: noteOf(fork, 700), rememberedCheckpoint: noteOf(entries, 650) });

  publish(fork, 710);
  await process.says('evidence-2.json');
  const otherFork = [...entries.slice(0, 350), ...recordEntries(500)];
  publish(otherFork, 720);
  await process.says('evidence-3.json');
  expect(await process.end()).toBe(5);
  expect(evidence(3).checkpoint).toBe(noteOf(otherFork, 720));
  expect(existsSync(`${state}.evidence-4.json`)).toBe(false);
});

test('a watch that is told to end does not wait for who says nothing', async () => {
  let heard = () => {};
  const silent = createServer(() => heard());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  try {
    for (const args of [
      ['--rpc', url],
      ['--url', url],
    ]) {
      const isAsked = new Promise<void>((resolve) => (heard = resolve));
      const process = watch('--trust', await witnessedTrust(1), ...args);
      await isAsked;
      const startMs = performance.now();
      expect(await process.end()).toBe(6);
      expect(performance.now() - startMs, 'requests have ten seconds').toBeLessThan(4000);
    }
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});

test('two checkpoints of one size: the evidence file has both [M78]', async () => {
  chain.anchors.length = 2;
  const process = watch();
  await process.tells(650);
  const { checkpoint: seen } = remembered();
  publish(fork, 650);
  await process.says('ALARM: log-forked');
  await process.says('evidence-1.json');
  expect(await process.end()).toBe(5);
  const { rememberedCheckpoint, checkpoint } = evidence(1);
  expect([rememberedCheckpoint, checkpoint]).toEqual([seen, noteOf(fork, 650)]);
  const sizeOf = (note: string | null) => note!.split('\n')[1];
  expect([sizeOf(rememberedCheckpoint), sizeOf(checkpoint)]).toEqual(['650', '650']);
  expect(checkpoint).not.toBe(rememberedCheckpoint);
});

test('a rollback, an anchor beyond the log, an anchor that has gone [M77]', async () => {
  const process = watch();
  await process.tells(650);
  publish(entries, 620);
  await process.says('ALARM: log-rolled-back');
  await process.says('evidence-1.json');
  publish(entries, 590);
  await process.says('ALARM: anchor-beyond-log');
  publish(entries, 660);
  await process.says('resolved: anchor-beyond-log');
  await process.says('resolved: log-rolled-back');
  chain.anchors.pop();
  await process.says('ALARM: anchor-missing');
  await process.says('evidence-3.json');
  expect(await process.end()).toBe(5);
  expect([1, 2, 3].map((n) => evidence(n).problems.map(({ code }) => code))).toEqual([
    ['log-rolled-back'],
    ['anchor-beyond-log', 'log-rolled-back'],
    ['anchor-missing'],
  ]);
  expect(remembered().size).toBe('660');
});

test('another contract, a service that is gone: 6, and each is over when it is', async () => {
  const process = watch();
  await process.tells(650);
  const { code } = chain;
  chain.code = '0x6000';
  await process.says('WARNING: other-code');
  chain.code = code;
  await process.says('resolved: other-code');
  await service!.close();
  await process.says('WARNING: service-unreachable');
  expect(await process.end()).toBe(6);
  service = await servePages(pages, asked);
});

test('nothing new is anchored for long: overdue, until it is', async () => {
  const process = watch('--max-age', '1');
  await process.tells(650);
  await process.says(/anchor-overdue: .*\n +at chain, size 600/);
  chain.anchor(logId, 650n, root(entries, 650));
  await process.says('resolved: anchor-overdue');
  expect(await process.end()).toBe(0);
});

test('witnesses: all there, one silent, too few, all stale, a false line [M77 M84]', async () => {
  const trust = await witnessedTrust(1);
  publish(entries, 650, { w0: nowSeconds(), w1: nowSeconds() });
  const process = watch('--trust', trust, '--max-age', '600');
  await process.tells(650);
  expect(process.lines[0]).toMatchObject({ verdict: 'ok', problems: [] });
  publish(entries, 660, { w0: nowSeconds() });
  await process.tells(660);
  expect(process.lines[1], 'a witness that was there a moment ago').toMatchObject({ verdict: 'ok' });
  await process.end();

  await rm(state);
  publish(entries, 670, { w0: nowSeconds(), w1: nowSeconds() - 700 });
  const silent = watch('--trust', trust, '--max-age', '600');
  await silent.says(/witness-silent: .*\n +at witness w1/);
  expect(silent.stderr).not.toContain('at witness w0');
  publish(entries, 680, { w0: nowSeconds() - 800, w1: nowSeconds() - 700 });
  await silent.says('checkpoint-stale');
  publish(entries, 690);
  await silent.says('too-few-cosignatures');
  expect(remembered().size, 'log and chain are in order all the while').toBe('690');
  publish(entries, 691, { w0: nowSeconds(), w1: nowSeconds() });
  await silent.says('resolved: too-few-cosignatures');
  await silent.says('resolved: witness-silent');
  publish(entries, 692, { w0: nowSeconds(), w1: nowSeconds() });
  const note = pages.get('log/checkpoint') as string;
  const other = cosignatureLine(court, checkpointText(ORIGIN, 1, root(entries, 1)), nowSeconds());
  pages.set('log/checkpoint', note.replace(/— court\.example .*\n/, other));
  await silent.says('ALARM: cosignature-wrong');
  expect(await silent.end()).toBe(5);
  expect(remembered().size).toBe('691');
});

test('a witness that never cosigns is silent from the beginning of the watch', async () => {
  publish(entries, 650, { w0: nowSeconds() + 60 });
  const process = watch('--trust', await witnessedTrust(1), '--max-age', '2');
  await process.says(/witness-silent: .*\n +at witness w1/);
  expect(await process.end()).toBe(6);
});

test('a split view: a witness was shown another log under the same key [M78 M84]', async () => {
  const trust = await witnessedTrust(1);
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  publish(entries, 650, at);
  kept.w0.set(monitored, noteOf(entries, 600));
  kept.w1.set(monitored, noteOf(fork, 640));
  const process = watch('--trust', trust);
  await process.says(/ALARM: log-forked: .*\n +at witness w1, size 640/);
  await process.says('evidence-1.json');
  expect(await process.end()).toBe(5);
  const { witnessCheckpoints, checkpoint, consistency } = evidence(1);
  expect(witnessCheckpoints).toContainEqual({ witness: 'w1', checkpoint: noteOf(fork, 640) });
  expect(checkpoint).toBe(pages.get('log/checkpoint'));
  expect(consistency).toMatchObject([{ oldSize: '640', oldRoot: root(entries, 640).toString('base64') }]);
  expect(evidence(1).trust.chain.rpcUrls, 'addresses may hold access keys').toEqual([]);
  expect(existsSync(state)).toBe(false);

  const args = ['audit', '--json', '--url', service!.url, '--rpc', node!.url, '--trust', trust];
  expect((await evl(args)).exit, 'a single audit sees it too').toBe(5);
  kept.w1.set(monitored, noteOf(entries, 640));
  expect((await evl(args)).exit).toBe(0);
  kept.w1.set(monitored, signedNote(checkpointText(ORIGIN, 640, root(fork, 640)), testKey(ORIGIN, 2)));
  expect(await evl(args)).toMatchObject({ exit: 6, stdout: expect.stringContaining('witness-answer-wrong') });
});

test('whoever is audited does not choose to whom the auditor speaks, nor does a witness', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  publish(entries, 650, at);
  const trust = await witnessedTrust(1);
  pages.set('trust.json', readFileSync(trust, 'utf8'));
  kept.w1.set(monitored, noteOf(fork, 640));
  const args = ['audit', '--json', '--url', service!.url, '--rpc', node!.url];
  expect((await evl(args)).exit, 'the policy of the service: nobody is asked').toBe(0);
  expect((await evl([...args, '--trust', trust])).exit).toBe(5);

  kept.w1.clear();
  const elsewhere: string[] = [];
  const target = await servePages(new Map([[monitored, noteOf(entries, 640)]]), elsewhere);
  const turning = createServer((_, response) => {
    response.writeHead(302, { location: `${target.url}/${monitored}` }).end();
  });
  await new Promise<void>((resolve) => turning.listen(0, '127.0.0.1', resolve));
  try {
    const witnessAt = async (url: string) => {
      const policy = policyOf(1, court, notary).replace(court.vkey, `${court.vkey} ${url}`);
      await writeFile(trust, trustText(policy));
      return evl([...args, '--trust', trust]);
    };
    const turned = await witnessAt(`http://127.0.0.1:${(turning.address() as AddressInfo).port}`);
    expect(turned).toMatchObject({ exit: 6, stdout: expect.stringContaining('witness-answer-wrong') });
    for (const url of [
      `${target.url}/?x=`,
      `${target.url}/#x`,
      target.url.replace('//', '//user:word@'),
      'file:///x',
    ]) {
      const refused = expect.stringContaining('witness-unreachable');
      expect(await witnessAt(url), url).toMatchObject({ exit: 6, stdout: refused });
    }
    expect(elsewhere).toEqual([]);
    expect((await witnessAt(target.url)).exit).toBe(0);
    expect(elsewhere).toEqual([monitored]);
  } finally {
    turning.closeAllConnections();
    turning.close();
    await target.close();
  }
});

test('a second view that stays a little behind the witness is compared as soon as it can be', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  chain.anchors.length = 2; // else the chain speaks too
  publish(fork, 450, at);
  kept.w0.set(monitored, noteOf(entries, 500));
  const process = watch('--trust', await witnessedTrust(1));
  await process.says('WARNING: witness-ahead');
  kept.w0.set(monitored, noteOf(entries, 600));
  publish(fork, 550, at);
  await process.says(/ALARM: log-forked: .*\n +at witness w0, size 500/);
  await process.says('evidence-1.json');
  kept.w0.set(monitored, noteOf(entries, 700));
  publish(fork, 650, at);
  await process.tells(650);
  expect(process.stderr, 'a fork does not heal as it grows').not.toContain('resolved: log-forked');
  expect(await process.end()).toBe(5);
  expect(evidence(1).witnessCheckpoints).toContainEqual({ witness: 'w0', checkpoint: noteOf(entries, 500) });
  expect(evidence(1).consistency).toMatchObject([{ oldSize: '500', oldRoot: root(fork, 500).toString('base64') }]);
  expect(remembered().size).toBe('450');
});

test('a witness that is ahead for long: what it was shown is withheld from us', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  publish(entries, 650, at);
  kept.w0.set(monitored, noteOf(entries, 700));
  const process = watch('--trust', await witnessedTrust(1), '--max-age', '3600');
  await process.says('WARNING: witness-ahead');
  publish(entries, 710, at);
  await process.says('resolved: witness-ahead');
  await process.tells(710);
  expect(await process.end()).toBe(0);

  kept.w0.set(monitored, noteOf(entries, 750));
  const short = watch('--trust', await witnessedTrust(1), '--max-age', '3');
  await short.says(/ALARM: log-rolled-back: .*\n +at witness w0/);
  await short.says('evidence-1.json');
  expect(await short.end()).toBe(5);
  expect(evidence(1).witnessCheckpoints).toEqual([{ witness: 'w0', checkpoint: noteOf(entries, 750) }]);
});

test('the webhook gets each alarm, also after it failed; redirections are not followed; metrics say the same', async () => {
  const got: Record<string, unknown>[] = [];
  const answers = [500, 302, 204];
  const hook: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const status = request.url === '/hook' ? (answers.shift() ?? 204) : 200;
      if (status < 300) got.push({ ...(JSON.parse(body) as object), path: request.url });
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    const process = watch('--webhook', url, '--metrics', '0');
    await process.tells(650);
    publish(entries, 620);
    await process.says('ALARM: log-rolled-back');
    await process.says('a notification could not be delivered (HTTP 500)');
    await process.says('a notification could not be delivered (HTTP 302)');
    const place = /metrics at (\S+)/.exec(process.stderr)![1]!;
    const metrics = await (await fetch(place)).text();
    expect(metrics).toContain('evl_watch_alarms{code="log-rolled-back",kind="contradiction"} 1');
    expect(metrics).toMatch(/evl_watch_log_size 620/);
    expect(metrics).toMatch(/evl_watch_passes_total\{outcome="ok"\} [1-9]/);
    expect((await fetch(new URL('/', place))).status).toBe(404);
    publish(entries, 660);
    await process.says('resolved: log-rolled-back');
    expect(await process.end()).toBe(5);
    expect(got).toMatchObject([
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
    expect(got[0]!['message']).toContain('shorter');
  } finally {
    hook.closeAllConnections();
    hook.close();
  }
});

test('wrong usage: 2; a damaged memory: 6, and it stays', async () => {
  const without = new WatchProcess(['--url', service!.url]);
  expect([await without.ended(), without.stdout]).toEqual([2, expect.stringContaining('watch-needs-state')]);
  const alone = await evl(['audit', '--json', '--interval', '5']);
  expect(alone).toMatchObject({ exit: 2, stdout: expect.stringContaining('watch-only') });
  for (const wrong of [
    ['--interval', '0'],
    ['--max-age', 'x'],
    ['--metrics', 'nowhere'],
    ['--webhook', 'ftp://x'],
  ]) {
    const process = watch(...wrong);
    expect([wrong, await process.ended()]).toEqual([wrong, 2]);
  }
  await writeFile(state, '{}');
  const damaged = watch();
  expect([await damaged.ended(), damaged.stdout]).toEqual([6, expect.stringContaining('state-unreadable')]);
  expect(await readFile(state, 'utf8')).toBe('{}');
});
