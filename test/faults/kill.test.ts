import { afterAll, beforeAll, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { report } from './figures.ts';
import { judge } from './oracle.ts';
import { Writers } from './writers.ts';

/**
 * SIGKILL under load, again and again. (A kill leaves the page cache: this shows the order of things, not what a power cut does.)
 */
const KILLS = Number(process.env['KILLS'] ?? 20);
const AUDIT_EVERY = 50;

const workplace = new Workplace();
const service = new Service(workplace);
const writers = new Writers(service, 64);

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '5000';
  await service.start();
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

test(
  'nothing that was acknowledged is lost in kills under 64 writers [S1 C45]',
  { timeout: 900_000 },
  async (context) => {
    const restartsMs: number[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = writers.acknowledged.size;
      writers.start();
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 600));
      await service.stop('SIGKILL');
      await writers.stop();
      expect(writers.acknowledged.size, 'the writers got nothing through').toBeGreaterThan(before);
      const startedMs = performance.now();
      await service.start();
      restartsMs.push(performance.now() - startedMs);
      if (kill % AUDIT_EVERY === 0 && kill < KILLS)
        await judge(workplace, service, writers.acknowledged, { audit: false });
    }
    const judgement = await judge(workplace, service, writers.acknowledged);
    report(context, { kills: KILLS, ...judgement, slowestRestartMs: Math.round(Math.max(...restartsMs)) });
  },
);
