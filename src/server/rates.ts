import type { RateClass } from '../http/route-table.ts';

/** Classes of requests that are limited together, as shares of the limit of one address. */
export const RATES = {
  read: { share: 1 },
  write: { share: 1 },
  log: { share: 1 },
  /** Each sign-in costs a slow hash. */
  signIn: { share: 1 / 1000 },
  /** A program that waits for its approval asks every two seconds. */
  login: { share: 1 / 100 },
  /** Each verification may ask a node of the chain. */
  verify: { share: 1 / 100 },
  /** Each question goes to a node of the chain; a verification has about ten. */
  chain: { share: 1 / 50 },
  /** Each document takes a thread for a while. */
  document: { share: 1 / 100 },
  /** Each request may cost a transaction. */
  anchor: { share: 1 / 1000 },
} as const satisfies Readonly<Record<string, RateClass>>;
