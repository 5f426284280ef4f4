import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The path of a file of the local chain. */
export const chainModule = (name: string) =>
  fileURLToPath(new URL(`../../../src/adapters/local-chain/${name}.ts`, import.meta.url));

type Report = { type: string; url: string; code?: string; message?: string; blocks?: number; tornBytes?: number };

/** The real chain process, killed at the end of the test. */
export function startProcess(dir: string, { port = 0, cwd }: { port?: number; cwd?: string } = {}) {
  const child = fork(chainModule('child'), [dir, `${port}`], { cwd, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
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
