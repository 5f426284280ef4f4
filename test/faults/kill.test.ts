import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { report } from './figures.ts';
import { judge } from './oracle.ts';
import { Writers } from './writers.ts';

/**
 * SIGKILL at random moments, again and again: under load, and within the start that follows. (A
 * kill leaves the page cache: this shows the order of things, not what a power cut does.)
 */
const KILLS = Number(process.env['KILLS'] ?? 20);
/**
 * For this many kills the service runs the chain, which ends with it; after them the chain is a
 * process of its own, and a start takes a third of the time.
 */
const KILLS_WITH_CHAIN = Math.ceil(KILLS / 10);
const LOAD_MS = 600;
const START_MS = 700;

const workplace = new Workplace();
const service = new Service(workplace);
const writers = new Writers(service, 64);
let chain: ChildProcess | undefined;

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '5000';
  await service.start();
});
afterAll(async () => {
  await service.stop();
  chain?.kill();
  workplace.remove();
});

test(
  'nothing that was acknowledged is lost in kills under 64 writers and within starts [S1 C45]',
  { timeout: 900_000 },
  async (context) => {
    const restartsMs: number[] = [];
    let killsInStarts = 0;
    for (let kills = 0; kills < KILLS;) {
      if (chain === undefined && kills >= KILLS_WITH_CHAIN) await runChainAlone();
      writers.start();
      await sleep(Math.random() * LOAD_MS);
      await killed();
      await writers.stop();
      for (kills++; kills < KILLS && Math.random() < 1 / 3; kills++) {
        const starting = service.start().catch(() => {}); // it is not meant to come to its end
        await sleep(Math.random() * START_MS);
        await killed();
        await starting;
        killsInStarts++;
      }
      const startedMs = performance.now();
      await service.start();
      restartsMs.push(performance.now() - startedMs);
      expect(await treeSize(), 'records after a restart').toBeGreaterThanOrEqual(writers.acknowledged.size);
    }

    // Requests without an answer are repeated: then each is registered, and none twice.
    while (writers.unanswered.length > 0) {
      writers.start();
      await writers.stop();
    }
    expect([...writers.refused]).toEqual([]);
    expect(await treeSize()).toBe(writers.acknowledged.size);
    expect(writers.acknowledged.size).toBeGreaterThan(KILLS);
    const judgement = await judge(workplace, service, writers.acknowledged);
    report(context, { kills: KILLS, killsInStarts, ...judgement, ...restartFigures(restartsMs) });
  },
);

/** SIGKILL; the chain that the service has started ends by itself. */
async function killed(): Promise<void> {
  const children = childrenOf(service.pid);
  await service.stop('SIGKILL');
  await eventually(async () => (children.some(isAlive) ? undefined : true));
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** From now on the service finds the chain that `evl chain` runs, and starts none. */
async function runChainAlone(): Promise<void> {
  await service.stop();
  chain = workplace.spawn(['chain']);
  workplace.env['EVL_RPC_URL'] = service.chainUrl;
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  const answers = () =>
    fetch(service.chainUrl, { method: 'POST', body }).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await eventually(answers);
  await service.start();
}

async function treeSize(): Promise<number> {
  const { head } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { head: { size: string } };
  return Number(head.size);
}

/** The last tenth is of a log that has grown. */
function restartFigures(restartsMs: readonly number[]): Record<string, number> {
  const own = restartsMs.slice(-Math.ceil(restartsMs.length / 10));
  return {
    restarts: restartsMs.length,
    medianRestartMs: median(restartsMs),
    medianOfLastTenthMs: median(own),
    slowestRestartMs: Math.round(Math.max(...restartsMs)),
  };
}

function median(numbers: readonly number[]): number {
  return Math.round(numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
