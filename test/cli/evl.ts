import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Run {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = join(import.meta.dirname, '..', '..', 'scripts', 'evl.ts');

/**
 * Runs the command line as a process of its own; English, and nothing of the developer's own
 * settings.
 */
export async function evl(
  args: readonly (string | Buffer)[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EVL_|LC_|LANG)/.test(name));
  const child = spawn(process.execPath, [PROGRAM, ...args.map(String)], {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), LANG: 'C.UTF-8', ...options.env },
  });
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject)),
  ]);
  return { exit, stdout, stderr };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
