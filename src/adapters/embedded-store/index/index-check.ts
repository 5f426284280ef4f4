import { LedgerError } from '../../../text/ledger-error.ts';
import type { Sha256 } from '../../../protocol/encoding/hash.ts';
import type { CompactRange } from '../../../protocol/merkle/compact-range.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { recordEntry, recordRoot } from '../../../protocol/record/header.ts';
import type { LedgerRecord } from '../../../log/model.ts';
import { type FramePlace, parsePlace, type StoredState } from './apply.ts';
import { decodeBody } from '../journal/body.ts';
import { IndexDatabase } from './index-database.ts';
import { type Problems, REBUILD, textOf } from '../check/problems.ts';
import { recordFaults } from '../check/record-check.ts';
import { frameKey, keyText, recordKey, recordOfKey } from './rows.ts';
import { loadStoredState } from './state.ts';
import { damagedTables } from './table-check.ts';

export interface OpenedIndex {
  readonly database?: IndexDatabase;
  /** What it covers; undefined where that cannot be read. */
  readonly stored?: StoredState;
}

/** Opens the index for a check, where LevelDB can be trusted to survive it. */
export async function openIndex(folder: string, problems: Problems): Promise<OpenedIndex> {
  const tables = await damagedTables(folder);
  for (const { file, offset, message } of tables) {
    problems.add({ code: 'index-unusable', where: { file, offset }, message, repair: REBUILD });
  }
  if (tables.length > 0) return {};
  let database: IndexDatabase;
  try {
    database = await IndexDatabase.open(folder);
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'index-unusable') throw error; // no finding about the index
    problems.add({ code: 'index-unusable', where: { file: folder }, message: textOf(error), repair: REBUILD });
    return {};
  }
  try {
    return { database, stored: await loadStoredState(database) };
  } catch {
    return { database }; // the comparison names the row
  }
}

/** Walks both databases side by side, in order of their keys. */
export async function compareIndex(index: IndexDatabase, scratch: IndexDatabase, problems: Problems): Promise<void> {
  const report = (key: Buffer, reason: string) => {
    const record = recordOfKey(key);
    const where = { key: keyText(key), ...(record === undefined ? {} : { record }) };
    problems.add({ code: 'index-damaged', where, message: `index row ${keyText(key)} ${reason}`, repair: REBUILD });
  };
  const stored = index.scan();
  const made = scratch.scan();
  try {
    let [have, want] = [await stored.next(), await made.next()];
    while (have.done !== true || want.done !== true) {
      const order = have.done === true ? 1 : want.done === true ? -1 : have.value.key.compare(want.value.key);
      if (order < 0) report(have.value!.key, 'should not be there');
      else if (order > 0) report(want.value!.key, 'is missing');
      else if (!have.value!.value.equals(want.value!.value))
        report(have.value!.key, 'has another value than the journal makes');
      if (order <= 0) have = await stored.next();
      if (order >= 0) want = await made.next();
    }
  } catch (error) {
    problems.add({ code: 'index-damaged', where: { file: index.folder }, message: textOf(error), repair: REBUILD });
  } finally {
    await stored.return(undefined);
    await made.return(undefined);
  }
}

/** The frame as the index was made from it; undefined where the index cannot say. */
export async function indexedPlace({ database }: OpenedIndex, seq: number): Promise<FramePlace | undefined> {
  const content = await database?.get(frameKey(seq)).catch(() => undefined);
  return content === undefined ? undefined : parsePlace(seq, content);
}

/**
 * Reads records that the journal has lost from the index, checks each against its commitments, and
 * adds their entries to the tree: what they hash to is for the caller to compare. Throws where one
 * is not whole.
 */
export async function addIndexed(
  { database }: OpenedIndex,
  tree: CompactRange,
  end: bigint,
  hash: Sha256,
  hasher: TreeHasher,
  onRecord: (index: bigint, record: LedgerRecord) => void,
): Promise<void> {
  if (database === undefined) throw new Error('there is no index that can be read');
  for (let index = tree.size; index < end; index++) {
    const record = decodeBody(await database.getOrThrow(recordKey(index)));
    const entry = recordEntry(recordRoot(hash, record.header));
    for (const reason of recordFaults(record, entry, hash)) throw new Error(`record ${index}: ${reason}`);
    tree.append(hasher.leaf(entry));
    onRecord(index, record);
  }
}
