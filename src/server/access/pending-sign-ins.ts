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
  /** In the order of their ends. */
  readonly #pending = new Map<string, Pending<T>>();
  /** The tokens of each address, oldest first. */
  readonly #ofAddress = new Map<string, Set<string>>();
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
      if (untilMs > nowMs) break;
      this.#remove(token);
    }
    const own = this.#ofAddress.get(address);
    if (own !== undefined && own.size >= MAX_OF_AN_ADDRESS) this.#remove(firstOf(own));
    else if (this.#pending.size >= MAX) this.#remove(firstOf(this.#pending.keys()));
    const token = Buffer.from(this.#random(TOKEN_BYTES)).toString('base64url');
    this.#pending.set(token, { value, address, untilMs: nowMs + LIFETIME_MS });
    this.#ofAddress.set(address, (this.#ofAddress.get(address) ?? new Set()).add(token));
    return token;
  }

  /** What was begun under the token, which is used up; undefined where it is none any more. */
  take(token: string): T | undefined {
    const pending = this.#pending.get(token);
    this.#remove(token);
    return pending === undefined || pending.untilMs <= this.#clock() ? undefined : pending.value;
  }

  #remove(token: string): void {
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    this.#pending.delete(token);
    const own = this.#ofAddress.get(pending.address)!;
    own.delete(token);
    if (own.size === 0) this.#ofAddress.delete(pending.address);
  }
}

function firstOf(tokens: Iterable<string>): string {
  const [first] = tokens;
  return first!;
}
