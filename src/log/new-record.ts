import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { recordEntry, recordRoot } from '../protocol/record/header.ts';
import { SALT_BYTES, sectionCommitment } from '../protocol/record/section.ts';
import type { CommitItem, IdempotencyMark, LedgerRecord, Lookup } from './model.ts';
import type { RandomBytes } from './ports.ts';

/** The content of a registration; the log assigns id, number, time and salts. */
export interface RecordDraft {
  readonly kind: string;
  /** Section name to value, without `time`. */
  readonly sections: Readonly<Record<string, Json>>;
  readonly lookups: readonly Lookup[];
  /** Lower-case hex SHA-256 of the uploaded content that will belong to the record. */
  readonly content?: string | undefined;
  readonly mark?: IdempotencyMark | undefined;
}

/** The values that the log assigns to a draft. */
export interface RecordFacts {
  readonly origin: string;
  readonly id: string;
  readonly number: string;
  /** Value of the `time` section. */
  readonly time: Json;
}

/** Draws a salt for each section and commits to its value. */
export function newRecord(draft: RecordDraft, facts: RecordFacts, random: RandomBytes, hash: Sha256): CommitItem {
  const values = { ...draft.sections, time: facts.time };
  const sections = Object.entries(values).map(([name, value]) => ({ name, salt: random(SALT_BYTES), value }));
  const header = {
    v: 1 as const,
    origin: facts.origin,
    kind: draft.kind,
    id: facts.id,
    number: facts.number,
    sections: Object.fromEntries(sections.map((section) => [section.name, toBase64(sectionCommitment(hash, section))])),
  };
  const record: LedgerRecord = {
    header,
    sections,
    lookups: draft.lookups,
    content: draft.content,
  };
  return {
    record,
    entry: recordEntry(recordRoot(hash, header)),
    mark: draft.mark,
  };
}
