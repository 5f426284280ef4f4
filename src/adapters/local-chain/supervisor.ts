import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { BackOff } from '../../protocol/back-off.ts';
import { CHAIN_ENDINGS } from '../../text/chain.ts';
import { errorText } from '../../text/error-text.ts';
import { relayedError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { ChainReport } from './report.ts';

export type ChainEvent =
  // 'failed' is final here: the child is not started again, a person must look at the folder
  | ChainReport
  | { readonly type: 'starting'; readonly pid: number | undefined }
  | {
      readonly type: 'exited';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      /** What the child reported; absent: nothing, or a failure without a code. */
      readonly failure?: string;
      /**
       * What the child reported, or why it could not start, else the end of its stderr, else signal
       * or exit code.
       */
      readonly reason: Message;
      readonly retryInMs: number;
    };

export interface SupervisorOptions {
  /** Path of the program that the child runs, with the folder and the port as its arguments. */
  readonly program: string;
  readonly dir: string;
  /** 0: any free one, kept from then on. */
  readonly port: number;
  readonly onEvent: (event: ChainEvent) => void;
}

export interface SupervisedChain {
  /**
   * The address of the chain, which never changes. Resolves when the chain is ready for the first
   * time.
   */
  readonly url: Promise<string>;
  /** Ends the child, by force if it does not end within 10 s. No event comes after it resolves. */
  stop(): Promise<void>;
}

const STEADY_AFTER_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const LAST_OUTPUT_CHARS = 4096;

/** Goes on until a person acts: reported once, and tried again all the same. */
const PORT_IN_USE = 'port-in-use';

/** What another attempt cannot mend. */
const FINAL: ReadonlySet<string> = new Set([
  'locked',
  'chain-missing',
  'chain-exposed',
  'chain-settings-invalid',
  'local-chain-absent',
  'journal-damaged',
]);

/**
 * Runs the chain of `dir` in a child process and restarts it whenever it dies, with growing pauses
 * that are reset after a minute of running. `url` rejects with a LedgerError where the chain fails
 * for good, and with an Error where it is stopped before it was ever ready; the rejection need not
 * be handled.
 */
export function superviseChain(options: SupervisorOptions): SupervisedChain {
  const { program, dir, onEvent } = options;
  const url = Promise.withResolvers<string>();
  url.promise.catch(() => undefined);
  const stopping = new AbortController();
  const backOff = new BackOff();
  let port = options.port;
  let child: Child | undefined;
  let reported: string | undefined;

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      let readyMs: number | undefined;
      child = startChild(program, [dir, String(port)], (report) => {
        if (report.type === 'ready') {
          readyMs = performance.now();
          port = report.port;
          url.resolve(report.url);
        }
        if (!stopping.signal.aborted) onEvent(report);
      });
      onEvent({ type: 'starting', pid: child.pid });
      const ending = await child.ended;
      if (stopping.signal.aborted) return;
      const { code, signal, failure } = ending;
      if (failure !== undefined && FINAL.has(failure.code)) {
        url.reject(relayedError(failure.code, failure.text));
        onEvent(failure);
        return;
      }
      if (readyMs !== undefined && performance.now() - readyMs >= STEADY_AFTER_MS) backOff.succeeded();
      const retryInMs = backOff.failedMs();
      const named = failure === undefined || failure.code === 'internal' ? {} : { failure: failure.code };
      const isKnown = readyMs === undefined && failure?.code === PORT_IN_USE && reported === PORT_IN_USE;
      reported = failure?.code;
      if (!isKnown) onEvent({ type: 'exited', code, signal, ...named, reason: reasonOf(ending), retryInMs });
      // stopped meanwhile
      await delay(retryInMs, undefined, { signal: stopping.signal }).catch(() => undefined);
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

interface Child {
  readonly pid: number | undefined;
  readonly ended: Promise<Ending>;
  readonly stop: () => void;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly failure: Extract<ChainReport, { type: 'failed' }> | undefined;
  /** Why the system could not start or reach the process. */
  readonly fault: Message | undefined;
  /** The end of stderr. */
  readonly lastOutput: string;
}

function reasonOf({ code, signal, failure, fault, lastOutput: output }: Ending): Message {
  if (failure !== undefined && failure.code !== 'internal') return failure.text;
  if (fault !== undefined) return fault;
  if (output !== '') return bilingual(CHAIN_ENDINGS.lastOutput, { output });
  if (signal !== null) return bilingual(CHAIN_ENDINGS.signal, { signal });
  return bilingual(CHAIN_ENDINGS.exitCode, { code: String(code) });
}

/**
 * One life of the chain process. A 'failed' report is part of its ending; the others are passed on
 * at once.
 */
function startChild(program: string, args: readonly string[], onReport: (report: ChainReport) => void): Child {
  const child = fork(program, args, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  let failure: Ending['failure'];
  let fault: Message | undefined;
  let lastOutput = '';

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastOutput = (lastOutput + text).slice(-LAST_OUTPUT_CHARS);
  });
  child.on('message', (message) => {
    const report = ChainReport.parse(message);
    if (report.type === 'failed') failure = report;
    else onReport(report);
  });
  child.on('error', (error) => {
    fault = errorText(error);
    // it never started
    if (child.pid === undefined) resolve({ code: null, signal: null, failure, fault, lastOutput });
  });
  // 'close', not 'exit': by then its messages and its stderr have arrived.
  child.on('close', (code, signal) => resolve({ code, signal, failure, fault, lastOutput: lastOutput.trim() }));

  return {
    pid: child.pid,
    ended,
    stop() {
      // it may end faster than the message travels
      if (child.connected) child.send('stop', () => undefined);
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      void ended.then(() => clearTimeout(force));
    },
  };
}
