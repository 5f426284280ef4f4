import { setTimeout as delay } from 'node:timers/promises';
import { type Heartbeat, startHeartbeat } from '../../http/heartbeat.ts';
import type { ScrubMemory, StoreProblem } from '../../log/model.ts';
import type { ScrubSource } from '../../log/ports.ts';

export interface ScrubHealth {
  /** Complete passes since the start. */
  readonly passes: number;
  /** Damaged places that were found since the start. */
  readonly findings: number;
  /** When everything had last been read, which may be before the start; ISO 8601. */
  readonly lastPassAt?: string;
}

export interface ScrubberParts {
  readonly source: ScrubSource;
  /** How fast stored data is read; 0: not at all. */
  readonly bytesPerSecond: number;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Called once for each damaged place. */
  readonly onProblem: (problem: StoreProblem) => void;
  readonly onError: (error: unknown) => void;
}

const PAUSE_MS = 3_600_000;
const REMEMBER_EVERY_MS = 30_000;
/** Reported one by one; further ones are the same disk dying. */
const MAX_FINDINGS = 1000;
const SLICE_MS = 50;

/**
 * Reads everything that is stored again and again at a bounded rate, so that damage is found while
 * a good copy still exists. Never stops the service.
 */
export function startScrubber(parts: ScrubberParts): { health(): ScrubHealth; stop(): Promise<void> } {
  const scrubber = new Scrubber(parts);
  const heartbeat = parts.bytesPerSecond > 0 ? startHeartbeat(() => scrubber.pass()) : undefined;
  return {
    health: () => scrubber.health(),
    stop: () => scrubber.stop(heartbeat),
  };
}

class Scrubber {
  readonly #parts: ScrubberParts;
  readonly #known = new Set<string>();
  readonly #stopping = new AbortController();
  #passes = 0;
  /** Undefined until it was recalled. */
  #memory: ScrubMemory | undefined;

  constructor(parts: ScrubberParts) {
    this.#parts = parts;
  }

  health(): ScrubHealth {
    const { lastPassMs } = this.#memory ?? {};
    return {
      passes: this.#passes,
      findings: this.#known.size,
      ...(lastPassMs !== undefined && { lastPassAt: new Date(lastPassMs).toISOString() }),
    };
  }

  async stop(heartbeat: Heartbeat | undefined): Promise<void> {
    this.#stopping.abort();
    await heartbeat?.stop();
  }

  /**
   * One walk, from where the last one was interrupted; returns how long to wait before the next.
   */
  async pass(): Promise<number> {
    const { source, clock, onError } = this.#parts;
    this.#memory ??= await source.recall();
    const { position: from } = this.#memory;
    let reached: (() => string) | undefined;
    const keepPosition = async () => {
      if (reached !== undefined) await this.#remember({ ...this.#memory, position: reached() });
    };
    const throttle = this.#throttle();
    let rememberedAtMs = performance.now();
    try {
      await source.walk(from, {
        onRead: async (bytes) => {
          await throttle(bytes);
          if (performance.now() - rememberedAtMs < REMEMBER_EVERY_MS) return;
          rememberedAtMs = performance.now();
          await keepPosition();
        },
        onProblem: (problem) => this.#report(problem),
        onPosition: (position) => (reached = position),
      });
      this.#passes++;
      await this.#remember({ lastPassMs: clock() });
      // what lies before that position was read by another process, who knows how long ago
      if (from !== undefined) return 0;
    } catch (error) {
      await keepPosition(); // the next pass goes on from there
      if (!this.#stopping.signal.aborted) onError(error);
    }
    return PAUSE_MS;
  }

  /** Holds each piece up until the rate allows it; rejects once the scrubber is stopped. */
  #throttle(): (bytes: number) => Promise<void> {
    const { signal } = this.#stopping;
    let owedMs = 0;
    return async (bytes) => {
      signal.throwIfAborted();
      owedMs += (bytes / this.#parts.bytesPerSecond) * 1000;
      if (owedMs < SLICE_MS) return;
      const waitMs = owedMs;
      owedMs = 0;
      await delay(waitMs, undefined, { signal });
    };
  }

  async #remember(memory: ScrubMemory): Promise<void> {
    this.#memory = memory;
    await this.#parts.source.remember(memory);
  }

  #report(problem: StoreProblem): void {
    const { code, where } = problem;
    const place = [code, where.file, where.offset, where.seq, where.record, where.key].join('\n');
    if (this.#known.has(place) || this.#known.size >= MAX_FINDINGS) return;
    this.#known.add(place);
    this.#parts.onProblem(problem);
  }
}
