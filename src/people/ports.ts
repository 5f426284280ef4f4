import type { DirectoryEntry, DirectoryHead } from './model.ts';

/** Where the events of the directory are kept. Implemented by the stores of the ledger. */
export interface DirectoryStore {
  directoryHead(): DirectoryHead;
  /**
   * Adds entries, durable when it resolves, all or none. Fails with `directory-moved`, writing
   * nothing, unless the head still is `expected`.
   */
  appendToDirectory(entries: readonly DirectoryEntry[], expected: DirectoryHead): Promise<void>;
  /** The entries from the first on, at most `limit`; throws `index-damaged`. */
  directoryEntries(from: number, limit: number): Promise<readonly DirectoryEntry[]>;
}
