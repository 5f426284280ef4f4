import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BALLAST_BYTES } from '../../src/log/disk-reserve.ts';
import { listFiles } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { report } from './figures.ts';
import { judge } from './oracle.ts';
import { canMount, SmallDisk } from './small-disk.ts';
import { register, Writers } from './writers.ts';

/** Real disks that are really full. */

const MIB = 1024 * 1024;

interface Place {
  readonly disk: SmallDisk;
  readonly workplace: Workplace;
  readonly service: Service;
  readonly data: string;
}

const places: Place[] = [];
function newPlace(kind: 'tmpfs' | 'ext4', sizeMiB: number, reserveBytes = 0): Place {
  const disk = new SmallDisk(kind, sizeMiB);
  const workplace = new Workplace();
  const data = join(disk.dir, 'data');
  workplace.env['EVL_DATA_DIR'] = data;
  workplace.env['EVL_DISK_RESERVE_BYTES'] = String(reserveBytes);
  places.push({ disk, workplace, service: new Service(workplace), data });
  return places.at(-1)!;
}
afterEach(async () => {
  for (const { disk, workplace, service } of places.splice(0)) {
    await service.stop('SIGKILL');
    disk.remove();
    workplace.remove();
  }
});

const upload = (service: Service, body: NonNullable<RequestInit['body']>) =>
  fetch(`${service.url}/v1/contents`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
  });
/** A body without a declared length. */
const unmeasured = (sizeBytes: number) =>
  ReadableStream.from(
    (async function* () {
      for (let at = 0; at < sizeBytes; at += 64 * 1024) yield new Uint8Array(64 * 1024).fill(at >> 16);
    })(),
  );
const problemOf = async (answer: Promise<Response>) => {
  const { status, code } = (await (await answer).json()) as { status: number; code: string };
  return [status, code];
};
const FULL = [507, 'storage-full'];
const readiness = async ({ url }: Service) =>
  ((await (await fetch(`${url}/readyz`)).json()) as { reason?: string }).reason ?? 'ready';
const becomes = (service: Service, reason: string) =>
  eventually(async () => ((await readiness(service)) === reason ? true : undefined));

/**
 * SHA-256 by name of all files that are evidence or identity; those that may grow by what they
 * begin with.
 */
function evidenceIn(data: string): Map<string, { bytes: number; sha256: string }> {
  const digest = (file: string, bytes: number) =>
    createHash('sha256').update(readFileSync(file).subarray(0, bytes)).digest('hex');
  const folders = ['journal', 'contents', 'keys', 'chain'].flatMap((name) => listFiles(join(data, name)));
  return new Map(
    [...folders, join(data, 'trust.json'), join(data, 'version')].map((file) => {
      const bytes = statSync(file).size;
      return [file, { bytes, sha256: digest(file, bytes) }];
    }),
  );
}
function expectUnchanged(before: ReturnType<typeof evidenceIn>): void {
  for (const [file, { bytes, sha256 }] of before) {
    const now = createHash('sha256').update(readFileSync(file).subarray(0, bytes)).digest('hex');
    expect([file, now]).toEqual([file, sha256]);
  }
}

