import { LedgerError } from '../../../text/ledger-error.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { faultText, StoreFault } from '../store-fault.ts';
import { rowFault } from '../index/rows.ts';
import type { Sha256 } from '../../../protocol/encoding/hash.ts';
import type { CompactRange } from '../../../protocol/merkle/compact-range.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import { recordEntry, recordRoot } from '../../../protocol/record/header.ts';
import { type LedgerRecord, recordFaults } from '../../../log/model.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import { parsePlace, type StoredState } from '../index/apply.ts';
import { decodeBody } from '../journal/body.ts';
import { IndexDatabase } from '../index/index-database.ts';
import { type Problems, REBUILD } from './problems.ts';
import { frameKey, keyName, recordKey, recordOfKey } from '../index/keys.ts';
import { loadStoredState } from '../index/state.ts';
import { damagedTables } from '../index/table-check.ts';

export interface OpenedIndex {
  readonly database?: IndexDatabase;
  /** What the index covers; undefined where that cannot be read. */
  readonly stored?: StoredState;
}

/**
 * Opens the index for a check; only where its tables are whole, since LevelDB may end the process
 * over damaged ones.
 */
export async function openIndex(folder: string, problems: Problems): Promise<OpenedIndex> {
  const tables = await damagedTables(folder);
  for (const { file, offset, reason } of tables) {
    problems.add({ code: 'index-unusable', where: { file, offset }, message: reason, repair: REBUILD });
  }
  if (tables.length > 0) return {};
  let database: IndexDatabase;
  try {
    database = await IndexDatabase.open(folder);
  } catch (error) {
    // it reports nothing about the index
    if (error instanceof LedgerError && error.code !== 'index-unusable') throw error;
    problems.add({ code: 'index-unusable', where: { file: folder }, message: faultText(error), repair: REBUILD });
    return {};
  }
  try {
    return { database, stored: await loadStoredState(database) };
  } catch {
    return { database }; // the comparison reports the row
  }
}

/** Compares the index with the rows that the journal makes, in the order of their keys. */
export async function compareIndex(index: IndexDatabase, scratch: IndexDatabase, problems: Problems): Promise<void> {
  const report = (key: Buffer, reason: Message) => {
    const record = recordOfKey(key);
    const where = { key: keyName(key).en, ...(record === undefined ? {} : { record }) };
    problems.add({ code: 'index-damaged', where, message: rowFault(key, reason), repair: REBUILD });
  };
  const stored = index.scan();
  const made = scratch.scan();
  try {
    let [have, want] = [await stored.next(), await made.next()];
    while (have.done !== true || want.done !== true) {
      const order = have.done === true ? 1 : want.done === true ? -1 : have.value.key.compare(want.value.key);
      if (order < 0) report(have.value!.key, STORE_FAULTS.rowSurplus);
      else if (order > 0) report(want.value!.key, STORE_FAULTS.rowMissing);
      else if (!have.value!.value.equals(want.value!.value)) report(have.value!.key, STORE_FAULTS.rowDiffers);
      if (order <= 0) have = await stored.next();
      if (order >= 0) want = await made.next();
    }
  } catch (error) {
    problems.add({ code: 'index-damaged', where: { file: index.folder }, message: faultText(error), repair: REBUILD });
  } finally {
    await stored.return(undefined);
    await made.return(undefined);
  }
}

/** The frame that the index was made from; undefined where the index does not state it. */
export async function indexedPlace({ database }: OpenedIndex, seq: number): Promise<FramePlace | undefined> {
  const content = await database?.get(frameKey(seq)).catch(() => undefined);
  return content === undefined ? undefined : parsePlace(seq, content);
}

/**
 * Reads records that the journal has lost from the index, up to record `end`, checks each against
 * its commitments, and adds their entries to the tree; the caller compares the root. Throws where
 * one is not whole.
 */
export async function addIndexed(
  { database }: OpenedIndex,
  tree: CompactRange,
  end: bigint,
  hash: Sha256,
  hasher: TreeHasher,
  onRecord: (index: bigint, record: LedgerRecord) => void,
): Promise<void> {
  if (database === undefined) throw new StoreFault(STORE_FAULTS.indexNone);
  for (let index = tree.size; index < end; index++) {
    const record = decodeBody(await database.getOrThrow(recordKey(index)));
    const entry = recordEntry(recordRoot(hash, record.header));
    for (const reason of recordFaults(record, entry, hash)) {
      throw new StoreFault(bilingual(STORE_FAULTS.record, { record: index, reason }));
    }
    tree.append(hasher.leaf(entry));
    onRecord(index, record);
  }
}
