import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Call, Strace, TRACEABLE, type TraceOptions } from './strace.ts';

/** Makes the index again in a process of its own, traced; exit 0: it is there. */
export async function rebuildTraced(
  dataDir: string,
  options: TraceOptions,
): Promise<{ readonly exit: number | null; readonly wasKilled: boolean; readonly calls: readonly Call[] }> {
  const program = join(import.meta.dirname, 'rebuild-process.ts');
  const child = fork(program, [dataDir], { env: { ...process.env, ...TRACEABLE } });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await once(child, 'message');
  const strace = await Strace.attach(child.pid!, options);
  child.send('go');
  await ended;
  return { exit: child.exitCode, wasKilled: child.signalCode === 'SIGKILL', calls: await strace.end() };
}
