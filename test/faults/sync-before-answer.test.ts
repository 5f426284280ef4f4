import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { ScriptedChain } from '../log/memory-log.ts';
import { removeFolders } from '../adapters/embedded-store/folder.ts';
import { Disk, DISK_CALLS, eventsOf } from './disk.ts';
import { report } from './figures.ts';
import { rebuildTraced } from './rebuild-traced.ts';
import { copyOf, newLedger } from './small-ledger.ts';
import { SmallProcess } from './small-process.ts';
import { type Call, describeTraced, type Injection, pathOf, Strace, Trace, TRACEABLE } from './strace.ts';
import { judgeSyncOrder } from './sync-order.ts';
import { registerUploaded } from './uploads.ts';
import { register } from './writers.ts';

/**
 * What the service does, whatever it reports: the order of its system calls shows that nothing is
 * answered before it is on the disk.
 */

const CALLS = [...DISK_CALLS, 'writev'];
const WRITERS = 64;
const RECORDS = 640;
const UPLOAD_EVERY = 8;

afterAll(removeFolders);

describeTraced('what is answered is on the disk before', () => {
  test('by the service under 64 writers [S35]', async (context) => {
    const workplace = new Workplace();
    const service = new Service(workplace);
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    workplace.env['UV_USE_IO_URING'] = TRACEABLE['UV_USE_IO_URING']!;
    const dataDir = workplace.env['EVL_DATA_DIR']!;
    try {
      await service.start();
      const before = copyOf(dataDir);
      const strace = await Strace.attach(service.pid, { calls: CALLS });
      await writeAll(service, WRITERS, RECORDS);
      const calls = await strace.detach();
      const { answered, violations } = judgeSyncOrder(calls, dataDir, before);
      expect(violations).toEqual([]);
      expect(answered.size).toBe(RECORDS);
      const syncs = expectEachSyncMatters(calls, dataDir, before);
      report(context, { acknowledged: answered.size, frameSyncs: syncs });
    } finally {
      await service.stop();
      workplace.remove();
    }
  });

  test('where each frame begins a segment [S35]', async (context) => {
    const dataDir = await newLedger();
    const service = await SmallProcess.start(dataDir, 1, new ScriptedChain());
    const before = copyOf(dataDir);
    const strace = await Strace.attach(service.pid, { calls: CALLS });
    await writeAll(service, 4, 40);
    const calls = await strace.detach();
    await service.kill();
    const { answered, violations } = judgeSyncOrder(calls, dataDir, before);
    expect(violations).toEqual([]);
    expect(answered.size).toBe(40);
    expectEachSyncMatters(calls, dataDir, before);
    // the name of a segment is as much needed as what is in it
    for (const sync of syncsOf(calls, join(dataDir, 'journal'), 'fsync').slice(0, 5))
      expect(judgeSyncOrder(without(calls, sync), dataDir, before).violations).not.toEqual([]);
    report(context, { acknowledged: answered.size });
  });

  /**
   * What a process wrote and did not live to sync, the next one finds whole in memory: that it is
   * there does not mean that it is on the disk.
   */
  const crashes: readonly (readonly [string, Injection, number, (dataDir: string) => string])[] = [
    ['killed before the sync of the frame', 'fdatasync:signal=KILL:when=1', 64 << 20, segment(0)],
    ['its sync of the frame failed', 'fdatasync:error=EIO:when=1', 64 << 20, segment(0)],
    ['killed before the sync of a new segment’s name', 'fsync:signal=KILL:when=1', 1, (dir) => join(dir, 'journal')],
    ['killed before the sync of the first frame of a segment', 'fdatasync:signal=KILL:when=1', 1, segment(1)],
  ];
  test.each(crashes)(
    'after a restart too, where the process before was %s [S12 S35]',
    async (_name, injection, segmentBytes, path) => {
      const dataDir = await newLedger();
      const first = await SmallProcess.start(dataDir, segmentBytes, new ScriptedChain());
      const before = copyOf(dataDir);
      // the traced paths are those of the fault, so all is traced and the fault counted by what
      // comes first
      const strace = await Strace.attach(first.pid, { calls: CALLS, injection });
      await register(first, 'retried').then(
        (answer) => expect(answer.status).toBe(503),
        () => {},
      );
      const calls = await (injection.includes('KILL') ? strace.end() : strace.detach());
      await first.kill();
      // each thread counts for itself: what LevelDB syncs when the store closes may be hit too,
      // afterwards
      const ofName = calls.filter(({ name }) => injection.startsWith(name));
      const hit = ofName.find(({ isInjected }) => isInjected) ?? ofName.findLast(({ end }) => end === undefined);
      expect(hit && pathOf(hit)).toBe(path(dataDir));

      const more = await restartTraced(dataDir, segmentBytes, async (service) => {
        expect((await register(service, 'retried')).status).toBe(201);
        expect((await register(service, 'another')).status).toBe(201);
      });
      const { answered, violations } = judgeSyncOrder(following(calls, more), dataDir, before);
      expect(violations).toEqual([]);
      expect(answered.size).toBe(2);
    },
  );

  test('before an index that knows it, where the journal was left unsynced [S12 S32]', async () => {
    const dataDir = await newLedger();
    const first = await SmallProcess.start(dataDir, 64 << 20, new ScriptedChain());
    const before = copyOf(dataDir);
    const strace = await Strace.attach(first.pid, { calls: CALLS, injection: 'fdatasync:signal=KILL:when=1' });
    await expect(register(first, 'unsynced')).rejects.toThrow('fetch failed');
    const calls = await strace.end();
    await first.kill();
    const disk = new Disk(dataDir, before);
    let isRebuilt = false;
    for (const { at, call } of eventsOf(following(calls, (await rebuildTraced(dataDir, { calls: CALLS })).calls))) {
      disk[at](call);
      if (call.name !== 'rename' || pathOf(call) !== join(dataDir, 'index.rebuilding')) continue;
      isRebuilt = true;
      expect(disk.isDurable(segment(0)(dataDir))).toBe(true);
    }
    expect(isRebuilt).toBe(true);
  });

  test('contents too, where a process was killed between naming and syncing [S35]', async () => {
    const dataDir = await newLedger();
    for (const nth of [1, 2, 3, 4]) {
      const first = await SmallProcess.start(dataDir, 64 << 20, new ScriptedChain());
      const before = copyOf(dataDir);
      const strace = await Strace.attach(first.pid, { calls: CALLS, injection: `fsync:signal=KILL:when=${nth}` });
      await expect(registerUploaded(first, `content-${nth}`)).rejects.toThrow('fetch failed');
      const calls = await strace.end();
      const more = await restartTraced(dataDir, 64 << 20, async (service) => {
        expect((await registerUploaded(service, `content-${nth}`)).status).toBe(201);
      });
      const { answered, violations } = judgeSyncOrder(following(calls, more), dataDir, before);
      expect([nth, violations]).toEqual([nth, []]);
      expect(answered.size).toBe(1);
    }
  });
});

