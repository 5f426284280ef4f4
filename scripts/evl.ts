#!/usr/bin/env node
/**
 * The first file of the command line. It imports nothing statically, so that whatever fails, even
 * loading, ends in one line and exit 70: Node's own answer to an uncaught error is exit 1, and here
 * exit 1 is a verdict.
 */
const INTERNAL = 70;

// Syncing many small files waits for the disk, one thread each: more wait together. Read when the
// first of them starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

// Also the answer if the program should ever run out of things to wait for before it is done.
process.exitCode = INTERNAL;
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

try {
  await keepCompiled();
  const { run } = await import('../src/cli/program.ts');
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  die(error);
}

/**
 * Node keeps what it compiled, in a folder of the user alone: the next start takes a third of the
 * time. Where that cannot be, it starts as before.
 */
async function keepCompiled(): Promise<void> {
  const [{ enableCompileCache }, { defaultHome, makeFolder }] = await Promise.all([
    import('node:module'),
    import('../src/cli/settings/home.ts'),
  ]);
  const folder = process.env['NODE_COMPILE_CACHE'] ?? `${process.env['EVL_HOME'] || defaultHome()}/compiled`;
  try {
    makeFolder(folder);
  } catch {
    return;
  }
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder; // for the local chain's process
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
