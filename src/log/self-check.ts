import { LedgerError } from '../text/ledger-error.ts';
import { SELF_CHECKED } from '../text/log.ts';
import { bilingual, type Message } from '../text/message.ts';
import { toBase64 } from '../protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../protocol/note/checkpoint.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { completeSubtrees } from '../protocol/merkle/subtree.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { parseNote } from '../protocol/note/note.ts';
import { recordEntry, recordRoot } from '../protocol/record/header.ts';
import { sectionCommitment } from '../protocol/record/section.ts';
import type { CommitItem, Head, LedgerRecord } from './model.ts';

export interface Extension {
  readonly hash: Sha256;
  readonly hasher: TreeHasher;
  /** The tree to extend; it is not modified. */
  readonly tree: CompactRange;
  /** The head that was signed last. */
  readonly previous: Head;
  readonly items: readonly CommitItem[];
}

/** A tree that may be signed. `root` is the checked root, to be signed without recomputing it. */
export interface Checked {
  readonly tree: CompactRange;
  readonly root: Uint8Array;
}

/**
 * Returns the tree with the items appended, ready to be signed. Without this check a bit that flips
 * in memory would be signed for good, as happened to the CT log Yeti 2022. The tree must still have
 * the root that was signed last, as the note itself states it; the new root is computed in two
 * ways: leaf by leaf from the entries, and subtree by subtree from the headers of the records, on a
 * deep copy of the peaks. The sections must open the commitments in the header, since the receipt
 * would never verify otherwise. Throws `self-check-failed`.
 */
export function selfChecked({ hash, hasher, tree, previous, items }: Extension): Checked {
  const signed = parseCheckpoint(parseNote(previous.note).text);
  for (const size of [tree.size, previous.size]) require(SELF_CHECKED.size, size, signed.size);
  // Copied before the check, so that the checked bytes are the ones that are used.
  const peaks = tree.peaks.map((peak) => new Uint8Array(peak));
  const second = new CompactRange(hasher, tree.size, peaks);
  requireRoot(SELF_CHECKED.signedRoot, second.root(), signed.root);
  requireRoot(SELF_CHECKED.signedRoot, previous.root, signed.root);

  const extended = tree.clone();
  for (const { entry } of items) extended.append(hasher.leaf(entry));

  for (const { record } of items) requireSections(hash, record);
  const leaves = items.map(({ record }) => hasher.leaf(recordEntry(recordRoot(hash, record.header))));
  const leafAt = (at: bigint) => leaves[Number(at - tree.size)]!;
  for (const { level, index } of completeSubtrees({ begin: tree.size, end: extended.size })) {
    second.append(subtreeHash(hasher, leafAt, index << BigInt(level), level), level);
  }
  const root = extended.root();
  requireRoot(SELF_CHECKED.newRoot, root, second.root());
  return { tree: extended, root };
}

function requireSections(hash: Sha256, { header, sections }: LedgerRecord): void {
  for (const section of sections) {
    const what = bilingual(SELF_CHECKED.commitment, { name: section.name });
    require(what, toBase64(sectionCommitment(hash, section)), header.sections[section.name] ?? '-');
  }
}

/** MTH of the 2^level leaves from `begin`, as RFC 9162 section 2.1.1 defines it. */
function subtreeHash(hasher: TreeHasher, leafAt: (at: bigint) => Uint8Array, begin: bigint, level: number): Uint8Array {
  if (level === 0) return leafAt(begin);
  const half = 1n << BigInt(level - 1);
  return hasher.node(
    subtreeHash(hasher, leafAt, begin, level - 1),
    subtreeHash(hasher, leafAt, begin + half, level - 1),
  );
}

function requireRoot(what: Message, found: Uint8Array, expected: Uint8Array): void {
  require(what, toBase64(found), toBase64(expected));
}

function require<T extends string | bigint>(what: Message, found: T, expected: T): void {
  if (found !== expected) throw new LedgerError('self-check-failed', { what, found, expected });
}
