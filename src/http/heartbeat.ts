import { setTimeout as delay } from 'node:timers/promises';

export interface Heartbeat {
  /** Stops after the beat that is under way. */
  stop(): Promise<void>;
}

/** Stops heartbeats; a beat that takes longer than this is not waited for. */
export async function stopWithin(timeoutMs: number, ...heartbeats: readonly Heartbeat[]): Promise<void> {
  const timeout = delay(timeoutMs, undefined, { ref: false });
  await Promise.race([Promise.all(heartbeats.map((heartbeat) => heartbeat.stop())), timeout]);
}

/** Runs `beat` repeatedly; each beat returns the milliseconds until the next one. */
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