async function expectReads(service: Service, receiptText: string): Promise<void> {
  const { id } = (JSON.parse(receiptText) as { record: { header: { id: string } } }).record.header;
  for (const path of [`/v1/evidence/${id}`, `/v1/evidence/${id}/receipt`, '/log/checkpoint', '/trust.json']) {
    expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, 200]);
  }
  // In traffic the log may grow between both requests, and drop the narrower tile.
  const bundle = async () => {
    const size = await publishedSize(service);
    return (await fetch(`${service.url}/log/tile/entries/000${size >= 256 ? '' : `.p/${size}`}`)).status;
  };
  await expect.poll(bundle).toBe(200);
  const verify = await fetch(`${service.url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ receipt: JSON.parse(receiptText) as unknown }),
  });
  expect(['PENDING', 'INDETERMINATE', 'VERIFIED']).toContain(((await verify.json()) as { verdict: string }).verdict);
}

const anchorStates = async ({ url }: Service) =>
  ((await (await fetch(`${url}/v1/anchors`)).json()) as { anchors: { state: string }[] }).anchors.map(
    ({ state }) => state,
  );

const publishedSize = async ({ url }: Service) =>
  Number((await (await fetch(`${url}/log/checkpoint`)).text()).split('\n')[1]);

/**
 * An anchor that is asked for waits for space: its frame would not fit, and the service would end.
 */
async function expectTimeout(service: Service): Promise<void> {
  const before = await anchorStates(service);
  expect((await fetch(`${service.url}/v1/anchors`, { method: 'POST' })).status).toBe(202);
  const endMs = performance.now() + 5000; // two steps of the anchorer
  while (performance.now() < endMs) {
    expect([await readiness(service), await anchorStates(service)]).toEqual(['storage-full', before]);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const started = async (place: Place) => {
  await place.service.start();
  await becomes(place.service, 'ready');
};

describe.runIf(canMount('tmpfs'))('on a tmpfs', () => {
  test('a start without a single free byte serves reads, refuses registrations, reports it, and changes nothing [S7]', async (context) => {
    const place = newPlace('tmpfs', 96);
    const { disk, workplace, service, data } = place;
    const ballast = join(data, 'ballast');
    await started(place);
    expect(statSync(ballast).size).toBe(BALLAST_BYTES);
    expect((await upload(service, 'content')).status).toBe(201);
    const writers = new Writers(service, 64);
    writers.start();
    await expect.poll(() => writers.acknowledged.size).toBeGreaterThan(1000);
    await service.stop('SIGKILL'); // LevelDB has its log to write out at the next start
    await writers.stop();
    const [name, receipt] = [...writers.acknowledged].at(-1)!;

    disk.fill();
    expect(disk.freeBytes).toBe(0);
    const before = evidenceIn(data);
    const fsck = await workplace.run(['fsck']);
    expect([fsck.exit, fsck.stderr]).toEqual([70, expect.stringContaining('the disk is full')]);
    expect(fsck.stderr).toContain('fsck and rebuild-index need additional space of about the size of the index');
    const doctor = await workplace.json<{ findings: { code: string; level: string }[] }>(['doctor']);
    expect(doctor.exit).toBe(5);
    expect(doctor.findings.map(({ code, level }) => [code, level])).toContainEqual(['storage-full', 'problem']);

    for (let start = 0; start < 3; start++) {
      await service.start();
      expect(await readiness(service)).toBe('storage-full');
      expect(await problemOf(register(service, 'new'))).toEqual(FULL);
      expect(await problemOf(upload(service, 'new'))).toEqual(FULL);
      expect((await register(service, name)).headers.get('idempotent-replayed')).toBe('true');
      await expectReads(service, receipt);
      expect(service.stderr).toContain('nothing is registered, reading and verifying go on');
      expect(existsSync(ballast)).toBe(false);
      await service.stop(start === 0 ? 'SIGKILL' : 'SIGTERM');
      expectUnchanged(before);
      service.stderr = '';
    }

    await service.start();
    disk.free();
    await becomes(service, 'ready');
    expect(statSync(ballast).size).toBe(BALLAST_BYTES);
    expect((await register(service, 'new')).status).toBe(201);
    report(context, { files: before.size, ...(await judge(workplace, service, writers.acknowledged)) });
  });

  test('where even the ballast is gone, the start reports the full disk in both languages, and ends with 70 [S7]', async () => {
    const place = newPlace('tmpfs', 64);
    const { disk, workplace, service, data } = place;
    await started(place);
    expect((await register(service, 'a')).status).toBe(201);
    await service.stop();
    disk.fill();
    await service.start();
    await service.stop();
    expect(existsSync(join(data, 'ballast'))).toBe(false);
    disk.fill();
    const before = evidenceIn(data);
    expect(await workplace.json(['serve'])).toMatchObject({ exit: 70, error: { code: 'storage-full' } });
    const en = await workplace.run(['rebuild-index', '--lang', 'en']);
    const zh = await workplace.run(['rebuild-index', '--lang', 'zh']);
    expect([en.exit, zh.exit]).toEqual([70, 70]);
    expect(en.stderr).toMatch(/the disk is full.*\n.*free some space and try again/);
    expect(zh.stderr).toMatch(/磁盘已满.*\n.*腾出磁盘空间后重试/);
    expectUnchanged(before);
    disk.free();
    await started(place);
    expect((await register(service, 'b')).status).toBe(201);
  });

  test('the reserve is crossed while it runs, down to the last byte: 507, reading and verifying continue; registration resumes when there is space [S8]', async () => {
    const place = newPlace('tmpfs', 64, 10 * MIB);
    const { disk, workplace, service, data } = place;
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    await started(place);
    const receipt = await (await register(service, 'a')).text();
    const finals = async () => (await anchorStates(service)).filter((state) => state === 'final').length;
    await eventually(async () => ((await finals()) === 1 ? true : undefined));
    for (const [i, leave] of [9 * MIB, 0].entries()) {
      expect((await register(service, `waiting-${i}`)).status).toBe(201);
      await eventually(async () => ((await publishedSize(service)) === i + 2 ? true : undefined));
      disk.fill(leave);
      await becomes(service, 'storage-full');
      expect(await problemOf(register(service, 'b'))).toEqual(FULL);
      expect(await problemOf(upload(service, unmeasured(MIB)))).toEqual(FULL);
      await expectReads(service, receipt);
      if (leave === 0) await expectTimeout(service);
      disk.free();
      await becomes(service, 'ready');
    }
    await eventually(async () => ((await finals()) === 2 ? true : undefined));
    expect((await register(service, 'c')).status).toBe(201);
    expect(readdirSync(join(data, 'contents/incoming'))).toEqual([]);
    expect(service.stderr.match(/registration continues/g)).toHaveLength(2);
  });

  test('an upload that finds the disk full is refused and leaves nothing, whether it states its size or not [S8]', async () => {
    const place = newPlace('tmpfs', 64);
    const { disk, service, data } = place;
    await started(place);
    disk.fill(3 * MIB);
    const [none, size] = [await problemOf(upload(service, unmeasured(8 * MIB))), 8 * MIB];
    expect(none).toEqual(FULL);
    await eventually(async () => (disk.freeBytes > 2.9 * MIB ? true : undefined));
    expect(await problemOf(upload(service, new Uint8Array(size)))).toEqual(FULL);
    expect(readdirSync(join(data, 'contents'))).toEqual(['incoming']);
    expect(readdirSync(join(data, 'contents/incoming'))).toEqual([]);
    expect((await upload(service, 'it fits')).status).toBe(201);
  });
});

/**
 * What is left when the traffic begins: so that the disk is full first for contents, the journal,
 * or LevelDB's log and tables.
 */
const ROOMS = [
  ['tmpfs', 0.2],
  ['tmpfs', 1.5],
  ['tmpfs', 9],
  ['ext4', 1],
] as const;

describe.runIf(canMount('tmpfs') && canMount('ext4'))('the disk fills in the midst of traffic', () => {
  test.for(ROOMS)(
    'on a %s with %s MiB left: space back, traffic on, killed: nothing acknowledged is lost [S6]',
    async ([kind, roomMiB], context) => {
      const place = newPlace(kind, 128);
      const { disk, workplace, service } = place;
      await started(place);
      const writers = new Writers(service, 64);
      const uploads = { stored: 0, refused: 0 };
      const uploader = async () => {
        for (let i = 0; ; i++) {
          const status = await upload(service, new Uint8Array(50_000).fill(i)).then(
            (answer) => answer.status,
            () => undefined, // the service has gone
          );
          if (status === undefined) return;
          uploads[status === 201 ? 'stored' : 'refused']++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      disk.fill(roomMiB * MIB);
      writers.start();
      const uploading = uploader();
      expect(await service.ended()).toBe(70);
      await writers.stop();
      await uploading;
      const reason = /failed: (.*)/.exec(service.stderr)?.[1] ?? service.stderr;

      await service.start();
      expect(await readiness(service)).toBe('storage-full');
      const before = writers.acknowledged.size;
      if (before > 0) await expectReads(service, [...writers.acknowledged.values()].at(-1)!);
      disk.free();
      await becomes(service, 'ready');
      writers.start();
      await expect.poll(() => writers.acknowledged.size).toBeGreaterThan(before + 300);
      await service.stop('SIGKILL');
      await writers.stop();
      await service.start();
      const hit = /only|ENOSPC/.test(reason) ? 'stoppedByJournal' : 'stoppedByIndex';
      console.log(
        `${kind} ${roomMiB} MiB: ${before} acknowledged before ${reason}; uploads ${JSON.stringify(uploads)}`,
      );
      const judgement = await judge(workplace, service, writers.acknowledged, { audit: kind === 'ext4' });
      report(context, { fullDisks: 1, [hit]: 1, uploadsRefused: uploads.refused, ...judgement });
    },
  );
});
