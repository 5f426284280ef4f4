import { equalBytes, toBase64 } from '../../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../../protocol/encoding/hash.ts';
import { isJsonObject } from '../../../protocol/encoding/json.ts';
import { recordEntry, recordRoot } from '../../../protocol/record/header.ts';
import { sectionCommitment } from '../../../protocol/record/section.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import type { LedgerRecord } from '../../../log/model.ts';

/** The parts of a record that do not hash to its log entry. */
export function* recordFaults({ header, sections }: LedgerRecord, entry: Uint8Array, hash: Sha256): Generator<Message> {
  if (!equalBytes(recordEntry(recordRoot(hash, header)), entry)) yield STORE_FAULTS.headerEntry;
  const opened = new Set(sections.map(({ name }) => name));
  for (const name of Object.keys(header.sections)) {
    if (!opened.has(name)) yield bilingual(STORE_FAULTS.sectionMissing, { name });
  }
  if (opened.size !== sections.length) yield STORE_FAULTS.sectionTwice;
  for (const section of sections) {
    if (toBase64(sectionCommitment(hash, section)) !== header.sections[section.name]) {
      yield bilingual(STORE_FAULTS.sectionDiffers, { name: section.name });
    }
  }
}

/** Time of receipt in Unix milliseconds, where the record has the section for it. */
export function receivedAtOf({ sections }: LedgerRecord): number | undefined {
  const value = sections.find(({ name }) => name === 'time')?.value;
  const receivedAt = isJsonObject(value) ? value['receivedAt'] : undefined;
  const receivedAtMs = typeof receivedAt === 'string' ? Date.parse(receivedAt) : Number.NaN;
  return Number.isNaN(receivedAtMs) ? undefined : receivedAtMs;
}
