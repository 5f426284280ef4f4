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
