#!/usr/bin/env node
/**
 * The entry point of the command line. It imports nothing statically, so that every failure, even
 * one of loading, ends in one line and exit 70: Node ends with 1 after an uncaught error, and here
 * exit code 1 is a verdict.
 */
const INTERNAL = 70;
const INTERRUPTED = 130;
const PARENT_PERIOD_MS = 500;

// Syncing many small files waits for the disk, one thread each; more threads wait in parallel. Read
// when the first of them starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

// Holds where the event loop runs empty before the program is done.
process.exitCode = INTERNAL;
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

try {
  await enableCompiledCode();
  const [{ run, worksOnFiles }, { machineConfig }] = await Promise.all([
    import('../src/cli/program.ts'),
    import('../src/cli/settings/home.ts'),
  ]);
  const argv = process.argv.slice(2);
  // `npm run evl` starts in the folder of the project.
  const { npm_lifecycle_event: script, INIT_CWD: callersFolder } = process.env;
  if (script === 'evl' && callersFolder !== undefined && worksOnFiles(argv)) process.chdir(callersFolder);
  process.exitCode = await run(argv, {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    machineConfig: machineConfig(),
    abortOn,
  });
  if (process.exitCode === INTERRUPTED) process.exit();
} catch (error) {
  die(error);
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

/**
 * Node keeps compiled code in a folder of this user, so that the next start takes a third of the
 * time. Without such a folder the program starts as usual.
 */
async function enableCompiledCode(): Promise<void> {
  const [{ enableCompileCache }, { defaultHome, makeFolder }] = await Promise.all([
    import('node:module'),
    import('../src/cli/settings/home.ts'),
  ]);
  const home = process.env['EVL_HOME'] || defaultHome(process.env);
  const folder = process.env['NODE_COMPILE_CACHE'] ?? `${home}/compiled`;
  try {
    makeFolder(folder);
  } catch {
    return;
  }
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder; // for the process of the local chain
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
