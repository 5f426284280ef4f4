import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { CHAIN_PROGRAM } from '../../src/compose/local-chain.ts';
import type { Message } from '../../src/text/message.ts';

type Report = { type: string; url: string; code?: string; text?: Message; blocks?: number; tornBytes?: number };

/** The real chain process, killed at the end of the test. */
export function startProcess(dir: string, { port = 0, cwd }: { port?: number; cwd?: string } = {}) {
  const child = fork(CHAIN_PROGRAM, [dir, `${port}`], { cwd, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return follow(child);
}

export function follow(child: ChildProcess) {
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => ({ code, signal }));
  const reports: Report[] = [];
  const ready = new Promise<Report>((resolve, reject) => {
    child.on('message', (message: Report) => {
      reports.push(message);
      if (message.type === 'ready') resolve(message);
    });
    void exited.then((end) => reject(new Error(`ended before it was ready: ${JSON.stringify([end, reports])}`)));
  });
  ready.catch(() => undefined);
  return { child, ready, exited, reports };
}

export async function rpc<Result>(url: string, method: string, ...params: unknown[]): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Result; error?: { message: string } };
  if (error) throw new Error(error.message);
  return result;
}
