import type { RandomBytes } from '../../log/ports.ts';

const LIFETIME_MS = 5 * 60_000;
/** One office may come from one address. */
const MAX_OF_AN_ADDRESS = 200;
const MAX = 20_000;
const TOKEN_BYTES = 32;

interface Pending<T> {
  readonly value: T;
  readonly address: string;
  readonly untilMs: number;
}

/**
 * Sign-ins that have begun and wait for their second step, each under the token that one browser
 * holds in a cookie. A token is good once, for five minutes. Where an address begins too many, its
 * own oldest ones end first.
 */
export class PendingSignIns<T> {
  readonly #pending = new Map<string, Pending<T>>();
  readonly #random: RandomBytes;
  readonly #clock: () => number;

  /** `clock`: milliseconds. */
  constructor(random: RandomBytes, clock: () => number) {
    this.#random = random;
    this.#clock = clock;
  }

  /** Keeps `value`; the token is for the cookie of this browser alone. */
  begin(value: T, address: string): string {
    const nowMs = this.#clock();
    for (const [token, { untilMs }] of this.#pending) {
      if (untilMs > nowMs) break; // the map is in the order of their ends
      this.#pending.delete(token);
    }
    const own = [...this.#pending].filter(([, pending]) => pending.address === address);
    const [oldest] = own.length >= MAX_OF_AN_ADDRESS ? own[0]! : [this.#pending.keys().next().value];
    if (oldest !== undefined && (own.length >= MAX_OF_AN_ADDRESS || this.#pending.size >= MAX)) {
      this.#pending.delete(oldest);
    }
    const token = Buffer.from(this.#random(TOKEN_BYTES)).toString('base64url');
    this.#pending.set(token, { value, address, untilMs: nowMs + LIFETIME_MS });
    return token;
  }

  /** What was begun under the token, which is used up; undefined where it is none any more. */
  take(token: string): T | undefined {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    return pending === undefined || pending.untilMs <= this.#clock() ? undefined : pending.value;
  }
}
