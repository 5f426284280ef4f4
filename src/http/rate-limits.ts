import type { Request, RequestHandler } from 'express';
import { rateLimit, type Store } from 'express-rate-limit';
import { LedgerError } from '../text/ledger-error.ts';
import { addressGroup, clientOf } from './client.ts';
import { sendProblem, toProblem } from './problem.ts';
import type { RateClass, RouteTable } from './route-table.ts';

/**
 * Default limit for one address. Clients of this machine send a lot on purpose: only a flood is
 * refused.
 */
export const DEFAULT_REQUESTS_PER_SECOND = 10_000;
/** Requests are counted in windows of this length; nobody has to wait longer than one. */
const WINDOW_MS = 10_000;

/** Requests that fit no route: refused with 404 or 405, and limited like all others. */
const UNROUTED: RateClass = { share: 1 };

/**
 * Refuses who sends more than a class of routes allows, with `too-many-requests` and `Retry-After`:
 * an address, or what `principalOf` names, wherever that comes from. A route without a class is not
 * limited. 0 requests a second: no limit.
 */
export function limitRates(
  requestsPerSecond: number,
  table: RouteTable,
  principalOf: (request: Request) => string | undefined = () => undefined,
): RequestHandler {
  if (requestsPerSecond === 0) return (_request, _response, next) => next();
  const limiters = new Map<RateClass, RequestHandler>();
  const limiterOf = (rate: RateClass): RequestHandler => {
    const known = limiters.get(rate);
    if (known !== undefined) return known;
    const limiter = limiterFor(requestsPerSecond * rate.share, principalOf);
    limiters.set(rate, limiter);
    return limiter;
  };
  return (request, response, next) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = table.at(request.path)?.routes.find((each) => each.method.toUpperCase() === method);
    const rate = route === undefined ? UNROUTED : route.rate;
    if (rate === undefined) next();
    else void limiterOf(rate)(request, response, next);
  };
}

function limiterFor(requestsPerSecond: number, principalOf: (request: Request) => string | undefined): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: Math.max(1, Math.ceil((requestsPerSecond * WINDOW_MS) / 1000)),
    standardHeaders: 'draft-7',
    store: new WindowStore(),
    keyGenerator: (request) => principalOf(request) ?? addressGroup(clientOf(request)),
    legacyHeaders: false,
    validate: false, // it would warn of headers that a client makes up
    handler: (request, response) => {
      const seconds = String(response.getHeader('Retry-After'));
      sendProblem(toProblem(new LedgerError('too-many-requests', { seconds })), request, response);
    },
  });
}

/**
 * Counts in windows that begin for everybody at once: by a monotonic clock, without timers, and
 * nobody is remembered for longer than a window.
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
