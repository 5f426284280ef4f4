import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evl } from '../cli/evl.ts';
import { ORIGIN } from '../oracle/ledger.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf } from '../oracle/witness.ts';
import { startWitness } from '../oracle/witness-server.ts';
import { servePages } from './fake-service.ts';
import { court, entries, fork, noteOf, notary, nowSeconds, rootOf, WatchedLog, WITNESS_PATH } from './watched-log.ts';

/** What an audit and a watch find out from the witnesses of a log. */

let log: WatchedLog;
beforeEach(async () => {
  log = await WatchedLog.start();
});
afterEach(async () => log.close());

test('judges cosignatures: all present, one silent, too few, all stale, one forged [M77 M84]', async () => {
  const trust = await log.writeTrust(1);
  log.publish(entries, 650, { w0: nowSeconds(), w1: nowSeconds() });
  const watch = log.watch({ trust, maxAgeSeconds: 600 });
  await watch.waitForCheckpoint(650);
  expect(watch.lines[0]).toMatchObject({ verdict: 'ok', problems: [] });
  log.publish(entries, 660, { w0: nowSeconds() });
  await watch.waitForCheckpoint(660);
  expect(watch.lines[1], 'the other witness cosigned a moment ago').toMatchObject({ verdict: 'ok' });
  await watch.end();

  await rm(log.state);
  log.publish(entries, 670, { w0: nowSeconds(), w1: nowSeconds() - 700 });
  const silent = log.watch({ trust, maxAgeSeconds: 600 });
  await silent.waitForMessage(/witness-silent: .*\n +at witness w1/);
  expect(silent.stderr).not.toContain('at witness w0');
  log.publish(entries, 680, { w0: nowSeconds() - 800, w1: nowSeconds() - 700 });
  await silent.waitForMessage('checkpoint-stale');
  log.publish(entries, 690);
  await silent.waitForMessage('too-few-cosignatures');
  expect(log.remembered.size, 'log and chain are in order').toBe('690');
  log.publish(entries, 691, { w0: nowSeconds(), w1: nowSeconds() });
  await silent.waitForMessage('resolved: too-few-cosignatures');
  await silent.waitForMessage('resolved: witness-silent');
  log.publish(entries, 692, { w0: nowSeconds(), w1: nowSeconds() });
  const note = log.pages.get('log/checkpoint') as string;
  const other = cosignatureLine(court, checkpointText(ORIGIN, 1, rootOf(entries, 1)), nowSeconds());
  log.pages.set('log/checkpoint', note.replace(/— court\.example .*\n/, other));
  await silent.waitForMessage('ALARM: cosignature-wrong');
  expect(await silent.end()).toBe('contradiction');
  expect(log.remembered.size).toBe('691');
});

test('learns the size from a witness that shows no checkpoint: a log that was rolled back is not in order', async () => {
  const trust = await log.writeTrust(2);
  const args = ['audit', '--json', '--url', log.service.url, '--rpc', log.rpcUrl, '--trust', trust];
  log.publish(entries, 680, { w0: nowSeconds(), w1: nowSeconds() });
  expect((await evl(args)).exit).toBe(0);
  // log and chain are put back together, and another tree is signed over the same sizes
  log.witnessPages.w0.set('add-checkpoint', '690\n');
  const ahead = await evl(args);
  expect(ahead.exit).toBe(6);
  expect(JSON.parse(ahead.stdout)).toMatchObject({
    ok: false,
    problems: [{ code: 'witness-ahead', where: 'witness w0', expected: '>= 690', found: '680' }],
  });
});

