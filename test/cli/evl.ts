import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/program.ts';
import { ANY_CASE_SETTING } from '../any-case.ts';
import { EVL } from '../../src/cli/programs/evl.ts';
import { collect } from './collect.ts';
import type { OutputStream, Surroundings } from '../../src/cli/shell/surroundings.ts';

export interface Run {
  /** null: ended by a signal. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface EvlOptions {
  readonly cwd?: string | undefined;
  /** Added to an environment without settings; English. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Stands for /etc/evidence-ledger/evl.yaml. */
  readonly machineConfig?: string;
}

/** The program's file, for tests that start it as a process. */
export const PROGRAM = join(import.meta.dirname, '..', '..', 'scripts', 'evl.ts');

/** Runs a command line within this process, which saves the start of another one. */
export async function evl(args: readonly string[], options: EvlOptions = {}): Promise<Run & { readonly exit: number }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const exit = await inFolder(options.cwd ?? process.cwd(), () =>
    run(
      args,
      {
        ...surroundings(stdout, stderr, cleanEnv(options.env), options.input),
        machineConfig: options.machineConfig,
      },
      EVL,
    ),
  );
  return { exit, stdout: stdout.text, stderr: stderr.text };
}

/** Runs a command line as a process of its own. */
export async function evlProcess(args: readonly string[], options: EvlOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: options.cwd, env: cleanEnv(options.env) });
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, exit] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject)),
  ]);
  return { exit, stdout, stderr };
}

/** A run's surroundings within a test: nothing of them is the process's own. */
export function surroundings(
  stdout: OutputStream,
  stderr: OutputStream = new TextSink(),
  env: NodeJS.ProcessEnv = {},
  input = '',
): Surroundings {
  return {
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
    env,
    abortOn: () => new AbortController().signal,
  };
}

/** Keeps what is written to it. */
export class TextSink extends Writable {
  readonly #parts: Buffer[] = [];

  override _write(data: Buffer, _encoding: string, callback: () => void): void {
    this.#parts.push(data);
    callback();
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}

const home = process.cwd();
let folder = home;
let inUse = 0;
let released = Promise.withResolvers<void>();

/** The current folder belongs to the process: runs in the same one overlap, others wait. */
async function inFolder<T>(cwd: string, body: () => Promise<T>): Promise<T> {
  // oxlint-disable-next-line no-unmodified-loop-condition -- other calls change both
  while (inUse > 0 && folder !== cwd) await released.promise;
  if (inUse++ === 0 && folder !== cwd) process.chdir((folder = cwd));
  try {
    return await body();
  } finally {
    if (--inUse === 0) {
      if (folder !== home) process.chdir((folder = home));
      released.resolve();
      released = Promise.withResolvers();
    }
  }
}

/** The environment without settings and languages of the machine that runs the tests. */
export function cleanEnv(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EVL_|LC_|LANG|NO_COLOR|FORCE_COLOR)/.test(name));
  return { HOME: homedir(), ...Object.fromEntries(inherited), LANG: 'C.UTF-8', ...ANY_CASE_SETTING, ...env };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await collect(stream)).toString('utf8');
}
