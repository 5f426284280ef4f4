import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const EVL = join(import.meta.dirname, '../../scripts/evl.ts');
const TIMEOUT_MS = 20_000;

/** One `evl audit --watch --json` as a process of its own. */
export class WatchProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string | null>;
  #look: () => void = () => {};
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [EVL, 'audit', '--watch', '--json', '--interval', '1', ...args], {
      env: { ...process.env, EVL_LANG: 'en', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#look();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', (exit, signal) => resolve(exit ?? signal)));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The checkpoints that it told of, in order. */
  get lines(): { size: string; anchored: string | null; verdict: string; problems: { code: string }[] }[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as WatchProcess['lines'][number]);
  }

  /** Resolves once stderr says this. */
  says(text: string | RegExp): Promise<void> {
    const isSaid = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    return this.#until(isSaid, `stderr ${String(text)}`);
  }

  /** Resolves once it has told of a checkpoint of this size. */
  tells(size: number): Promise<void> {
    return this.#until(() => this.lines.some((line) => line.size === String(size)), `checkpoint ${size}`);
  }

  /** Ends it; the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** The exit code of one that ends by itself. */
  ended(): Promise<number | string | null> {
    return this.#ended;
  }

  #until(isTrue: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`waited in vain for ${what}\n${this.stdout}\n${this.stderr}`)),
        TIMEOUT_MS,
      );
      this.#look = () => {
        if (!isTrue()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#look();
    });
  }
}
