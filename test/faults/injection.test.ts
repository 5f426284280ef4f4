import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuildIndex } from '../../src/adapters/embedded-store/repair/rebuild.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { ScriptedChain } from '../log/memory-log.ts';
import { removeFolders } from '../adapters/embedded-store/folder.ts';
import { report } from './figures.ts';
import { rebuildTraced } from './rebuild-traced.ts';
import { contradictions, copyOf, expectClean, newLedger } from './small-ledger.ts';
import { SmallProcess } from './small-process.ts';
import { startSmallService } from './small-service.ts';
import { type Call, describeTraced, pathOf, Strace } from './strace.ts';
import { register } from './writers.ts';

/**
 * Every system call with which a registration, a segment roll, an anchor and a rebuild touch the
 * data folder fails once: with EIO, with ENOSPC, and by a SIGKILL in its place. A dry run finds the
 * calls; each run's trace shows that the fault hit the one that was meant.
 */
const CALLS = ['openat', 'write', 'pwrite64', 'ftruncate', 'fdatasync', 'fsync', 'rename', 'mkdir', 'unlink'];
const FAULTS = ['error=EIO', 'error=ENOSPC', 'signal=KILL'] as const;
type Fault = (typeof FAULTS)[number];

/** The `nth` call of this name on this file, which is named relative to the data folder. */
interface Point {
  readonly name: string;
  readonly path: string;
  readonly nth: number;
  readonly faults: readonly Fault[];
}

const BASE_RECORDS = 5;
const ONE_SEGMENT = 64 * 1024 * 1024;
const LANES = 2;
let base: string;
const acknowledgedBefore: string[] = [];

beforeAll(async () => {
  base = await newLedger();
  const service = await startSmallService(base, ONE_SEGMENT, new ScriptedChain());
  for (let i = 0; i < BASE_RECORDS; i++) acknowledgedBefore.push((await tryRegister(service, `base-${i}`))!);
  await service.log.publishStep();
  await service.stop();
});
afterAll(removeFolders);

describeTraced('a system call that fails', () => {
  test('in a registration [S2 S3 S4 S5]', async (context) => {
    report(context, await expectEachSurvived(base, ONE_SEGMENT, registerAct));
  });

  test('in a registration that begins a segment [S2 S3 S4 S5 S32]', async (context) => {
    report(context, await expectEachSurvived(base, 1, registerAct));
  });

  test('in an anchor, from its signing to its end [S2 S3 S5]', async (context) => {
    report(context, await expectEachSurvived(base, ONE_SEGMENT, anchorAct));
  });

  test('in rebuild-index [S2 S3 S32]', async (context) => {
    const dryDir = copyOf(base);
    const dry = await rebuildTraced(dryDir, { calls: CALLS });
    expect(dry.exit).toBe(0);
    // LevelDB's diary is left out: nothing depends on it
    const cases = casesOf(pointsIn(dry.calls, dryDir).filter(({ path }) => !/LOG(?:\.old)?$/.test(path)));
    await inLanes(cases, expectRebuilt);
    report(context, { injections: cases.length });
  });
});

/** Whether the act was acknowledged; what was. */
type Act = (service: SmallProcess) => Promise<{ readonly isDone: boolean; readonly receipt?: string }>;

const registerAct: Act = async (service) => {
  const receipt = await tryRegister(service, 'act');
  return { isDone: receipt !== undefined, ...(receipt !== undefined && { receipt }) };
};

const anchorAct: Act = async (service) => {
  // one to sign and send, one to see it final
  for (let step = 0; step < 2; step++) if (!(await service.step('anchor'))) return { isDone: false };
  return { isDone: true };
};

async function tryRegister(service: { readonly url: string }, name: string): Promise<string | undefined> {
  try {
    const answer = await register(service, name);
    const text = await answer.text();
    if (answer.status === 201) return text;
    expect([500, 503, 507]).toContain(answer.status);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch: the service has gone
  }
  return undefined;
}

async function expectEachSurvived(dataDir: string, segmentBytes: number, act: Act) {
  const dryDir = copyOf(dataDir);
  const dry = await SmallProcess.start(dryDir, segmentBytes, new ScriptedChain());
  const strace = await Strace.attach(dry.pid, { calls: CALLS });
  expect((await act(dry)).isDone).toBe(true);
  const points = pointsIn(await strace.detach(), dryDir);
  await dry.kill();
  const names = points.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['pwrite64', 'fdatasync', 'write']));

  const cases = casesOf(points);
  const judged = await inLanes(cases, ({ point, fault }) =>
    expectSurvived(copyOf(dataDir), segmentBytes, act, point, fault),
  );
  const sum = (name: 'acknowledged' | 'lost' | 'wrongCheckpoints') => judged.reduce((all, each) => all + each[name], 0);
  return {
    injections: cases.length,
    acknowledged: sum('acknowledged'),
    lost: sum('lost'),
    wrongCheckpoints: sum('wrongCheckpoints'),
  };
}