test.each([
  ['a smaller size of another tree', fork, 640],
  ['another tree of the same size', fork, 650],
])('a witness that shows nothing and remembers %s: not in order', async (_, list, size) => {
  await using witness = await startWitness(court, log.vkey);
  witness.misbehave = ({ method }) => (method === 'GET' ? { status: 404 } : undefined);
  const remember = async (of: readonly Buffer[], at: number) => {
    const body = `old 0\n\n${noteOf(of, at)}`;
    expect((await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })).status).toBe(200);
  };
  const policy = `witness w0 ${court.vkey} ${witness.url}\nquorum none\n`;
  const trust = join(log.folder, 'asking.json');
  await writeFile(trust, log.trustText(policy));
  const args = ['audit', '--json', '--url', log.service.url, '--rpc', log.rpcUrl, '--trust', trust];
  log.publish(entries, 650);
  expect((await evl(args)).exit, 'one without memory').toBe(0);
  expect(witness.logs.size, 'is not made to remember').toBe(0);

  await remember(entries, 640);
  expect((await evl(args)).exit).toBe(0);
  expect(witness.logs.get(ORIGIN)!.size, 'it was proven to it that the log extends its tree').toBe(650);

  witness.logs.clear();
  await remember(list, size);
  const audited = await evl(args);
  expect([audited.exit, JSON.parse(audited.stdout)]).toMatchObject([
    6,
    { problems: [{ code: 'witness-disagrees', where: 'witness w0' }] },
  ]);
});

test('reports a witness that cosigned the checkpoint and states no size', async () => {
  const trust = await log.writeTrust(2);
  const args = ['audit', '--json', '--url', log.service.url, '--rpc', log.rpcUrl, '--trust', trust];
  log.publish(entries, 680, { w0: nowSeconds(), w1: nowSeconds() });
  log.witnessPages.w1.clear();
  const { exit, stdout } = await evl(args);
  expect(exit).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'witness-shows-nothing', where: 'witness w1' }] });
});

test('counts a witness that never cosigns as silent from the start of the watch', async () => {
  log.publish(entries, 650, { w0: nowSeconds() + 60 });
  const watch = log.watch({ trust: await log.writeTrust(1), maxAgeSeconds: 600 });
  await watch.pass();
  watch.advance(601);
  await watch.waitForMessage(/witness-silent: .*\n +at witness w1/);
  expect(await watch.end()).toBe('unknown');
});

test('finds a split view: a witness has another log of the same key [M78 M84]', async () => {
  const trust = await log.writeTrust(1);
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  log.publish(entries, 650, at);
  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 600));
  log.witnessPages.w1.set(WITNESS_PATH, noteOf(fork, 640));
  const watch = log.watch({ trust });
  await watch.waitForMessage(/ALARM: log-forked: .*\n +at witness w1, size 640/);
  await watch.waitForMessage('evidence-1.json');
  expect(await watch.end()).toBe('contradiction');
  const { witnessCheckpoints, checkpoint, consistency } = log.evidence(1);
  expect(witnessCheckpoints).toContainEqual({ witness: 'w1', checkpoint: noteOf(fork, 640) });
  expect(checkpoint).toBe(log.pages.get('log/checkpoint'));
  expect(consistency).toMatchObject([{ oldSize: '640', oldRoot: rootOf(entries, 640).toString('base64') }]);
  expect(log.evidence(1).trust.chain.rpcUrls, 'addresses may hold access keys').toEqual([]);
  expect(existsSync(log.state)).toBe(false);

  const args = ['audit', '--json', '--url', log.service.url, '--rpc', log.rpcUrl, '--trust', trust];
  expect((await evl(args)).exit, 'a single audit finds it too').toBe(5);
  log.witnessPages.w1.set(WITNESS_PATH, noteOf(entries, 640));
  expect((await evl(args)).exit).toBe(0);
  log.witnessPages.w1.set(WITNESS_PATH, signedNote(checkpointText(ORIGIN, 640, rootOf(fork, 640)), testKey(ORIGIN, 2)));
  expect(await evl(args)).toMatchObject({ exit: 6, stdout: expect.stringContaining('witness-answer-wrong') });
});