async function writeAll(service: { readonly url: string }, writers: number, records: number): Promise<void> {
  let next = 0;
  const write = async () => {
    for (let i = next++; i < records; i = next++) {
      const answer = await (i % UPLOAD_EVERY === 0 ? registerUploaded : register)(service, `record-${i}`);
      await answer.text();
      expect(answer.status).toBe(201);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

async function restartTraced(dataDir: string, segmentBytes: number, act: (service: SmallProcess) => Promise<void>) {
  const trace = new Trace({ calls: CALLS });
  const service = await SmallProcess.start(dataDir, segmentBytes, new ScriptedChain(), trace);
  await act(service);
  await service.kill();
  return trace.read();
}

function segment(number: number): (dataDir: string) => string {
  return (dataDir) => join(dataDir, 'journal', `${number.toString().padStart(8, '0')}.seg`);
}

/** One trace after the other. */
function following(first: readonly Call[], second: readonly Call[]): Call[] {
  const lines = Math.max(...first.map(({ begin, end }) => end ?? begin)) + 1;
  const later = second.map((call) => ({
    ...call,
    begin: call.begin + lines,
    ...(call.end !== undefined && { end: call.end + lines }),
  }));
  return [...first, ...later];
}

function syncsOf(calls: readonly Call[], path: string, name: string): Call[] {
  return calls.filter((call) => call.name === name && call.result === 0 && pathOf(call).startsWith(path));
}

function without(calls: readonly Call[], one: Call): Call[] {
  return calls.filter((call) => call !== one);
}

/**
 * The judge is worth something: without any one sync of the journal it objects. Answers how many
 * there were.
 */
function expectEachSyncMatters(calls: readonly Call[], dataDir: string, before: string): number {
  const syncs = syncsOf(calls, join(dataDir, 'journal'), 'fdatasync');
  expect(syncs.length).toBeGreaterThan(2);
  let objections = 0;
  for (const sync of syncs)
    if (judgeSyncOrder(without(calls, sync), dataDir, before).violations.length > 0) objections++;
  // a published checkpoint is a frame that no answer waits for
  expect(objections).toBeGreaterThan(syncs.length / 2);
  const contents = syncsOf(calls, join(dataDir, 'contents'), 'fsync');
  expect(contents.length).toBeGreaterThan(2);
  expect(judgeSyncOrder(without(calls, contents[0]!), dataDir, before).violations).not.toEqual([]);
  return syncs.length;
}
