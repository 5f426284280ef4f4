import { equalBytes } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { type JsonObject, parseJson } from '../protocol/encoding/json.ts';
import { members } from '../protocol/encoding/shape.ts';
import { SALT_BYTES } from '../protocol/record/section.ts';
import { errorText } from '../text/error-text.ts';
import { PeopleError } from '../text/people-error.ts';
import { PEOPLE_FAULTS } from '../text/people.ts';
import { Directory } from './directory.ts';
import { formatEntry, parseEntry } from './entry.ts';
import type { DirectoryEvent } from './events.ts';
import { type DirectoryHead, EMPTY_DIRECTORY, headAfter, MAX_EVENT_BYTES } from './model.ts';
import type { DirectoryStore } from './ports.ts';

export interface DirectoryTools {
  readonly hash: Sha256;
  /** Cryptographically secure random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

/** An event without its time. */
export type NewEvent = DirectoryEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'at'> : never) : never;

const READ_AT_ONCE = 1000;

/** The directory of a ledger, and the one way to change it: by an event that is durable first. */
export class DirectoryLog {
  readonly directory: Directory;
  readonly #store: DirectoryStore;
  readonly #tools: DirectoryTools;
  #lastMs: number;
  #lastChange: Promise<unknown> = Promise.resolve();
  #afterChange: (event: DirectoryEvent) => Promise<void> = async () => {};

  private constructor(directory: Directory, store: DirectoryStore, tools: DirectoryTools, lastMs: number) {
    this.directory = directory;
    this.#store = store;
    this.#tools = tools;
    this.#lastMs = lastMs;
  }

  /**
   * Folds all entries of the store. Throws `directory-damaged` where one is no event or does not
   * follow those before it, or the chain of hashes is another one than the store states.
   */
  static async open(store: DirectoryStore, tools: DirectoryTools): Promise<DirectoryLog> {
    const directory = new Directory();
    const stated = store.directoryHead();
    let head: DirectoryHead = EMPTY_DIRECTORY;
    let lastMs = 0;
    while (head.count < stated.count) {
      const entries = await store.directoryEntries(head.count, READ_AT_ONCE);
      for (const [i, entry] of entries.entries()) {
        try {
          const event = parseEntry(entry);
          directory.apply(event);
          lastMs = Date.parse(event.at);
        } catch (cause) {
          throw new PeopleError('directory-damaged', { seq: head.count + i, reason: errorText(cause), cause });
        }
      }
      head = headAfter(tools.hash, head, entries);
    }
    if (!equalBytes(head.hash, stated.hash)) {
      throw new PeopleError('directory-damaged', { seq: stated.count - 1, reason: PEOPLE_FAULTS.otherChain });
    }
    return new DirectoryLog(directory, store, tools, lastMs);
  }

  head(): DirectoryHead {
    return this.#store.directoryHead();
  }

  /**
   * The events from an entry on (the first is 0), at most `limit`, without their personal parts.
   */
  async events(from: number, limit: number): Promise<readonly JsonObject[]> {
    const entries = await this.#store.directoryEntries(from, limit);
    return entries.map(({ event }) => members('event', parseJson('event', event, MAX_EVENT_BYTES)));
  }

  /** Has this awaited with every change, once it is durable and in force; it must not fail. */
  onChange(afterChange: (event: DirectoryEvent) => Promise<void>): void {
    this.#afterChange = afterChange;
  }

  /**
   * Adds an event; durable and in force when it resolves to it. Changes run one after the other,
   * and `decide` sees the directory as it is when its turn comes; what it throws changes nothing.
   */
  async change(decide: (directory: Directory) => NewEvent): Promise<DirectoryEvent> {
    const changed = this.#lastChange.then(() => this.#change(decide));
    this.#lastChange = changed.catch(() => {}); // its caller gets the error
    const event = await changed;
    await this.#afterChange(event);
    return event;
  }

  async #change(decide: (directory: Directory) => NewEvent): Promise<DirectoryEvent> {
    const { hash, random, clock } = this.#tools;
    const atMs = Math.max(clock(), this.#lastMs); // as in the log, time never falls
    const event = { ...decide(this.directory), at: new Date(atMs).toISOString() } as DirectoryEvent;
    const entry = formatEntry(hash, event, random(SALT_BYTES));
    parseEntry(entry); // what could not be read again is not written
    this.directory.check(event);
    await this.#store.appendToDirectory([entry], this.#store.directoryHead());
    this.directory.apply(event);
    this.#lastMs = atMs;
    return event;
  }
}
