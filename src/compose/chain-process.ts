import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { startChain } from '../adapters/local-chain/chain.ts';
import { openJournal } from '../adapters/local-chain/journal.ts';
import type { ChainReport } from '../adapters/local-chain/report.ts';
import { journalPath, lockPath, readChainSettings } from '../adapters/local-chain/settings.ts';
import { serveRpc } from '../http/json-rpc.ts';
import { requireFreePort } from '../http/listening.ts';
import { CHAIN_ENDINGS } from '../text/chain.ts';
import { LedgerError } from '../text/ledger-error.ts';

export interface ChainProcessOptions {
  readonly dir: string;
  /** 0: any free one. */
  readonly port: number;
  readonly report: (event: ChainReport) => void;
}

export type ChainExitCode = 0 | 10 | 11 | 70;

const HOST = '127.0.0.1';
/** A supervisor that was killed leaves a child that is just ending and may still hold the lock. */
const LOCK_TIMEOUT_MS = 2000;
const LOCK_POLL_MS = 100;

/**
 * Runs the chain of `dir` until it is stopped: by SIGTERM, by SIGINT in the foreground, or, as a
 * child process, by the message 'stop' or the end of its parent. Returns the code that the caller
 * must exit with at once: 0 stopped, 10 no chain in the folder, 11 locked by another process, 70
 * everything else.
 */
export async function runChainProcess(options: ChainProcessOptions): Promise<ChainExitCode> {
  const stop = Promise.withResolvers<0>();
  onStopRequest(() => stop.resolve(0));
  const failStop = Promise.withResolvers<never>();
  try {
    // Nothing is written before the chain runs, so an earlier stop need not wait for the replay.
    const running = await Promise.race([stop.promise, failStop.promise, start(options, failStop.reject)]);
    if (running === 0) return 0;
    await Promise.race([stop.promise, failStop.promise]);
    await Promise.race([running.close(), failStop.promise]);
    return 0;
  } catch (error) {
    const { code, text } = failureOf(error);
    options.report({ type: 'failed', code, text });
    if (code === 'locked') return 11;
    return code === 'chain-missing' ? 10 : 70;
  }
}

/**
 * Anything but an error of the catalogue is a bug, or a failure of the node: its stack goes to
 * stderr.
 */
function failureOf(error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return new LedgerError('chain-failed', { reason: CHAIN_ENDINGS.internal, cause: error, relayed: 'internal' });
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

async function start({ dir, port, report }: ChainProcessOptions, onFailStop: (error: Error) => void) {
  const settings = await readChainSettings(dir);
  await acquireLock(dir);
  // before the whole journal is mined again
  await forPort(port, requireFreePort({ host: HOST, port }));
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
  const server = await forPort(port, serveRpc({ host: HOST, port }, chain.request));
  const { replayedBlocks: blocks } = chain;
  report({ type: 'ready', url: server.url, port: server.port, blocks, replayMs, tornBytes: journal.tornBytes });
  return {
    async close() {
      await server.close();
      await chain.close();
    },
  };
}

/** Names a port that is taken with the setting of this port. */
async function forPort<T>(port: number, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const cause = error instanceof LedgerError ? error.cause : undefined;
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    throw isTaken ? new LedgerError('port-in-use', { port, host: HOST, cause }) : error;
  }
}

/** The lock is held until the process ends. */
async function acquireLock(dir: string): Promise<void> {
  const endMs = performance.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    try {
      acquireFileLock(lockPath(dir));
      return;
    } catch (error) {
      const isLocked = error instanceof LedgerError && error.code === 'locked';
      if (!isLocked || performance.now() > endMs) throw error;
    }
    await delay(LOCK_POLL_MS);
  }
}
