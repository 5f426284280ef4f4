import type { Surroundings } from './surroundings.ts';

const INTERNAL = 70;
const INTERRUPTED = 130;
const PARENT_PERIOD_MS = 500;

type Run = (argv: readonly string[], surroundings: Surroundings) => Promise<number>;

/**
 * Runs a program as this process. It is loaded here, so that every failure, even one of loading,
 * ends in one line and exit 70: Node ends with 1 after an uncaught error, and exit code 1 is a
 * verdict.
 */
export async function runProcess(load: () => Promise<Run>): Promise<void> {
  // Holds where the event loop runs empty before the program is done.
  process.exitCode = INTERNAL;
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  try {
    const run = await load();
    process.exitCode = await run(process.argv.slice(2), {
      get stdin() {
        return process.stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      machineConfig: process.platform === 'win32' ? undefined : '/etc/evidence-ledger/evl.yaml',
      abortOn,
    });
    if (process.exitCode === INTERRUPTED) process.exit();
  } catch (error) {
    die(error);
  }
}

/** The handlers stay: a further signal does not cut off a shutdown. */
function abortOn(...signals: readonly NodeJS.Signals[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) process.on(signal, () => controller.abort());
  if (signals.includes('SIGTERM')) onOrphaned(() => controller.abort());
  return controller.signal;
}

/**
 * npm runs a script in a shell that passes no signal on: one that stops `npm start` ends the shell
 * and would leave the service and its lock behind.
 */
function onOrphaned(stop: () => void): void {
  const { npm_lifecycle_event: script } = process.env;
  if (script !== 'start' && script !== 'evl') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_PERIOD_MS);
  timer.unref();
}

function die(error: unknown): never {
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  if (process.env['EVL_DEBUG'] === '1') console.error(error);
  else console.error(`evl: internal error: ${message} (EVL_DEBUG=1 shows where)`);
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ error: { code: 'internal', message } }));
  }
  process.exit(INTERNAL);
}
