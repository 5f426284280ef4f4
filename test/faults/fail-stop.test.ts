import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { DISK_CALLS } from './disk.ts';
import { report } from './figures.ts';
import { judge } from './oracle.ts';
import { type Call, describeTraced, type Injection, pathOf, Strace, TRACEABLE } from './strace.ts';
import { contentOf, registerUploaded } from './uploads.ts';
import { register } from './writers.ts';

/**
 * The whole service, as it is started by `evl serve`, when a call on its journal, its index or its
 * contents fails: what it answers, how it ends, what the next start finds.
 */

const workplace = new Workplace();
const service = new Service(workplace);
const acknowledged = new Map<string, string>();
let serial = 0;

beforeAll(async () => {
  Object.assign(workplace.env, TRACEABLE, { EVL_ANCHOR_INTERVAL_MS: '3600000', EVL_DISK_RESERVE_BYTES: '0' });
  await service.start();
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

describeTraced('the service', () => {
  const calls = ['pwrite64', 'fdatasync', 'write'] as const;
  const faults = ['error=EIO', 'error=ENOSPC', 'signal=KILL'] as const;
  const cases = calls.flatMap((call) => faults.map((fault) => [call, fault] as const));

  test.each(cases)(
    'ends where %s on journal or index meets %s, and starts clean [S2 S3 S4 S5]',
    async (call, fault) => {
      const name = `record-${serial++}`;
      const traced = await injected([call === 'write' ? indexLog() : segment()], `${call}:${fault}:when=1`);
      const isKilled = fault === 'signal=KILL';
      const answer = await register(service, name).catch(() => undefined);
      if (isKilled) expect(answer).toBeUndefined();
      else expect(answer?.status).toBe(503);
      expect(await service.ended()).toBe(isKilled ? null : 70);
      expectHit(await traced.end(), call, isKilled);

      expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
      await service.start();
      const retried = await register(service, name);
      expect(retried.status).toBe(201);
      // whole where its frame had been written
      const isWritten = call !== 'pwrite64';
      expect(retried.headers.get('idempotent-replayed')).toBe(isWritten ? 'true' : null);
      acknowledged.set(name, await retried.text());
    },
  );

  const uploads = [
    ['openat', 1],
    ['fsync', 1],
    ['mkdir', 1],
    ['rename', 1],
    ['fsync', 2],
    ['fsync', 4],
  ] as const;
  test.each(uploads)(
    'continues where %s (%i.) of an upload fails, and stores no half content [S3]',
    async (call, nth) => {
      const name = `upload-${serial++}`;
      const traced = await injected([], `${call}:error=EIO:when=${nth}`);
      expect((await registerUploaded(service, name)).status).toBe(500);
      expectHit(await traced.detach(), call, false);
      expect(readdirSync(join(workplace.env['EVL_DATA_DIR']!, 'contents', 'incoming'))).toEqual([]);
      expect((await registerUploaded(service, name)).status).toBe(201);
      const receipt = (await (await registerUploaded(service, name)).json()) as { record: { header: { id: string } } };
      const content = await fetch(`${service.url}/v1/evidence/${receipt.record.header.id}/content`);
      expect(Buffer.from(await content.arrayBuffer())).toEqual(contentOf(name));
    },
  );

  test('has lost nothing in all that [S2 S3 S5]', async (context) => {
    const judgement = await judge(workplace, service, acknowledged);
    expect(judgement).toMatchObject({ acknowledged: cases.length, lost: 0, wrongCheckpoints: 0 });
    report(context, { injections: cases.length + uploads.length, ...judgement });
  });
});

/**
 * On a service that has nothing left to publish or to anchor: the next frame is that of what is
 * asked next.
 */
async function injected(paths: readonly string[], injection: Injection): Promise<Strace> {
  await fetch(`${service.url}/v1/anchors`, { method: 'POST' });
  await eventually(async () => {
    const { head, anchors } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as {
      readonly head: { readonly size: string };
      readonly anchors: readonly { readonly size: string; readonly state: string }[];
    };
    const isIdle = head.size === '0' || (anchors[0]?.state === 'final' && anchors[0].size === head.size);
    return isIdle ? true : undefined;
  });
  return Strace.attach(service.pid, { calls: DISK_CALLS, paths, injection });
}

function segment(): string {
  return join(workplace.env['EVL_DATA_DIR']!, 'journal', '00000000.seg');
}

/** The file that LevelDB writes to now. */
function indexLog(): string {
  const index = join(workplace.env['EVL_DATA_DIR']!, 'index');
  return join(
    index,
    readdirSync(index).findLast((name) => name.endsWith('.log'))!,
  );
}

function expectHit(calls: readonly Call[], name: string, isKilled: boolean): void {
  const hit = isKilled ? calls.find(({ end }) => end === undefined) : calls.find(({ isInjected }) => isInjected);
  expect(hit?.name).toBe(name);
  expect(pathOf(hit!)).toContain(workplace.env['EVL_DATA_DIR']);
}
