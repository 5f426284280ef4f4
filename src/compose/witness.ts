import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { readWitnessKey } from '../adapters/keys/witness-key.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { keepEvidence } from '../adapters/witness-state/evidence-folder.ts';
import { FileWitnessState } from '../adapters/witness-state/file-state.ts';
import { followLogs, watchedLogs, witnessPaths } from '../adapters/witness-state/witness-folder.ts';
import { formatTypedVkey } from '../protocol/note/vkey.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Message } from '../text/message.ts';
import type { Alarm, ClockSeconds, WitnessedLog, WitnessState } from '../witness/ports.ts';
import { Witness } from '../witness/witness.ts';
import { BODY_WINDOW_MS } from '../http/slow-body.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import { Drain } from '../http/drain.ts';
import { serveAt, urlOf } from '../http/listening.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import { createWitnessApp } from '../witness-server/app.ts';
import { createWitnessMetrics } from '../witness-server/metrics.ts';

export interface WitnessOptions {
  readonly dir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Requests of one address in a second before it gets `too-many-requests`; 0: no limit. */
  readonly requestsPerSecond: number;
  /** The time of cosignatures. */
  readonly clock: ClockSeconds;
  readonly onEvent: (event: WitnessEvent) => void;
  /** Called with every request when it has ended. */
  readonly onRequest?: ((request: AccessLogEntry) => void) | undefined;
}

/** What is reported to the operator of a witness. */
export type WitnessEvent =
  | { readonly type: 'log-refused'; readonly origin: string; readonly code: string; readonly text: Message }
  | { readonly type: 'alarm'; readonly origin: string; readonly code: Alarm['code']; readonly size: string }
  | { readonly type: 'logs-changed'; readonly logs: readonly string[] }
  | { readonly type: 'logs-unreadable'; readonly code: string; readonly text: Message }
  | { readonly type: 'internal-error'; readonly error: unknown };

export interface RunningWitness {
  readonly url: string;
  readonly vkey: string;
  readonly logs: readonly WitnessedLog[];
  /** Resolves with the cause where the state cannot be written: the process must exit with 70. */
  readonly failed: Promise<Error>;
  /** Answers the requests under way, for up to 2 s, and releases everything. */
  stop(): Promise<void>;
}

const LAST_REQUESTS = { quietMs: 100, listenMs: 2000, limitMs: 2000 };

/**
 * Puts a witness together and serves it. Throws where it cannot start (`witness-missing`, `locked`,
 * `key-unreadable` …); then nothing is left running.
 */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const cleanup = new CleanupStack();
  try {
    return await start(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(options: WitnessOptions, cleanup: CleanupStack): Promise<RunningWitness> {
  const { clock, onEvent } = options;
  const paths = witnessPaths(options.dir);
  const watched = watchedLogs(paths);
  watched.read(); // `witness-missing`, before a lock is created where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  cleanup.push(() => lock.release());
  const followed = followLogs(paths, (result) => onEvent(listEvent(result)));
  const logs = followed.now();
  const signer = readWitnessKey(paths.key);

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const state = await FileWitnessState.open(paths.state, signer.key, fail);
  cleanup.push(() => state.close());
  await reportUnusable(logs, state, onEvent);
  const metrics = createWitnessMetrics(followed.last, state, clock);
  const isDue = oncePerMinute(clock);
  const onAlarm = async (alarm: Alarm) => {
    const { origin, code, submission } = alarm;
    metrics.alarmed(origin, code);
    try {
      const kept = await keepEvidence(paths.evidence, alarm, clock());
      // a checkpoint that is sent again is reported once, and alarms beyond the limit once a minute
      if (kept === 'known' || (kept === 'full' && !isDue(`${code} ${origin}`))) return;
    } catch (error) {
      onEvent({ type: 'internal-error', error }); // the checkpoint is refused nevertheless
    }
    onEvent({ type: 'alarm', origin, code, size: submission.checkpoint.size.toString() });
  };
  const app = createWitnessApp({
    witness: new Witness({ logs: followed.now, state, signer, clock, hasher: nodeTreeHasher, onAlarm }),
    metrics,
    requestsPerSecond: options.requestsPerSecond,
    bodyWindowMs: BODY_WINDOW_MS,
    onRequest: options.onRequest ?? (() => {}),
    onInternalError: (error) => onEvent({ type: 'internal-error', error }),
  });
  const server = await serveAt(options, app);
  const drain = new Drain(server);
  cleanup.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: urlOf(server),
    vkey: formatTypedVkey(signer.key),
    logs,
    failed,
    async stop() {
      await drain.run(LAST_REQUESTS);
      await cleanup.run();
    },
  };
}

function listEvent(result: readonly WitnessedLog[] | LedgerError): WitnessEvent {
  if (result instanceof LedgerError) return { type: 'logs-unreadable', code: result.code, text: result.text };
  return { type: 'logs-changed', logs: result.map(({ origin }) => origin) };
}

/**
 * Whether a minute has passed since the key was last due; after a clock was set back, it is due at
 * once.
 */
function oncePerMinute(clock: ClockSeconds): (key: string) => boolean {
  const lastAt = new Map<string, bigint>();
  return (key) => {
    const [now, last] = [clock(), lastAt.get(key)];
    if (last !== undefined && last <= now && now < last + 60n) return false;
    lastAt.set(key, now);
    return true;
  };
}

/** Reports each log whose state is missing or damaged: it is refused, the others are served. */
async function reportUnusable(
  logs: readonly WitnessedLog[],
  state: WitnessState,
  onEvent: (event: WitnessEvent) => void,
): Promise<void> {
  for (const { origin } of logs) {
    try {
      await state.latest(origin);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      onEvent({ type: 'log-refused', origin, code: error.code, text: error.text });
    }
  }
}
