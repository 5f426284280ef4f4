import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { cleanEnv, PROGRAM } from '../cli/evl.ts';
import { hasPosix } from '../availability.ts';
import { Workplace } from './program.ts';

test.runIf(hasPosix())('a service whose npm is stopped stops, and releases the ledger', async () => {
  const work = new Workplace();
  try {
    // As npm runs a script: in a shell that passes no signal on.
    const script = `'${process.execPath}' '${PROGRAM}' serve --json; true`;
    const env = cleanEnv({ ...work.env, npm_lifecycle_event: 'start' });
    const shell = spawn('sh', ['-c', script], { cwd: work.dir, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise<void>((resolve) => shell.stdout.once('end', () => resolve()));
    await new Promise((resolve) => shell.stdout.once('data', resolve));
    shell.kill('SIGTERM');
    shell.stdout.resume();
    await ended;
    expect(await work.run(['fsck'])).toMatchObject({ exit: 0 });
  } finally {
    work.remove();
  }
});
