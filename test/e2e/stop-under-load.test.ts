import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../faults/figures.ts';
import { Writers } from '../faults/writers.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { Service, Workplace } from './program.ts';

/** On a machine with more work than processors, clients and service get more time. */
const stopLimitMs = () => 10_000 * Math.max(1, loadavg()[0]! / availableParallelism());
const workplace = new Workplace();
const service = new Service(workplace);
const writers = new Writers(service, 64);

beforeAll(() => service.start());
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

test(
  'SIGTERM under 64 writers: finished or refused within ten seconds, exit 0, nothing lost [C50]',
  { timeout: 240_000 },
  async (context) => {
    writers.start();
    await eventually(async () => (writers.acknowledged.size > 300 ? true : undefined));
    const startedMs = performance.now();
    const exit = await service.stop('SIGTERM');
    const stoppedMs = performance.now() - startedMs;
    await writers.stop();
    expect([exit, stoppedMs < stopLimitMs()]).toEqual([0, true]);
    expect([...writers.refused.keys()].filter((status) => status !== 503)).toEqual([]);
    expect(writers.broken, 'requests that were cut off').toEqual([]);

    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, size: `${writers.acknowledged.size}` });
    report(context, { acknowledged: writers.acknowledged.size, lost: 0 });
  },
);
