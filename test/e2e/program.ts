import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLedger } from '../ledger-template.ts';
import { cleanEnv, evl, PROGRAM, type Run } from '../cli/evl.ts';

export type Finished = Run;

/** A user's machine: a folder for the ledger and the files, and the settings of the shell. */
export class Workplace {
  readonly dir: string;
  readonly env: Record<string, string>;

  readonly #program: string;

  /** `program`: the file of the program, for processes. */
  constructor(dir = mkdtempSync(join(tmpdir(), 'evl-e2e-')), program = PROGRAM) {
    this.dir = dir;
    this.#program = program;
    this.env = {
      EVL_DATA_DIR: join(dir, 'data'),
      EVL_HOME: join(dir, 'home'),
      EVL_PORT: '0',
      EVL_CHAIN_PORT: '0',
      EVL_LANG: 'en',
      EVL_CASE: '（2026）浙01刑初123号',
    };
  }

  /** Runs `evl` to its end, within this process; a service has a process of its own. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    if (args[0] === 'serve') return this.runProcess(args, env);
    return evl(args, { cwd: this.dir, env: { ...this.env, ...env } });
  }

  /** Runs `evl` to its end, as a process of its own. */
  runProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    const child = this.spawn(args, env);
    let [stdout, stderr] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve) => {
      child.on('close', (exit) => resolve({ exit, stdout, stderr }));
    });
  }

  /** The one JSON document of `evl … --json`, and the exit code. */
  async json<T = Record<string, unknown>>(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<T & { exit: number | null }> {
    const { exit, stdout, stderr } = await this.run([...args, '--json'], env);
    try {
      return { ...(JSON.parse(stdout) as T), exit };
    } catch (cause) {
      throw new Error(`evl ${args.join(' ')} gave no JSON (exit ${exit}): ${stdout}${stderr}`, { cause });
    }
  }

  spawn(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [this.#program, ...args], {
      cwd: this.dir,
      env: cleanEnv({ ...this.env, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/**
 * A command that runs until it is stopped, as its own process; it prints one JSON document when
 * ready.
 */
export class Program<Ready> {
  readonly #workplace: Workplace;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);
  stderr = '';

  constructor(workplace: Workplace, ...args: readonly string[]) {
    this.#workplace = workplace;
    this.#args = [...args, '--json'];
  }

  async start(): Promise<Ready> {
    const child = this.#workplace.spawn(this.#args);
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    const ready = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout!.setEncoding('utf8').on('data', (data: string) => {
        text += data;
        if (text.endsWith('}\n')) resolve(text);
      });
      child.once('close', (exit) => reject(new Error(`the service ended with ${exit}: ${text}${this.stderr}`)));
    });
    const document = JSON.parse(ready) as Ready & { readonly error?: { readonly code: string } };
    if (document.error !== undefined) {
      throw new Error(`the service ended with ${await this.#ended} (${document.error.code}): ${this.stderr}`);
    }
    return document;
  }

  /** Stops it; the exit code, or null where the signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    return this.#ended;
  }

  /** Resolves with the exit code once it has ended. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  get pid(): number {
    return this.#child!.pid!;
  }
}

/** The service of a workplace as its own process. Ports are chosen at the first start and kept. */
export class Service {
  readonly #workplace: Workplace;
  readonly #program: Program<{ readonly url: string; readonly chainUrl: string | null }>;
  url = '';
  chainUrl = '';

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
    this.#program = new Program(workplace, 'serve');
  }

  /** Starts it, on a new ledger where there is none. */
  async start(): Promise<void> {
    await this.#makeLedger();
    const { url, chainUrl } = await this.#program.start();
    this.url = url;
    this.chainUrl = chainUrl ?? this.chainUrl;
    const { env } = this.#workplace;
    env['EVL_URL'] = url;
    env['EVL_PORT'] = new URL(url).port;
    if (chainUrl !== null) env['EVL_CHAIN_PORT'] = new URL(chainUrl).port;
  }

  /**
   * Copies the template of the test run; the service would create a ledger itself, which is slower.
   */
  async #makeLedger(): Promise<void> {
    const { EVL_DATA_DIR: dataDir, EVL_RPC_URL: rpcUrl, EVL_CHAIN_DIR: chainDir } = this.#workplace.env;
    const isOrdinary = rpcUrl === undefined && chainDir === undefined;
    if (isOrdinary && dataDir !== undefined && !existsSync(dataDir)) await makeLedger(dataDir);
  }

  stop(signal?: NodeJS.Signals): Promise<number | null> {
    return this.#program.stop(signal);
  }

  ended(): Promise<number | null> {
    return this.#program.ended();
  }

  get pid(): number {
    return this.#program.pid;
  }

  get stderr(): string {
    return this.#program.stderr;
  }

  set stderr(text: string) {
    this.#program.stderr = text;
  }
}
