import type { AccessLog, EntryPlace } from '../../people/access/access-log.ts';
import type { NewAccessEntry } from '../../people/access/entry.ts';
import type { AccessStreams } from '../../people/ports.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { PeopleError } from '../../text/people-error.ts';
import { addressPrefix } from './address-prefix.ts';
import { Refusals } from './refusals.ts';

export type AccessLogState = 'writing' | 'low' | 'refusing';

export interface AccessTrailParts {
  readonly log: AccessLog;
  readonly streams: AccessStreams;
  /** Free bytes of the disk. */
  readonly freeBytes: () => Promise<number>;
  /** Called when the state changes. */
  readonly onState: (state: AccessLogState) => void;
  readonly onError: (error: unknown) => void;
}

export type AskedEntry = Omit<Extract<NewAccessEntry, { readonly entry: 'asked' }>, 'entry'>;

/** Below this the operator is warned. */
const LOW_BYTES = 256 * 1024 * 1024;
/** Below this nothing is added: what the store needs to end well is not the log's to take. */
const LAST_BYTES = 32 * 1024 * 1024;
/** Networks of one minute that are counted one by one. */
const MAX_PREFIXES = 32;

/** What requests leave in the access log, and what becomes of them where it cannot be written. */
export class AccessTrail {
  readonly streams: AccessStreams;
  readonly refusals = new Refusals();
  readonly #parts: AccessTrailParts;
  #state: AccessLogState = 'writing';
  #counts = new Map<string, { anonymous: number; failedSignIns: number }>();
  #others = 0;

  constructor(parts: AccessTrailParts) {
    this.#parts = parts;
    this.streams = parts.streams;
  }

  get state(): AccessLogState {
    return this.#state;
  }

  /**
   * Adds what is asked for; durable when it resolves to its place. Where it cannot be added, throws
   * `access-log-full`, or resolves to undefined where it is not required.
   */
  async ask(asked: AskedEntry, isRequired: boolean): Promise<EntryPlace | undefined> {
    try {
      const freeBytes = await this.#parts.freeBytes();
      if (freeBytes < LAST_BYTES) throw new PeopleError('access-log-full');
      const place = await this.#parts.log.add({ entry: 'asked', ...asked });
      this.#become(freeBytes < LOW_BYTES ? 'low' : 'writing');
      return place;
    } catch (cause) {
      const isNew = this.#state !== 'refusing';
      this.#become('refusing');
      const isFull = cause instanceof LedgerError && cause.code === 'access-log-full';
      if (isNew && !isFull) this.#parts.onError(cause);
      if (!isRequired) return undefined;
      throw isFull ? cause : new PeopleError('access-log-full', { cause });
    }
  }

  /** Adds how it was answered, with the next group; `status` is 0 where the client left before. */
  answer(place: EntryPlace, status: number): void {
    const { log } = this.#parts;
    if (log.isCurrent(place)) log.addLater({ entry: 'answered', asked: place.seq, status });
  }

  /** Counts a request that came without a sign-in, or failed at one. */
  count(address: string, what: 'anonymous' | 'failedSignIns'): void {
    const prefix = addressPrefix(address);
    const counts = this.#counts.get(prefix) ?? { anonymous: 0, failedSignIns: 0 };
    if (!this.#counts.has(prefix)) {
      if (this.#counts.size >= MAX_PREFIXES) {
        this.#others++;
        return;
      }
      this.#counts.set(prefix, counts);
    }
    counts[what]++;
  }

  /** Entries with all counts since the last call; to be called once a minute. */
  addCounts(): void {
    const refused = this.refusals.take();
    if (refused !== undefined) this.#parts.log.addLater(refused);
    if (this.#counts.size === 0) return;
    const counts = [...this.#counts].map(([prefix, counted]) => ({ prefix, ...counted }));
    this.#parts.log.addLater({ entry: 'counted', counts, others: this.#others });
    this.#counts = new Map();
    this.#others = 0;
  }

  /** Writes what waits, as far as the disk has room for it. */
  async flush(): Promise<void> {
    if ((await this.#parts.freeBytes()) >= LAST_BYTES) await this.#parts.log.flush();
  }

  #become(state: AccessLogState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#parts.onState(state);
  }
}
