#!/usr/bin/env node
/** The entry point of the command line; what can fail is loaded in `runProcess`. */
import { runProcess } from '../src/cli/shell/run-process.ts';

// Syncing many small files waits for the disk, one thread each; more threads wait in parallel. Read
// when the first of them starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

await runProcess(async () => {
  await enableCompiledCode();
  const [{ run, worksOnFiles }, { EVL }] = await Promise.all([
    import('../src/cli/program.ts'),
    import('../src/cli/programs/evl.ts'),
  ]);
  // `npm run evl` starts in the folder of the project.
  const { npm_lifecycle_event: script, INIT_CWD: callersFolder } = process.env;
  const isElsewhere = script === 'evl' && callersFolder !== undefined && worksOnFiles(process.argv.slice(2));
  if (isElsewhere) process.chdir(callersFolder);
  return (argv, surroundings) => run(argv, surroundings, EVL);
});

/**
 * Node keeps compiled code in a folder of this user, so that the next start takes a third of the
 * time. Without such a folder the program starts as usual.
 */
async function enableCompiledCode(): Promise<void> {
  const [{ enableCompileCache }, { defaultHome }, { makeFolder }] = await Promise.all([
    import('node:module'),
    import('../src/cli/settings/home.ts'),
    import('../src/adapters/files/make-folder.ts'),
  ]);
  const home = process.env['EVL_HOME'] || defaultHome(process.env);
  const folder = process.env['NODE_COMPILE_CACHE'] ?? `${home}/compiled`;
  try {
    makeFolder(folder, 0o700);
  } catch {
    return;
  }
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder; // for the process of the local chain
}
