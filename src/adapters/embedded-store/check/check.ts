import { rm } from 'node:fs/promises';
import type { StoreCheck } from '../../../operations/ports.ts';
import { compareIndex, openIndex } from './index-check.ts';
import { IndexDatabase } from '../index/index-database.ts';
import { JournalCheck, type JournalCheckOptions } from './journal-check.ts';
import { Problems } from './problems.ts';
import { indexFolder } from '../folders.ts';

export interface CheckOptions extends JournalCheckOptions {
  /** How many problems are listed; the others are only counted. */
  readonly maxProblems?: number;
}

const DEFAULT_MAX_PROBLEMS = 1000;

/**
 * Reads the whole store and judges it: the journal against itself (frames, records, tree, notes),
 * then the index against the rows that the journal makes, which are written into a scratch database
 * `index.checking` next to it. Never writes to the journal. The caller holds the lock of the
 * folder.
 */
export async function checkStore(options: CheckOptions): Promise<StoreCheck> {
  const problems = new Problems(options.maxProblems ?? DEFAULT_MAX_PROBLEMS);
  const scratchFolder = `${indexFolder(options.dir)}.checking`;
  await rm(scratchFolder, { recursive: true, force: true });
  const index = await openIndex(indexFolder(options.dir), problems);
  const scratch = await IndexDatabase.open(scratchFolder, { create: true, bulk: true });
  try {
    const journal = new JournalCheck(options, problems, scratch, index);
    await journal.run();
    if (index.database !== undefined && journal.isComparable) await compareIndex(index.database, scratch, problems);
    problems.putJournalFirst();
    const { size, root } = journal.state.head;
    return { ok: problems.list.length === 0, size, root, problems: problems.list, omittedCount: problems.omittedCount };
  } finally {
    await scratch.close();
    await index.database?.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}
