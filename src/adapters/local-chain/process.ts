import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { startChain } from './chain.ts';
import { errorCode } from './chain-error.ts';
import { openJournal } from './journal.ts';
import type { ChainReport } from './report.ts';
import { listenRpc } from './rpc-server.ts';
import { journalPath, lockPath, readChainSettings } from './settings.ts';

export type ChainProcessOptions = {
  readonly dir: string;
  /** 0 = any free one. */
  readonly port: number;
  /**
   * Takes the exclusive lock on a path or throws an error with code 'locked'. It is held until the
   * process ends.
   */
  readonly acquireLock: (path: string) => unknown;
  readonly report: (event: ChainReport) => void;
};

export type ChainExitCode = 0 | 10 | 11 | 70;

/**
 * A supervisor that was killed leaves a child that is just ending: it may hold the lock a moment
 * longer.
 */
const lockTimeoutMs = 2000;

/**
 * Runs the chain of `dir` until it is told to stop: by SIGTERM, by SIGINT in the foreground, or, as
 * a child process, by the message 'stop' or the end of its parent. Answers the exit code that the
 * caller must end the process with, at once: 0 stopped, 10 no chain in the folder, 11 locked by
 * another process, 70 everything else.
 */
export async function runChainProcess(options: ChainProcessOptions): Promise<ChainExitCode> {
  const stop = Promise.withResolvers<0>();
  onStopRequest(() => stop.resolve(0));
  const failStop = Promise.withResolvers<never>();
  try {
    // Nothing is written before the chain runs, so a stop that comes earlier need not wait for the
    // replay.
    const running = await Promise.race([stop.promise, failStop.promise, start(options, failStop.reject)]);
    if (running === 0) return 0;
    await Promise.race([stop.promise, failStop.promise]);
    await Promise.race([running.close(), failStop.promise]);
    return 0;
  } catch (error) {
    const code = errorCode(error) ?? 'internal';
    options.report({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
    if (code === 'locked') return 11;
    return code === 'chain-missing' ? 10 : 70;
  }
}

function onStopRequest(stop: () => void): void {
  process.on('SIGTERM', stop);
  if (process.channel === undefined) {
    process.on('SIGINT', stop);
    return;
  }
  // Ctrl-C reaches every process of the terminal. The parent decides when it no longer needs the
  // chain.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', stop);
  process.on('message', (message) => {
    if (message === 'stop') stop();
  });
}

async function start(options: ChainProcessOptions, onFailStop: (error: Error) => void) {
  const { dir, port, report } = options;
  const settings = await readChainSettings(dir);
  await lock(options);
  const startedMs = performance.now();
  const journal = await openJournal(journalPath(dir));
  report({ type: 'replaying', blocks: 0, total: journal.entries.length });
  const chain = await startChain({
    dir,
    settings,
    journal,
    clock: () => Math.floor(Date.now() / 1000),
    onReplay: (blocks, total) => report({ type: 'replaying', blocks, total }),
    onFailStop,
  });
  const replayMs = Math.round(performance.now() - startedMs);
  const server = await listenRpc(port, chain.request);
  const { replayedBlocks: blocks } = chain;
  report({ type: 'ready', url: server.url, port: server.port, blocks, replayMs, tornBytes: journal.tornBytes });
  return {
    async close() {
      await server.close();
      await chain.close();
    },
  };
}

async function lock({ dir, acquireLock }: ChainProcessOptions): Promise<void> {
  const endMs = performance.now() + lockTimeoutMs;
  for (;;) {
    try {
      acquireLock(lockPath(dir));
      return;
    } catch (error) {
      if (errorCode(error) !== 'locked' || performance.now() > endMs) throw error;
    }
    await delay(100);
  }
}
