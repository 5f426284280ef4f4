import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChainReport } from './report.ts';

export type ChainEvent =
  | ChainReport // its 'failed' is final here: the child is not started again, somebody must look at the folder
  | { readonly type: 'starting'; readonly pid: number | undefined }
  | {
      readonly type: 'exited';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      /** Why: what the child reported, or the end of what it wrote to stderr. */
      readonly reason: string;
      readonly retryInMs: number;
    };

export type SupervisedChain = {
  /**
   * The address of the chain: from the first time that it is ready, and the same for ever after.
   */
  readonly url: Promise<string>;
  /**
   * Ends the child, by force if it does not end within `stopTimeoutMs`. No event comes after it
   * resolves.
   */
  stop(): Promise<void>;
};

const firstRetryMs = 500;
const longestRetryMs = 30_000;
const steadyAfterMs = 60_000;
const stopTimeoutMs = 10_000;
const lastWordsChars = 4096;

/** What another attempt cannot mend. */
const FINAL: ReadonlySet<string> = new Set([
  'locked',
  'chain-missing',
  'chain-exposed',
  'chain-settings-invalid',
  'journal-damaged',
]);

/** This very file is .ts in the checkout and .js when packed: so is the program beside it. */
const program = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

/**
 * Runs the chain of `dir` in a child process and starts it again whenever it dies, later each time,
 * until it has been up for a minute. `port` 0 is any free one, kept from then on. `url` rejects if
 * the chain fails for good or is stopped before it was ever ready; nobody has to listen.
 */
export function superviseChain(options: {
  readonly dir: string;
  readonly port: number;
  readonly onEvent: (event: ChainEvent) => void;
}): SupervisedChain {
  const { dir, onEvent } = options;
  const url = Promise.withResolvers<string>();
  url.promise.catch(() => undefined);
  const stopping = new AbortController();
  let port = options.port;
  let child: Child | undefined;
  let attempts = 0;

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      let readyMs: number | undefined;
      child = startChild(dir, port, (report) => {
        if (report.type === 'ready') {
          readyMs = performance.now();
          port = report.port;
          url.resolve(report.url);
        }
        if (!stopping.signal.aborted) onEvent(report);
      });
      onEvent({ type: 'starting', pid: child.pid });
      const { code, signal, failure, lastWords } = await child.ended;
      if (stopping.signal.aborted) return;
      if (failure && FINAL.has(failure.code)) {
        url.reject(Object.assign(new Error(failure.message), { code: failure.code }));
        onEvent(failure);
        return;
      }
      if (readyMs !== undefined && performance.now() - readyMs >= steadyAfterMs) attempts = 0;
      const retryInMs = Math.min(firstRetryMs * 2 ** attempts, longestRetryMs);
      attempts += 1;
      onEvent({ type: 'exited', code, signal, reason: failure?.message ?? lastWords, retryInMs });
      await delay(retryInMs, undefined, { signal: stopping.signal }).catch(() => undefined); // stopped meanwhile
    }
  }

  const finished = keepRunning();
  return {
    url: url.promise,
    async stop() {
      stopping.abort();
      url.reject(new Error('the chain was stopped before it was ready'));
      child?.stop();
      await finished;
    },
  };
}

type Child = {
  readonly pid: number | undefined;
  readonly ended: Promise<Ending>;
  readonly stop: () => void;
};

type Ending = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly failure: Extract<ChainReport, { type: 'failed' }> | undefined;
  readonly lastWords: string;
};

/**
 * One life of the chain process. A 'failed' report is part of its ending; the others are passed on
 * at once.
 */
function startChild(dir: string, port: number, onReport: (report: ChainReport) => void): Child {
  const child = fork(program, [dir, String(port)], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  let failure: Ending['failure'];
  let lastWords = '';

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsChars);
  });
  child.on('message', (message) => {
    const report = ChainReport.parse(message);
    if (report.type === 'failed') failure = report;
    else onReport(report);
  });
  child.on('error', (error) => {
    lastWords = error.message;
    if (child.pid === undefined) resolve({ code: null, signal: null, failure, lastWords }); // it never started
  });
  // 'close', not 'exit': by then its messages and last words have arrived.
  child.on('close', (code, signal) => resolve({ code, signal, failure, lastWords: lastWords.trim() }));

  return {
    pid: child.pid,
    ended,
    stop() {
      if (child.connected) child.send('stop', () => undefined); // it may end faster than the message travels
      const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      void ended.then(() => clearTimeout(force));
    },
  };
}
