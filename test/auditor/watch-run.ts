import { readFileSync } from 'node:fs';
import { nodePlatform } from '../../src/compose/auditor.ts';
import { createCli } from '../../src/cli/shell/context.ts';
import { keepAliveGet } from '../../src/cli/shell/keep-alive-get.ts';
import { auditStateFile } from '../../src/cli/tasks/audit-state-file.ts';
import { watchAudit } from '../../src/cli/tasks/watch-audit.ts';
import type { Outcome } from '../../src/audit/audit-problem.ts';
import type { Clock, Platform } from '../../src/auditor/ports.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { surroundings, TextSink } from '../cli/evl.ts';

/** A pause between two passes is longer than any other. */
const INTERVAL_MS = 60_000;
const LONG_PAUSE_MS = INTERVAL_MS / 2;
const MAX_PASSES = 6;

export interface WatchRunOptions {
  readonly url: string;
  readonly rpcUrl: string;
  readonly state: string;
  /** Path of a trust file. */
  readonly trust?: string;
  readonly maxAgeSeconds?: number;
}

/** One line of a watch with `--json`. */
export interface CheckpointLine {
  readonly size: string;
  readonly anchored: string | null;
  readonly verdict: string;
  readonly problems: readonly { readonly code: string }[];
}

/**
 * `evl audit --watch --json` within this process, on a clock of the test: a pass begins when the
 * test asks for it, so that nothing changes while one is under way.
 */
export class WatchRun {
  readonly #stdout = new TextSink();
  readonly #stderr = new TextSink();
  readonly #stop = new AbortController();
  readonly #ended: Promise<Outcome>;
  #aheadMs = 0;
  #paused = Promise.withResolvers<void>();
  #resumed = Promise.withResolvers<void>();

  constructor({ url, rpcUrl, state, trust, maxAgeSeconds = 3600 }: WatchRunOptions) {
    const around = { ...surroundings(this.#stdout, this.#stderr), abortOn: () => this.#stop.signal };
    const cli = createCli(around, { isJson: true, lang: 'en', config: {}, flags: {} });
    const store = auditStateFile(Buffer.from(state));
    const platform: Platform = { ...nodePlatform(keepAliveGet), clock: this.#clock() };
    const watch = async () => {
      const remembered = await store.readState();
      if (remembered === 'unreadable') throw new Error(`${state} is damaged`);
      const parsed = trust === undefined ? undefined : parseTrust(readFileSync(trust));
      const target = { service: { url }, rpcUrls: [rpcUrl], trust: parsed, remembered };
      const receivers = { webhook: undefined, metrics: undefined };
      return watchAudit(cli, target, { store, intervalMs: INTERVAL_MS, maxAgeSeconds }, receivers, platform);
    };
    this.#ended = watch();
    this.#ended.catch(() => {}); // rejects `pass` or `end`
  }

  get stderr(): string {
    return this.#stderr.text;
  }

  /** The checkpoints that it reported, in order. */
  get lines(): CheckpointLine[] {
    return this.#stdout.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as CheckpointLine);
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    this.#aheadMs += 1000 * seconds;
  }

  /** Runs one more pass to its end. */
  async pass(): Promise<void> {
    await this.#pausedOrEnded();
    this.#paused = Promise.withResolvers<void>();
    this.#resumed.resolve();
    await this.#pausedOrEnded();
  }

  /** Runs passes until stderr has this text. */
  async waitForMessage(text: string | RegExp): Promise<void> {
    const isPrinted = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    await this.#until(isPrinted, `stderr ${String(text)}`);
  }

  /** Runs passes until a checkpoint of this size is reported. */
  async waitForCheckpoint(size: number): Promise<void> {
    await this.#until(() => this.lines.some((line) => line.size === String(size)), `checkpoint ${size}`);
  }

  /** Ends it as a signal does. */
  async end(): Promise<Outcome> {
    this.#stop.abort();
    return this.#ended;
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    await this.#pausedOrEnded();
    for (let passes = 0; !isTrue(); passes++) {
      if (passes === MAX_PASSES) throw new Error(`no ${what} after ${passes} passes\n${this.stderr}`);
      await this.pass();
    }
  }

  async #pausedOrEnded(): Promise<void> {
    await Promise.race([this.#paused.promise, this.#ended]);
  }

  #clock(): Clock {
    return {
      nowMs: () => Date.now() + this.#aheadMs,
      monotonicMs: () => performance.now() + this.#aheadMs,
      pause: async (ms, signal) => {
        if (ms < LONG_PAUSE_MS || signal!.aborted) return;
        this.#resumed = Promise.withResolvers<void>();
        signal!.addEventListener('abort', () => this.#resumed.resolve(), { once: true });
        this.#paused.resolve();
        await this.#resumed.promise;
      },
    };
  }
}
