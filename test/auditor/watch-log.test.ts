import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consistencyRanges, verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { servePages } from './fake-service.ts';
import { recordEntries } from './served-log.ts';
import { entries, fork, logId, noteOf, rootOf, WatchedLog } from './watched-log.ts';

/** What a watch finds in a log, its anchors and its service that change between two passes. */

let log: WatchedLog;
beforeEach(async () => {
  log = await WatchedLog.start();
});
afterEach(async () => log.close());

test('finds an anchor with another root at an earlier size, though the log is not read again', async () => {
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  log.chain.anchor(logId, 640n, rootOf(fork, 640));
  await watch.waitForMessage('anchor-root-differs');
  await watch.waitForMessage('evidence-1.json');
  expect(await watch.end()).toBe('contradiction');
  expect(log.evidence(1)).toMatchObject({
    problems: [{ code: 'anchor-root-differs' }],
    checkpoint: noteOf(entries, 650),
  });
  expect(log.remembered.size).toBe('650');
});

test('reports a fork once, keeps both notes and a proof, keeps the state, and reports when it is resolved', async () => {
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  log.chain.anchors.length = 2; // else the chain contradicts as well
  const memory = log.remembered;
  await rm(log.state);
  log.chain.anchor(logId, 390n, rootOf(entries, 390));
  await watch.end();

  const again = log.watch();
  await again.waitForCheckpoint(650);
  log.publish(fork, 700);
  await again.waitForMessage('log-forked');
  await again.waitForMessage('evidence-1.json');
  const { rememberedCheckpoint, checkpoint, consistency } = log.evidence(1);
  expect([rememberedCheckpoint, checkpoint]).toEqual([memory.checkpoint, noteOf(fork, 700)]);
  const [proof] = consistency;
  expect(proof).toMatchObject({ oldSize: '650', oldRoot: rootOf(fork, 650).toString('base64'), newSize: '700' });
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const check = (oldRoot: string) =>
    verifyConsistency(portableTreeHasher, 650n, 700n, bytes(oldRoot), bytes(proof!.newRoot), proof!.proof.map(bytes));
  expect(check(proof!.oldRoot)).toBe(true);
  expect(check(rootOf(entries, 650).toString('base64')), 'the remembered root is not in that tree').toBe(false);
  expect(proof!.proof).toHaveLength(consistencyRanges(650n, 700n).length);
  expect(log.remembered.checkpoint).toBe(memory.checkpoint);

  await again.pass();
  await again.pass();
  expect(again.stderr.match(/ALARM: log-forked/g)).toHaveLength(1);
  expect(existsSync(`${log.state}.evidence-2.json`)).toBe(false);
  log.publish(entries, 720);
  await again.waitForMessage('resolved: log-forked');
  await again.waitForCheckpoint(720);
  expect(await again.end(), 'a resolved contradiction counts').toBe('contradiction');
});

test('reports a fork that is shown only once, with both notes, and does not remember it', async () => {
  const views = [
    [entries, 650],
    [fork, 700],
    [entries, 700],
  ].map(([list, size]) => {
    log.publish(list as Buffer[], size as number);
    return new Map(log.pages);
  });
  let reads = 0;
  const changing = new (class extends Map<string, Uint8Array | string> {
    override get(path: string) {
      if (path === 'log/checkpoint') reads++;
      return views[Math.min(reads, views.length) - 1]?.get(path) ?? log.pages.get(path);
    }
  })();
  const liar = await servePages(changing);
  try {
    const watch = log.watch({ url: liar.url });
    await watch.waitForMessage('ALARM: ');
    await watch.waitForMessage('evidence-1.json');
    expect(log.evidence(1)).toMatchObject({
      checkpoint: noteOf(fork, 700),
      otherCheckpoint: noteOf(entries, 700),
      rememberedCheckpoint: noteOf(entries, 650),
    });
    expect(log.evidence(1).problems).toContainEqual(expect.objectContaining({ kind: 'contradiction' }));
    expect(log.remembered.size).toBe('650');
    await watch.waitForMessage('resolved: ');
    expect(await watch.end()).toBe('contradiction');
  } finally {
    await liar.close();
  }
});

