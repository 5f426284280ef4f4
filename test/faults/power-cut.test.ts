import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedChain } from '../log/memory-log.ts';
import { newFolder, removeFolders } from '../adapters/embedded-store/folder.ts';
import { Disk, DISK_CALLS, eventsOf, type Unsynced } from './disk.ts';
import { report } from './figures.ts';
import { contradictions, copyOf, expectClean, newLedger } from './small-ledger.ts';
import { SmallProcess } from './small-process.ts';
import { startSmallService } from './small-service.ts';
import { type Call, describeTraced, pathOf, Strace } from './strace.ts';
import { idsIn, isAnswer } from './sync-order.ts';
import { registerUploaded } from './uploads.ts';
import { register } from './writers.ts';

/**
 * The power goes at some moment of a traced run. What was synced by then is on the disk, what was
 * not is there, torn, garbled or gone, the index newer or older: each such folder is made and
 * started.
 */

const SEGMENT_BYTES = 12_000; // a few commits: some cuts come when a segment has just begun
const WRITERS = 4;
const RECORDS = 48;
const CUTS = 150;
const RETRIES = 4;

const gone: Unsynced = () => Buffer.alloc(0);
const kept: Unsynced = (bytes) => bytes;
const torn: Unsynced = (bytes) => bytes.subarray(0, bytes.length >> 1);
const zeros: Unsynced = (bytes) => Buffer.alloc(bytes.length);
const garbled: Unsynced = (bytes) => Buffer.from(bytes.map((byte, i) => (i < 512 ? byte : byte ^ 0x5a)));

/** What becomes of unsynced bytes: in the journal, in the log of LevelDB. */
const WAYS: readonly (readonly [Unsynced, Unsynced])[] = [
  [gone, gone],
  [kept, gone],
  [torn, torn],
  [zeros, kept],
  [garbled, kept],
  [kept, zeros],
  [torn, garbled],
];

let dataDir: string;
let before: string;
let calls: readonly Call[];
/** Name and receipt by the id of the record. */
const registered = new Map<string, { readonly name: string; readonly receipt: string }>();

afterAll(removeFolders);

describeTraced('a power cut', () => {
  beforeAll(async () => {
    dataDir = await newLedger();
    const service = await SmallProcess.start(dataDir, SEGMENT_BYTES, new ScriptedChain());
    before = copyOf(dataDir);
    const strace = await Strace.attach(service.pid, { calls: [...DISK_CALLS, 'writev'] });
    let next = 0;
    const write = async () => {
      for (let i = next++; i < RECORDS; i = next++) {
        const answer = await request(service, `${i}`);
        const receipt = await answer.text();
        expect(answer.status).toBe(201);
        registered.set(idOf(receipt), { name: `${i}`, receipt });
        if (i % 10 === 5) await service.step('publish');
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
    calls = await strace.detach();
    await service.kill();
  });

  test('at any moment: nothing that was answered is lost, and a retry gets it [S11 S12 S13]', async (context) => {
    const events = [...eventsOf(calls)].filter(({ call }) => isAnswer(call) || pathOf(call).startsWith(dataDir));
    const step = events.length / CUTS;
    const disk = new Disk(dataDir, before);
    const begun = new Set<string>();
    const answered = new Set<string>();
    const found = { cuts: 0, acknowledged: 0, lost: 0, wrongCheckpoints: 0, unacknowledgedGone: 0 };
    for (const [i, { at, call }] of events.entries()) {
      if (at === 'begin') for (const id of idsIn(call)) (isAnswer(call) ? answered : begun).add(id);
      if (at === 'begin') disk.begin(call);
      else disk.end(call);
      if (Math.floor(i / step) === Math.floor((i + 1) / step)) continue;
      const folder = join(newFolder(), 'data');
      const [journal, index] = WAYS[found.cuts % WAYS.length]!;
      disk.cut(folder, (path) => (relative(dataDir, path).startsWith('index') ? index : journal));
      const judged = await judgeCut(
        folder,
        { begun, answered },
        `cut ${found.cuts} after ${at} of ${call.name} ${pathOf(call)}`,
      );
      found.cuts++;
      found.acknowledged += answered.size;
      for (const name of ['lost', 'wrongCheckpoints', 'unacknowledgedGone'] as const) found[name] += judged[name];
      rmSync(dirname(folder), { recursive: true });
    }
    expect(found.cuts).toBeGreaterThan(CUTS / 2);
    expect(found.unacknowledgedGone, 'the cuts took nothing').toBeGreaterThan(0);
    report(context, found);
  });

  test('without the syncs of frames the same cut would take the journal [S11]', async () => {
    const unsynced = calls.filter(({ name }) => name !== 'fdatasync');
    const disk = new Disk(dataDir, before);
    for (const { at, call } of eventsOf(unsynced)) disk[at](call);
    const folder = join(newFolder(), 'data');
    disk.cut(folder, () => gone);
    const started = startSmallService(folder, SEGMENT_BYTES, new ScriptedChain());
    await expect(started).rejects.toMatchObject({ code: 'journal-damaged' });
  });
});

/** An upload now and then; the same name again is the same request. */
function request(service: { readonly url: string }, name: string): Promise<Response> {
  return Number(name) % 4 === 0 ? registerUploaded(service, name) : register(service, name);
}

function idOf(receipt: string): string {
  return (JSON.parse(receipt) as { record: { header: { id: string } } }).record.header.id;
}

interface Ids {
  /** Of records whose frame was begun. */
  readonly begun: ReadonlySet<string>;
  readonly answered: ReadonlySet<string>;
}

async function judgeCut(folder: string, { begun, answered }: Ids, label: string) {
  const service = await startSmallService(folder, SEGMENT_BYTES, new ScriptedChain());
  const { size } = service.store.head();
  const receipts = [...answered].map((id) => registered.get(id)!.receipt);
  const { lost, wrongCheckpoints } = await contradictions(service, receipts);
  expect({ lost, wrongCheckpoints }, label).toEqual({ lost: [], wrongCheckpoints: [] });

  const unanswered = [...begun].filter((id) => !answered.has(id));
  let unacknowledgedKept = 0;
  for (const id of [...[...answered].slice(-RETRIES), ...unanswered]) {
    const { name } = registered.get(id)!;
    const isThere = (await service.store.indexOfId(id)) !== undefined;
    if (isThere && !answered.has(id)) unacknowledgedKept++;
    const again = await request(service, name);
    expect([again.status, again.headers.get('idempotent-replayed')], label).toEqual([201, isThere ? 'true' : null]);
    if (isThere) expect(idOf(await again.text()), label).toBe(id);
  }
  const unacknowledgedGone = unanswered.length - unacknowledgedKept;
  expect(service.store.head().size, label).toBe(size + BigInt(unacknowledgedGone));
  expect(Number(size), label).toBe(answered.size + unacknowledgedKept);
  await service.stop();
  await expectClean(folder);
  return { lost: lost.length, wrongCheckpoints: wrongCheckpoints.length, unacknowledgedGone };
}
