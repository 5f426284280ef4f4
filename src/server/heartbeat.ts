import { setTimeout as delay } from 'node:timers/promises';

export interface Heartbeat {
  /** Ends after the beat that is under way. */
  stop(): Promise<void>;
}

/** Runs `beat` again and again; it returns how long to wait before the next one. */
export function startHeartbeat(beat: () => Promise<number>): Heartbeat {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const waitMs = await beat();
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {}); // woken to stop
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Exponential back-off; half of each wait is drawn, so that many services do not come back in step. */
export class BackOff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** How long to wait after one more failure. */
  failedMs(random: () => number): number {
    const ceiling = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    return ceiling / 2 + (ceiling / 2) * random();
  }
}