test('keeps evidence that cannot be written until it can be; a second fork is evidence of its own', async () => {
  const place = join(log.folder, 'place');
  await mkdir(place);
  log.state = join(place, 'audit.state');
  log.chain.anchors.length = 2; // else the chain contradicts as well
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  await rename(place, `${place}.away`);
  await writeFile(place, 'not a folder');
  log.publish(fork, 700);
  await watch.waitForMessage('ALARM: log-forked');
  await watch.waitForMessage('WARNING: state-unwritable');
  log.publish(entries, 650);
  await watch.waitForMessage('resolved: log-forked');
  expect(watch.stderr).not.toContain('resolved: state-unwritable');
  await rm(place);
  await rename(`${place}.away`, place);
  await watch.waitForMessage('resolved: state-unwritable');
  expect(log.evidence(1)).toMatchObject({ checkpoint: noteOf(fork, 700), rememberedCheckpoint: noteOf(entries, 650) });

  log.publish(fork, 710);
  await watch.waitForMessage('evidence-2.json');
  const otherFork = [...entries.slice(0, 350), ...recordEntries(500)];
  log.publish(otherFork, 720);
  await watch.waitForMessage('evidence-3.json');
  expect(await watch.end()).toBe('contradiction');
  expect(log.evidence(3).checkpoint).toBe(noteOf(otherFork, 720));
  expect(existsSync(`${log.state}.evidence-4.json`)).toBe(false);
});

test('keeps both of two checkpoints of one size as evidence [M78]', async () => {
  log.chain.anchors.length = 2;
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  const { checkpoint: seen } = log.remembered;
  log.publish(fork, 650);
  await watch.waitForMessage('ALARM: log-forked');
  await watch.waitForMessage('evidence-1.json');
  expect(await watch.end()).toBe('contradiction');
  const { rememberedCheckpoint, checkpoint } = log.evidence(1);
  expect([rememberedCheckpoint, checkpoint]).toEqual([seen, noteOf(fork, 650)]);
  const sizeOf = (note: string | null) => note!.split('\n')[1];
  expect([sizeOf(rememberedCheckpoint), sizeOf(checkpoint)]).toEqual(['650', '650']);
  expect(checkpoint).not.toBe(rememberedCheckpoint);
});

test('finds a rollback, an anchor beyond the log, and an anchor that is gone [M77]', async () => {
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  log.publish(entries, 620);
  await watch.waitForMessage('ALARM: log-rolled-back');
  await watch.waitForMessage('evidence-1.json');
  log.publish(entries, 590);
  await watch.waitForMessage('ALARM: anchor-beyond-log');
  log.publish(entries, 660);
  await watch.waitForMessage('resolved: anchor-beyond-log');
  await watch.waitForMessage('resolved: log-rolled-back');
  log.chain.anchors.pop();
  await watch.waitForMessage('ALARM: anchor-missing');
  await watch.waitForMessage('evidence-3.json');
  expect(await watch.end()).toBe('contradiction');
  expect([1, 2, 3].map((count) => log.evidence(count).problems.map(({ code }) => code))).toEqual([
    ['log-rolled-back'],
    ['anchor-beyond-log', 'log-rolled-back'],
    ['anchor-missing'],
  ]);
  expect(log.remembered.size).toBe('660');
});

test('warns of another contract and of an unreachable service, and reports when each is resolved', async () => {
  const watch = log.watch();
  await watch.waitForCheckpoint(650);
  const { code } = log.chain;
  log.chain.code = '0x6000';
  await watch.waitForMessage('WARNING: other-code');
  log.chain.code = code;
  await watch.waitForMessage('resolved: other-code');
  await log.service.close();
  await watch.waitForMessage('WARNING: service-unreachable');
  expect(await watch.end()).toBe('unknown');
});

test('warns when nothing new is anchored in time, until it is', async () => {
  const watch = log.watch({ maxAgeSeconds: 600 });
  await watch.waitForCheckpoint(650);
  watch.advance(601);
  await watch.waitForMessage(/anchor-overdue: .*\n +at chain, size 600/);
  log.chain.anchor(logId, 650n, rootOf(entries, 650));
  await watch.waitForMessage('resolved: anchor-overdue');
  expect(await watch.end()).toBe('ok');
});
