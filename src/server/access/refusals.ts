import type { NewAccessEntry, RefusalCount } from '../../people/access/entry.ts';

/** Persons of one minute that are counted one by one. */
const MAX_PERSONS = 64;
/** Records of one person and minute that are named. */
const MAX_RECORDS = 16;

/**
 * What those who have signed in were refused since the last entry: who walks through ids leaves a
 * trace, and no more of it than fits one entry a minute.
 */
export class Refusals {
  #counts = new Map<string, RefusalCount>();
  #others = 0;

  /** @param record id of the hidden record that was asked for, where there is one */
  add(by: string, what: 'notFound' | 'forbidden', record?: string): void {
    const before = this.#counts.get(by) ?? { by, notFound: 0, forbidden: 0, records: [] };
    if (!this.#counts.has(by) && this.#counts.size >= MAX_PERSONS) {
      this.#others++;
      return;
    }
    const isNew = record !== undefined && !before.records.includes(record) && before.records.length < MAX_RECORDS;
    const records = isNew ? [...before.records, record] : before.records;
    this.#counts.set(by, { ...before, [what]: before[what] + 1, records });
  }

  /** The entry of what was counted since the last call; undefined where there was nothing. */
  take(): Extract<NewAccessEntry, { readonly entry: 'refused' }> | undefined {
    if (this.#counts.size === 0) return undefined;
    const entry = { entry: 'refused' as const, counts: [...this.#counts.values()], others: this.#others };
    this.#counts = new Map();
    this.#others = 0;
    return entry;
  }
}
