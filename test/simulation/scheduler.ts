import { LedgerError } from '../../src/text/ledger-error.ts';
import type { SeededRandom } from './random.ts';

/** One life of the program: pending calls end with it. */
export interface Life {
  isOver: boolean;
}

/**
 * The outcome of a call: correct, or an error though it took effect (`after`), or an error without
 * effect (`before`).
 */
type Fault = 'before' | 'after' | undefined;

export type CallKind = 'store-write' | 'store-read' | 'chain-write' | 'chain-read' | 'witness' | 'timeout';

interface Pending {
  readonly life: Life;
  /** It has left the program already: it takes effect even if the program dies. */
  readonly isOnItsWay: boolean;
  readonly name: string;
  run(): void;
}

/**
 * All pending calls of the log, in a list from which a seeded choice is made: there are no timers,
 * so the same seed gives the same order. A call takes two choices, one for its effect and one for
 * its answer, and other things happen between them.
 */
export class Scheduler {
  readonly #random: SeededRandom;
  #pending: Pending[] = [];
  /** The events, newest last. */
  readonly trace: string[] = [];
  /** Probability that a call of this kind fails. */
  faultRates: Readonly<Record<CallKind, number>> = NO_FAULTS;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  write<T>(life: Life, kind: CallKind, name: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      // a program that died meanwhile gets no answer: otherwise it would continue next to the one
      // that was started in its place
      const answer = (how: string, run: () => void) => {
        if (!life.isOver) this.#pending.push({ life, isOnItsWay: false, name: `${name}: ${how}`, run });
      };
      const run = () => {
        const fault = this.#fault(kind);
        try {
          if (fault === 'before') throw failure(kind, 'for the test: nothing was written');
          const value = effect();
          if (fault === 'after') throw failure(kind, 'for the test: it was written');
          answer('done', () => resolve(value));
        } catch (error) {
          answer(`failed ${fault ?? ''}`, () => reject(error));
        }
      };
      this.#pending.push({ life, isOnItsWay: kind === 'chain-write' || kind === 'witness', name, run });
    });
  }

  /** The answer reflects the state either at the time of the call or at the time of the answer. */
  read<T>(life: Life, kind: CallKind, name: string, read: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (value: () => T | Promise<T>) => {
        try {
          if (this.#fault(kind) !== undefined) throw failure(kind, 'for the test: cannot be read');
          resolve(value());
        } catch (error) {
          reject(error);
        }
      };
      const early = this.#random.chance(0.5) ? attempt(read) : read;
      this.#pending.push({ life, isOnItsWay: false, name, run: () => settle(early) });
    });
  }

  /** Advances one of the pending calls. */
  async runOne(): Promise<void> {
    const [chosen] = this.#pending.splice(this.#random.below(this.#pending.length), 1);
    if (chosen === undefined) return;
    this.trace.push(chosen.name);
    chosen.run();
    await allSettled();
  }

  /** Ends the program: answers go nowhere, and calls that were sent may still arrive. */
  end(life: Life): void {
    life.isOver = true;
    this.#pending = this.#pending.filter(
      (pending) => pending.life !== life || (pending.isOnItsWay && this.#random.chance(0.5)),
    );
  }

  #fault(kind: CallKind): Fault {
    if (!this.#random.chance(this.faultRates[kind])) return undefined;
    return this.#random.chance(0.5) ? 'before' : 'after';
  }
}

export const NO_FAULTS: Readonly<Record<CallKind, number>> = {
  'store-write': 0,
  'store-read': 0,
  'chain-write': 0,
  'chain-read': 0,
  witness: 0,
  timeout: 0,
};

/** Resolves when all promises are settled: only then does Node turn to its next tick. */
export function allSettled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

function attempt<T>(read: () => T): () => T {
  try {
    const value = read();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function failure(kind: CallKind, message: string): LedgerError {
  if (kind.startsWith('store')) return new LedgerError('store-failed', { reason: { zh: message, en: message } });
  return new LedgerError('chain-unreachable', { reason: { zh: message, en: message } });
}
