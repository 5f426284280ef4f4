import { setTimeout as wait } from 'node:timers/promises';

/** Waits; ends early, and without an error, where the signal says so. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { ref: true, ...(signal !== undefined && { signal }) }).catch(() => {});
}