test('neither the audited service nor a witness chooses which addresses the auditor contacts', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  log.publish(entries, 650, at);
  const trust = await log.writeTrust(1);
  log.pages.set('trust.json', readFileSync(trust, 'utf8'));
  log.witnessPages.w1.set(WITNESS_PATH, noteOf(fork, 640));
  const args = ['audit', '--json', '--url', log.service.url, '--rpc', log.rpcUrl];
  expect((await evl(args)).exit, 'the policy is from the service: no witness is contacted').toBe(0);
  expect((await evl([...args, '--trust', trust])).exit).toBe(5);

  log.witnessPages.w1.clear();
  const elsewhere: string[] = [];
  const target = await servePages(new Map([[WITNESS_PATH, noteOf(entries, 640)]]), elsewhere);
  const redirecting = createServer((_, response) => {
    response.writeHead(302, { location: `${target.url}/${WITNESS_PATH}` }).end();
  });
  await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
  try {
    const witnessAt = async (url: string) => {
      const policy = policyOf(1, court, notary).replace(court.vkey, `${court.vkey} ${url}`);
      await writeFile(trust, log.trustText(policy));
      return evl([...args, '--trust', trust]);
    };
    const redirected = await witnessAt(`http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`);
    expect(redirected).toMatchObject({ exit: 6, stdout: expect.stringContaining('witness-answer-wrong') });
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
    expect(elsewhere).toEqual([WITNESS_PATH]);
  } finally {
    redirecting.closeAllConnections();
    redirecting.close();
    await target.close();
  }
});

test('compares a second view that stays behind the witness as soon as it reaches that size', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  log.chain.anchors.length = 2; // else the chain contradicts as well
  log.publish(fork, 450, at);
  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 500));
  const watch = log.watch({ trust: await log.writeTrust(1) });
  await watch.waitForMessage('WARNING: witness-ahead');
  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 600));
  log.publish(fork, 550, at);
  await watch.waitForMessage(/ALARM: log-forked: .*\n +at witness w0, size 500/);
  await watch.waitForMessage('evidence-1.json');
  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 700));
  log.publish(fork, 650, at);
  await watch.waitForCheckpoint(650);
  expect(watch.stderr, 'a fork stays one as it grows').not.toContain('resolved: log-forked');
  expect(await watch.end()).toBe('contradiction');
  expect(log.evidence(1).witnessCheckpoints).toContainEqual({ witness: 'w0', checkpoint: noteOf(entries, 500) });
  expect(log.evidence(1).consistency).toMatchObject([
    { oldSize: '500', oldRoot: rootOf(fork, 500).toString('base64') },
  ]);
  expect(log.remembered.size).toBe('450');
});

test('reports a checkpoint as withheld when a witness stays ahead', async () => {
  const at = { w0: nowSeconds(), w1: nowSeconds() };
  log.publish(entries, 650, at);
  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 700));
  const watch = log.watch({ trust: await log.writeTrust(1), maxAgeSeconds: 3600 });
  await watch.waitForMessage('WARNING: witness-ahead');
  log.publish(entries, 710, at);
  await watch.waitForMessage('resolved: witness-ahead');
  await watch.waitForCheckpoint(710);
  expect(await watch.end()).toBe('ok');

  log.witnessPages.w0.set(WITNESS_PATH, noteOf(entries, 750));
  const second = log.watch({ trust: await log.writeTrust(1), maxAgeSeconds: 30 });
  await second.waitForMessage('WARNING: witness-ahead');
  expect(second.stderr).not.toContain('ALARM');
  second.advance(31);
  await second.waitForMessage(/ALARM: log-rolled-back: .*\n +at witness w0/);
  await second.waitForMessage('evidence-1.json');
  expect(await second.end()).toBe('contradiction');
  expect(log.evidence(1).witnessCheckpoints).toEqual([{ witness: 'w0', checkpoint: noteOf(entries, 750) }]);
});
