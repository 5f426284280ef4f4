import { hash as nodeHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { toBase64, utf8Bytes } from '../../../src/protocol/encoding/bytes.ts';
import { formatCheckpoint } from '../../../src/protocol/note/checkpoint.ts';
import { CompactRange } from '../../../src/protocol/merkle/compact-range.ts';
import { treeHasher } from '../../../src/protocol/merkle/tree-hasher.ts';
import { formatNote } from '../../../src/protocol/note/note.ts';
import { recordEntry, recordRoot, type RecordHeader } from '../../../src/protocol/record/header.ts';
import { sectionCommitment, type Section } from '../../../src/protocol/record/section.ts';
import { verifierKey } from '../../../src/protocol/note/vkey.ts';
import type { AnchorJob, Commit, CommitItem, Head, PublishedCheckpoint } from '../../../src/log/model.ts';

/**
 * A made-up ledger for tests of stores: the commits that a sequencer would make, the same ones each
 * time.
 */

const ORIGIN = 'ledger.test/store';
const SECRET_KEY = new Uint8Array(32).fill(7);
export const VKEY = verifierKey(ORIGIN, ed25519.getPublicKey(SECRET_KEY));
export const sha256 = (message: Uint8Array): Uint8Array => new Uint8Array(nodeHash('sha256', message, 'buffer'));
export const hasher = treeHasher(sha256);

export function signedNote(size: bigint, root: Uint8Array): string {
  const text = formatCheckpoint({ origin: ORIGIN, size, root });
  const signature = ed25519.sign(utf8Bytes(text), SECRET_KEY);
  return formatNote({ text, signatures: [{ name: ORIGIN, keyId: VKEY.keyId, signature }] });
}

export function emptyHead(): Head {
  return { size: 0n, root: hasher.empty, note: signedNote(0n, hasher.empty), lastTimeMs: 0 };
}

const START_MS = Date.UTC(2026, 0, 1);

export function recordId(index: number): string {
  return `01234567-89ab-7cde-8f01-${index.toString(16).padStart(12, '0')}`;
}

export function recordNumber(index: number): string {
  return `20260101-${index.toString().padStart(12, '0')}`;
}

/** Of record `index`: every third is of one case, all of ten have one digest. */
export function item(index: number): CommitItem {
  const time = new Date(START_MS + index).toISOString();
  const sections: Section[] = [
    { name: 'file', value: { name: `证据 ${index}.pdf`, size: '1024' } },
    { name: 'digests', value: { sha256: digestOf(index) } },
    { name: 'time', value: { receivedAt: time } },
  ].map((section, i) => ({ ...section, salt: sha256(utf8Bytes(`salt ${index} ${i}`)).slice(0, 16) }));
  const header: RecordHeader = {
    v: 1,
    origin: ORIGIN,
    kind: 'evidence',
    id: recordId(index),
    number: recordNumber(index),
    sections: Object.fromEntries(
      sections.map((section) => [section.name, toBase64(sectionCommitment(sha256, section))]),
    ),
  };
  return {
    record: {
      header,
      sections,
      lookups: [
        { by: 'sha256', value: digestOf(index) },
        { by: 'case', value: caseOf(index) },
      ],
      ...(index % 2 === 0 ? { content: digestOf(index) } : {}),
    },
    entry: recordEntry(recordRoot(sha256, header)),
    ...(index % 2 === 0 ? { mark: { scope: scopeOf(index), request: sha256(utf8Bytes(`request ${index}`)) } } : {}),
  };
}

export function scopeOf(index: number): Uint8Array {
  return sha256(utf8Bytes(`scope ${index}`));
}

export function digestOf(index: number): string {
  return Buffer.from(sha256(utf8Bytes(`file ${Math.floor(index / 10)}`))).toString('hex');
}

/** Some values are long enough to stand as a hash in an index. */
export function caseOf(index: number): string {
  return index % 3 === 0 ? `（2026）京01民初${'0'.repeat(80)}号` : `case ${index % 3}`;
}

/** Small bodies without sections, for trees of many records; each is made once. */
export function plainItem(index: number): CommitItem {
  return (plainItems[index] ??= newPlainItem(index));
}

const plainItems: CommitItem[] = [];

function newPlainItem(index: number): CommitItem {
  const header: RecordHeader = {
    v: 1,
    origin: ORIGIN,
    kind: 'evidence',
    id: recordId(index),
    number: recordNumber(index),
    sections: {},
  };
  return { record: { header, sections: [], lookups: [] }, entry: recordEntry(recordRoot(sha256, header)) };
}

/** Makes one commit after the other. */
export class TestLedger {
  readonly #tree = new CompactRange(hasher);
  readonly #makeItem: (index: number) => CommitItem;
  readonly items: CommitItem[] = [];
  head: Head = emptyHead();

  constructor(makeItem: (index: number) => CommitItem = item) {
    this.#makeItem = makeItem;
  }

  next(count: number): Commit {
    const items = Array.from({ length: count }, (_, i) => this.#makeItem(this.items.length + i));
    for (const { entry } of items) this.#tree.append(hasher.leaf(entry));
    for (const each of items) this.items.push(each);
    const root = this.#tree.root();
    const size = BigInt(this.items.length);
    this.head = { size, root, note: signedNote(size, root), lastTimeMs: START_MS + this.items.length };
    return { items, head: this.head };
  }
}

export function checkpointOf({ size, root }: Head, cosignatures = ''): PublishedCheckpoint {
  return { size, note: signedNote(size, root) + cosignatures };
}

export function anchorJob(id: number, size: bigint, state: AnchorJob['state'] = 'signed'): AnchorJob {
  return {
    id,
    state,
    size,
    root: sha256(utf8Bytes(`root ${size}`)),
    nonce: id,
    rawTransaction: `0x${'ab'.repeat(100)}`,
    txHash: `0x${'cd'.repeat(32)}`,
    createdAtMs: START_MS,
    ...(state === 'mined' || state === 'final'
      ? {
          inclusion: {
            blockNumber: 12n,
            blockHash: `0x${'ef'.repeat(32)}`,
            blockTimeMs: START_MS,
            transactionIndex: 0,
            logPosition: 1,
            anchorIndex: BigInt(id),
          },
        }
      : {}),
    ...(state === 'failed' ? { failure: 'reverted' } : {}),
  };
}
