import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { removeFolders } from '../adapters/embedded-store/folder.ts';
import { DISK_CALLS } from './disk.ts';
import { report } from './figures.ts';
import { copyOf } from './small-ledger.ts';
import { describeTraced, pathOf, Strace, TRACEABLE } from './strace.ts';
import { judgeSyncOrder } from './sync-order.ts';
import { register } from './writers.ts';

/** A disk that takes seconds for one sync, under more requests than may wait. */

const DELAY_MS = 5000;
const LINES_PER_BATCH = 2048;
/** More than the 8,192 that may wait and the 1,024 of the commit that is being synced. */
const BATCHES = 7;
const MOST_ASKED = 200;

describeTraced('a sync that takes five seconds', () => {
  test('bounds the queue; nothing is acknowledged before it ends [S34]', async (context) => {
    const workplace = new Workplace();
    const service = new Service(workplace);
    const dataDir = workplace.env['EVL_DATA_DIR']!;
    workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '3600000';
    workplace.env['UV_USE_IO_URING'] = TRACEABLE['UV_USE_IO_URING']!;
    try {
      await service.start();
      const before = copyOf(dataDir);
      const strace = await Strace.attach(service.pid, {
        calls: [...DISK_CALLS, 'writev'],
        injection: `fdatasync:delay_enter=${DELAY_MS * 1000}:when=1+`,
      });
      const first = register(service, 'first');
      const batches = Array.from({ length: BATCHES }, (_, i) => registerBatch(service, `batch-${i}`));
      const { refusal, requests } = await untilRefused(service);
      expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await refusal.json()).toMatchObject({ code: 'queue-full' });
      expect((await first).status).toBe(201);

      // the disk is quick again
      const calls = await strace.detach();
      const delayed = calls.filter(({ name, end, begin }) => name === 'fdatasync' && end !== undefined && end > begin);
      expect(delayed.map(pathOf)).toContain(join(dataDir, 'journal', '00000000.seg'));
      const { answered, violations } = judgeSyncOrder(calls, dataDir, before);
      expect(violations).toEqual([]);
      expect(answered.size).toBeGreaterThan(0);

      const lines = (await Promise.all(batches)).flat();
      const refused = lines.filter(({ code }) => code === 'queue-full').length;
      const acknowledged = lines.filter(({ id }) => id !== undefined).length;
      expect(acknowledged + refused).toBe(BATCHES * LINES_PER_BATCH);
      expect(refused).toBeGreaterThan(0);
      const single = (await Promise.all(requests)).filter(({ status }) => status === 201).length;

      // what was refused is registered now, what was acknowledged is there once
      for (let i = 0; i < BATCHES; i++)
        expect((await registerBatch(service, `batch-${i}`)).every(({ id }) => id !== undefined)).toBe(true);
      const { head } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { head: { size: string } };
      expect(Number(head.size)).toBe(1 + BATCHES * LINES_PER_BATCH + single);
      report(context, { acknowledged: acknowledged + 1 + single, refused });
    } finally {
      await service.stop();
      workplace.remove();
      removeFolders();
    }
  });
});

/**
 * Sends requests until one is refused because the batches have filled the queue. Returns the
 * refusal, and all requests.
 */
async function untilRefused(service: Service): Promise<{ refusal: Response; requests: Promise<Response>[] }> {
  const requests: Promise<Response>[] = [];
  const refused = Promise.withResolvers<Response>();
  for (let i = 0; i < MOST_ASKED; i++) {
    const request = register(service, `one-${i}`);
    requests.push(request);
    void request.then((answer) => answer.status === 503 && refused.resolve(answer));
    const refusal = await Promise.race([refused.promise, delay(200, undefined)]);
    if (refusal !== undefined) return { refusal, requests };
  }
  throw new Error('the queue took everything');
}

interface Line {
  readonly id?: string;
  readonly code?: string;
}

async function registerBatch(service: Service, name: string): Promise<Line[]> {
  const lines = Array.from({ length: LINES_PER_BATCH }, (_, i) => {
    const sha256 = createHash('sha256').update(`${name} ${i}`).digest('hex');
    return JSON.stringify({ case: { number: 'faults' }, file: { name, size: i }, digests: { sha256 } });
  });
  const answer = await fetch(`${service.url}/v1/evidence/batch?receipts=false`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': name },
    body: `${lines.join('\n')}\n`,
  });
  expect(answer.status).toBe(200);
  return (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