async function expectSurvived(dir: string, segmentBytes: number, act: Act, point: Point, fault: Fault) {
  const label = `${fault} at ${point.name} ${point.nth} of ${point.path}`;
  const chain = new ScriptedChain();
  const service = await SmallProcess.start(dir, segmentBytes, chain);
  const strace = await Strace.attach(service.pid, {
    calls: CALLS,
    paths: [join(dir, point.path)],
    injection: `${point.name}:${fault}:when=${point.nth}`,
  });
  const { isDone, receipt } = await act(service);
  // the disk is healthy again: a handle that has failed must not be trusted once more
  const after = await tryRegister(service, 'after');
  const calls = await (fault === 'signal=KILL' ? strace.end() : strace.detach());
  expectHit(calls, service.wasKilled, dir, point, fault, label);
  expect(isDone, label).toBe(false);
  expect(after, `${label}: acknowledged after a failure`).toBeUndefined();
  await service.kill();

  const acknowledged = [...acknowledgedBefore, ...(receipt === undefined ? [] : [receipt])];
  const restarted = await startSmallService(dir, segmentBytes, chain);
  const found = await contradictions(restarted, acknowledged);
  expect(found, label).toEqual({ lost: [], wrongCheckpoints: [] });
  if (act === registerAct) await expectOnce(restarted, point, fault, label);
  await restarted.log.publishStep();
  for (let step = 0; step < 3; step++) await restarted.log.anchorStep();
  const anchoredSizes = chain.anchored.map(({ size }) => size);
  expect(anchoredSizes, label).toEqual([restarted.store.head().size]); // one effective anchor
  await restarted.stop();
  await expectClean(dir);
  rmSync(dirname(dir), { recursive: true });
  return {
    acknowledged: acknowledged.length,
    lost: found.lost.length,
    wrongCheckpoints: found.wrongCheckpoints.length,
  };
}

/** The record of the act is whole or absent; a retry makes it one. */
async function expectOnce(
  service: Awaited<ReturnType<typeof startSmallService>>,
  point: Point,
  fault: Fault,
  label: string,
) {
  const before = Number(service.store.head().size) - BASE_RECORDS;
  expect([0, 1], label).toContain(before);
  // the frame was written whole, so a restart finds it, whatever the sync returned
  if (point.name === 'fdatasync' && fault !== 'signal=KILL') expect(before, label).toBe(1);
  const retried = await register(service, 'act');
  expect([retried.status, retried.headers.get('idempotent-replayed')], label).toEqual([
    201,
    before === 1 ? 'true' : null,
  ]);
  expect(service.store.head().size, label).toBe(BigInt(BASE_RECORDS + 1));
}

async function expectRebuilt({ point, fault }: Case): Promise<void> {
  const label = `${fault} at ${point.name} ${point.nth} of ${point.path}`;
  const dir = copyOf(base);
  const journal = readJournal(dir);
  const { exit, wasKilled, calls } = await rebuildTraced(dir, {
    calls: CALLS,
    paths: [join(dir, point.path)],
    injection: `${point.name}:${fault}:when=${point.nth}`,
  });
  expectHit(calls, wasKilled, dir, point, fault, label);
  if (exit === 0) await expectClean(dir);
  // what cannot be asked proves nothing against it, but must be reported as not asked
  if (point.path === 'index.reading' && point.name === 'openat') expect(exit, label).not.toBe(0);
  await rebuildIndex({ dir, hasher: nodeTreeHasher });
  expect(
    readdirSync(dir).filter((name) => name.startsWith('index')),
    label,
  ).toEqual(['index']);
  const service = await startSmallService(dir, ONE_SEGMENT, new ScriptedChain());
  expect(await contradictions(service, acknowledgedBefore), label).toEqual({ lost: [], wrongCheckpoints: [] });
  await service.stop();
  await expectClean(dir);
  expect(readJournal(dir), label).toEqual(journal);
  rmSync(dirname(dir), { recursive: true });
}

function readJournal(dir: string): string[] {
  return readdirSync(join(dir, 'journal')).map((name) => readFileSync(join(dir, 'journal', name), 'latin1'));
}

function expectHit(calls: readonly Call[], wasKilled: boolean, dir: string, point: Point, fault: Fault, label: string) {
  const { name, path } = point;
  const hit =
    fault === 'signal=KILL'
      ? calls.findLast((call) => call.end === undefined && call.name === name)
      : calls.find(({ isInjected }) => isInjected);
  expect(hit, `${label} did not happen`).toBeDefined();
  expect([hit!.name, relative(dir, pathOf(hit!)) || '.'], label).toEqual([name, path]);
  expect(wasKilled, label).toBe(fault === 'signal=KILL');
}

/**
 * Each distinct call on what lies in the folder, counted as strace counts: a thread, a name, a
 * file.
 */
function pointsIn(calls: readonly Call[], dir: string): Point[] {
  const counts = new Map<string, number>();
  const points = new Map<string, Point>();
  for (const call of calls) {
    const path = relative(dir, pathOf(call)) || '.';
    if (path.startsWith('..')) continue;
    const { name, thread } = call;
    const count = `${thread} ${name} ${path}`;
    const nth = (counts.get(count) ?? 0) + 1;
    counts.set(count, nth);
    points.set(`${name} ${path} ${nth}`, { name, path, nth, faults: faultsOf(call) });
  }
  return [...points.values()];
}

/**
 * What needs no space meets no ENOSPC; a kill before what changes nothing is a kill before the next
 * call.
 */
function faultsOf({ name, args }: Call): readonly Fault[] {
  if (name === 'openat' && !args.includes('O_CREAT')) return ['error=EIO'];
  return name === 'unlink' ? ['error=EIO', 'signal=KILL'] : FAULTS;
}

interface Case {
  readonly point: Point;
  readonly fault: Fault;
}

function casesOf(points: readonly Point[]): Case[] {
  return points.flatMap((point) => point.faults.map((fault) => ({ point, fault })));
}

/** Some at a time, since each mostly waits for processes. */
async function inLanes<T, R>(all: readonly T[], run: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < all.length; i = next++) results[i] = await run(all[i]!);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
