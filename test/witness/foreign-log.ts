import { consistencyProof, decimalEntries, mth, sha256 } from '../oracle/merkle.ts';
import { checkpointText, signedNote, type TestKey, testKey } from '../oracle/note.ts';

/** A log that is not ours, made by the oracle without a line of src. */
export interface ForeignLog {
  readonly origin: string;
  readonly keys: readonly TestKey[];
  readonly entries: readonly Buffer[];
}

/** Entries are "0", "1", "2" …, or with `salt` others: a second history. */
export function foreignLog(
  origin: string,
  keys: readonly TestKey[] = [testKey(origin.replaceAll(' ', '.'), 7)],
  salt = '',
): ForeignLog {
  return { origin, keys, entries: decimalEntries(120).map((entry) => Buffer.from(`${salt}${String(entry)}`)) };
}

export function rootAt({ entries }: ForeignLog, size: number): Buffer {
  return mth(entries.slice(0, size));
}

export function noteAt(
  log: ForeignLog,
  size: number,
  { keys = log.keys, extensions = '', root = rootAt(log, size) } = {},
) {
  return signedNote(checkpointText(log.origin, size, root) + extensions, ...keys);
}

export function proofBetween({ entries }: ForeignLog, oldSize: number, size: number): Buffer[] {
  return oldSize === 0 ? [] : consistencyProof(oldSize, entries.slice(0, size));
}

export function bodyOf(oldSize: number | bigint, proof: readonly Uint8Array[], note: string): string {
  return `old ${oldSize}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
}

/** What an honest log sends to be cosigned at `size`, where the witness has `oldSize`. */
export function requestFor(log: ForeignLog, oldSize: number, size: number): string {
  return bodyOf(oldSize, proofBetween(log, oldSize, size), noteAt(log, size));
}

export function hashedOrigin({ origin }: ForeignLog): string {
  return sha256(origin).toString('hex');
}
