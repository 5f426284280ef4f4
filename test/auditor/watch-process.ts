import { type ChildProcess, spawn } from 'node:child_process';
import { PROGRAM } from '../cli/evl.ts';
import type { CheckpointLine } from './watch-run.ts';

const TIMEOUT_MS = 120_000;

/** One `evl audit --watch --json` as a process of its own. */
export class WatchProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string | null>;
  #onOutput: () => void = () => {};
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [PROGRAM, 'audit', '--watch', '--json', '--interval', '1', ...args], {
      env: { ...process.env, EVL_LANG: 'en', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#onOutput();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#onOutput();
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', (exit, signal) => resolve(exit ?? signal)));
  }

  /** The checkpoints that it reported, in order. */
  get lines(): CheckpointLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as CheckpointLine);
  }

  /** Resolves once stderr has this text. */
  waitForMessage(text: string | RegExp): Promise<void> {
    const isPrinted = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    return this.#until(isPrinted, `stderr ${String(text)}`);
  }

  /** Resolves once a checkpoint of this size is reported. */
  waitForCheckpoint(size: number): Promise<void> {
    return this.#until(() => this.lines.some((line) => line.size === String(size)), `checkpoint ${size}`);
  }

  /** Ends it; the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  #until(isTrue: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${what} in time\n${this.stdout}\n${this.stderr}`)),
        TIMEOUT_MS,
      );
      this.#onOutput = () => {
        if (!isTrue()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onOutput();
    });
  }
}
