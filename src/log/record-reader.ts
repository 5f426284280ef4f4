import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { recordEntry, recordRoot } from '../protocol/record/header.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { type LedgerRecord, recordFaults } from './model.ts';
import type { Store } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';

export interface RecordReaderParts {
  readonly store: Pick<Store, 'record'>;
  readonly reader: TreeReader;
  readonly hash: Sha256;
  readonly hasher: TreeHasher;
}

/**
 * Reads records as they were committed: an attacker who can write the index can put another record
 * there, with a checksum that fits. A read costs some ten small hashes; the tiles are cached.
 */
export class RecordReader {
  readonly #parts: RecordReaderParts;

  constructor(parts: RecordReaderParts) {
    this.#parts = parts;
  }

  /**
   * The record with this index. Throws `index-damaged` where it is missing, or is not the one that
   * was committed.
   */
  async read(index: bigint): Promise<LedgerRecord> {
    const { store, reader, hash, hasher } = this.#parts;
    const record = await store.record(index);
    if (record === undefined) {
      throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.recordMissing, { record: index }) });
    }
    const entry = recordEntry(recordRoot(hash, record.header));
    await reader.requireLeaf(index, hasher.leaf(entry));
    for (const reason of recordFaults(record, entry, hash)) {
      throw new LedgerError('index-damaged', { reason: bilingual(STORE_FAULTS.record, { record: index, reason }) });
    }
    return record;
  }
}
