import type { RequestHandler } from 'express';
import { rateLimit, type Store } from 'express-rate-limit';
import { DETAILS } from '../text/problem-details.ts';
import { bilingual } from '../text/message.ts';
import { Problem, sendProblem } from './problem.ts';

/**
 * What one address may ask for, as a share of the limit that is set. The first line that fits
 * counts; what fits none is not limited.
 */
export type Rates = readonly { readonly method: 'GET' | 'POST'; readonly path: RegExp; readonly share: number }[];

export const LEDGER_RATES: Rates = [
  { method: 'POST', path: /^\/v1\/anchors$/, share: 1 / 1000 }, // each may cost a transaction
  { method: 'POST', path: /^\/v1\/verify$/, share: 1 / 100 }, // each asks a node
  { method: 'POST', path: /^\/v1\//, share: 1 },
  { method: 'GET', path: /^\/v1\//, share: 1 },
  { method: 'GET', path: /^\/log\//, share: 1 },
];

/** More than one client of this machine sends on purpose: what is refused by default is a flood. */
export const DEFAULT_REQUESTS_PER_SECOND = 10_000;
/** Bursts are counted together for so long; whoever is refused waits no longer than this. */
const WINDOW_MS = 10_000;

/**
 * Refuses addresses that ask more often, with `too-many-requests` and `Retry-After`. 0 requests a
 * second: nobody is refused.
 */
export function limitRates(requestsPerSecond: number, rates: Rates): RequestHandler {
  if (requestsPerSecond === 0) return (_request, _response, next) => next();
  const limiters = rates.map(({ method, path, share }) => ({
    fits: (asked: string, at: string) => (asked === 'HEAD' ? 'GET' : asked) === method && path.test(at),
    limit: rateLimit({
      windowMs: WINDOW_MS,
      limit: Math.max(1, Math.ceil((requestsPerSecond * share * WINDOW_MS) / 1000)),
      standardHeaders: 'draft-7',
      store: new WindowStore(),
      legacyHeaders: false,
      validate: false, // it would warn of headers that a client makes up
      handler: (request, response) => {
        const seconds = String(response.getHeader('Retry-After'));
        sendProblem(
          new Problem('too-many-requests', bilingual(DETAILS.tooManyRequests, { seconds })),
          request,
          response,
        );
      },
    }),
  }));
  return (request, response, next) => {
    const limiter = limiters.find(({ fits }) => fits(request.method, request.path));
    if (limiter === undefined) next();
    else void limiter.limit(request, response, next);
  };
}

/**
 * Counts in windows that begin for all addresses at once. By a clock that never jumps, without
 * timers, and no address is remembered for longer.
 */
class WindowStore implements Store {
  readonly localKeys = true;
  readonly #hits = new Map<string, number>();
  #endMs = 0;

  increment(key: string): { totalHits: number; resetTime: Date } {
    const nowMs = performance.now();
    if (nowMs >= this.#endMs) {
      this.#hits.clear();
      this.#endMs = nowMs + WINDOW_MS;
    }
    const totalHits = (this.#hits.get(key) ?? 0) + 1;
    this.#hits.set(key, totalHits);
    return { totalHits, resetTime: new Date(Date.now() + this.#endMs - nowMs) };
  }

  decrement(): void {}

  resetKey(key: string): void {
    this.#hits.delete(key);
  }
}
