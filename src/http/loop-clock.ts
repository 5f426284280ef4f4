import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A clock for limits on what clients do, such as how fast a body must arrive. It leaves out the
 * time for which this process was kept from its event loop, by its own work or by a busy machine:
 * meanwhile it could not notice what a client did, and a client on the same machine was held up as
 * well. The lost time is measured as the lateness of a timer.
 */

const TICK_MS = 50;
/** Lateness of a timer on an idle machine. */
const USUAL_LATENESS_MS = 5;
/** Lost time stretches a limit at most this many times, whatever keeps the process busy. */
const MAX_STRETCH = 6;

let ticker: NodeJS.Timeout | undefined;
let lostMs = 0;
let tickedAtMs = 0;

/** Milliseconds of this clock; only differences have a meaning. Keeps no process alive. */
export function loopNowMs(): number {
  const nowMs = performance.now();
  if (ticker === undefined) {
    tickedAtMs = nowMs;
    ticker = setInterval(tick, TICK_MS).unref();
  }
  return nowMs - lostMs - latenessMs(nowMs);
}

function tick(): void {
  const nowMs = performance.now();
  lostMs += latenessMs(nowMs);
  tickedAtMs = nowMs;
}

function latenessMs(nowMs: number): number {
  return Math.max(0, nowMs - tickedAtMs - TICK_MS - USUAL_LATENESS_MS);
}

/** A limit in the time of this clock; on the wall it is at most `MAX_STRETCH` times as long. */
export class LoopDeadline {
  readonly #endMs: number;
  readonly #wallEndMs: number;

  constructor(ms: number) {
    this.#endMs = loopNowMs() + ms;
    this.#wallEndMs = performance.now() + ms * MAX_STRETCH;
  }

  /** The least time on the wall until it is over, in milliseconds; 0: it is over. */
  get leftMs(): number {
    return Math.max(0, Math.min(this.#endMs - loopNowMs(), this.#wallEndMs - performance.now()));
  }
}

/**
 * Resolves after this time of the clock; with `ref: false` the process does not stay alive for it.
 */
export async function loopSleep(ms: number, { ref = true }: { readonly ref?: boolean } = {}): Promise<void> {
  const deadline = new LoopDeadline(ms);
  // A timer may fire a fraction of a millisecond early.
  while (deadline.leftMs > 1) await sleep(deadline.leftMs, undefined, { ref });
}
