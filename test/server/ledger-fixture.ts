import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseFormat } from '../../src/kinds/cases/case-format.ts';
import type { ServeOptions } from '../../src/compose/serve-options.ts';
import type { ServeEvent } from '../../src/server/service-events.ts';
import { type RunningServer, startServer } from '../../src/compose/service.ts';
import { ANY_CASE } from '../any-case.ts';
import { createNewLedger, makeLedger } from '../ledger-template.ts';

export interface TestLedger {
  readonly dataDir: string;
  readonly events: ServeEvent[];
  server: RunningServer;
  restart(changed?: Changed): Promise<void>;
  remove(): Promise<void>;
}

type Changed = Partial<
  Pick<
    ServeOptions,
    | 'diskReserveBytes'
    | 'witnessPolicy'
    | 'requireOutsideHead'
    | 'rpcUrls'
    | 'host'
    | 'tlsCert'
    | 'tlsKey'
    | 'certificateCheckMs'
    | 'publicHosts'
    | 'behindProxy'
    | 'insecureHttp'
    | 'publicRpcUrls'
    | 'requestsPerSecond'
    | 'verifyUrl'
  >
>;

/** A real ledger with its own local chain in a temporary folder, served on free ports. */
export async function startLedger(
  options: {
    readonly anchorIntervalMs?: number;
    readonly diskReserveBytes?: number;
    readonly clock?: () => number;
    /** Where it is left out, every case number is recognised. */
    readonly caseFormats?: readonly CaseFormat[];
    /** The clock is compared with the time that has passed. */
    readonly hasBoundedClock?: boolean;
    /** With an identity of its own, next to another one. */
    readonly isOther?: boolean;
  } = {},
): Promise<TestLedger> {
  const folder = mkdtempSync(join(tmpdir(), 'evl-ledger-'));
  const dataDir = join(folder, 'data');
  // whatever disk the tests run on
  const more: Changed = { diskReserveBytes: options.diskReserveBytes ?? 0 };
  const anchorIntervalMs = options.anchorIntervalMs ?? 3_600_000;
  await (options.isOther === true ? createNewLedger(dataDir) : makeLedger(dataDir));
  const events: ServeEvent[] = [];
  const start = () =>
    startServer({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      chainPort: 0,
      anchorIntervalMs,
      caseFormats: options.caseFormats ?? ANY_CASE,
      ...more,
      clock: options.clock ?? Date.now,
      acceptClock: options.clock !== undefined && options.hasBoundedClock !== true,
      onEvent: (event) => events.push(event),
    });
  const ledger: TestLedger = {
    dataDir,
    events,
    server: await start(),
    async restart(changed = {}) {
      Object.assign(more, changed);
      await ledger.server.stop();
      ledger.server = await start();
    },
    async remove() {
      await ledger.server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return ledger;
}

/**
 * Asks until there is an answer, and returns it; fails after `timeoutMs`, which only a failure ever
 * takes.
 */
export async function eventually<T>(ask: () => Promise<T | undefined>, timeoutMs = 120_000): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > endMs) throw new Error(`did not become true within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
