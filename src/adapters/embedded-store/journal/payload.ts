import { utf8Bytes } from '../../../protocol/encoding/bytes.ts';
import type { DirectoryEntry, DirectoryHead } from '../../../people/model.ts';
import { HASH_BYTES } from '../../../protocol/encoding/hash.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';
import { decodeAnchor, encodeAnchor } from './anchor-json.ts';
import { encodeDirectoryEntry, readDirectoryEntry } from './directory-bytes.ts';
import { PayloadReader, PayloadWriter } from './payload-bytes.ts';
import type { AnchorJob, Commit, Head, IdempotencyMark, PublishedCheckpoint } from '../../../log/model.ts';
import { decodeFindable, encodeBody, findableOf, type Findable } from './body.ts';

/**
 * The payload of a frame of the journal, pure. Integers are big-endian.
 *
 *     commit      01 01 | first index u64 | count u32 | root 32 | last time u64 (Unix ms) | note length u32, note
 *                 | count × (body length u32, body | entry 33 | 00, or 01 scope 32 request 32)
 *     checkpoint  02 01 | size u64 | note length u32, note
 *     anchor job  03 01 | JSON of the job
 *     directory   04 01 | first entry u64 | count u32 | hash after them 32 | count × entry (directory-bytes.ts)
 *
 * Decoding consumes exactly all bytes and accepts one spelling.
 */
export type Payload = CommitPayload | CheckpointPayload | AnchorPayload | DirectoryPayload;

export interface CommitPayload {
  readonly kind: 'commit';
  readonly firstIndex: bigint;
  readonly items: readonly JournaledRecord[];
  /** The head that the commit made. */
  readonly head: Head;
}

export interface JournaledRecord {
  /** As in body.ts. */
  readonly body: Uint8Array;
  readonly findable: Findable;
  readonly entry: Uint8Array;
  readonly mark?: IdempotencyMark | undefined;
}

export interface CheckpointPayload {
  readonly kind: 'checkpoint';
  readonly checkpoint: PublishedCheckpoint;
}

export interface AnchorPayload {
  readonly kind: 'anchor';
  readonly job: AnchorJob;
}

export interface DirectoryPayload {
  readonly kind: 'directory';
  /** The number of entries before these. */
  readonly first: number;
  readonly entries: readonly DirectoryEntry[];
  /** The head after these. */
  readonly head: DirectoryHead;
}

const COMMIT = 1;
const CHECKPOINT = 2;
const ANCHOR = 3;
const DIRECTORY = 4;
const VERSION = 1;
const ENTRY_BYTES = 33;
const MAX_NOTE_BYTES = 256 * 1024;

export function commitPayload(commit: Commit): CommitPayload {
  return {
    kind: 'commit',
    firstIndex: commit.head.size - BigInt(commit.items.length),
    head: commit.head,
    items: commit.items.map(({ record, entry, mark }) => ({
      body: encodeBody(record),
      findable: findableOf(record),
      entry,
      mark,
    })),
  };
}

export function encodePayload(payload: Payload): Buffer {
  if (payload.kind === 'commit') return encodeCommit(payload);
  if (payload.kind === 'checkpoint') return encodeCheckpoint(payload);
  if (payload.kind === 'directory') return encodeDirectory(payload);
  const json = encodeAnchor(payload.job);
  const writer = new PayloadWriter(2 + json.length, ANCHOR, VERSION);
  writer.bytes(json);
  return writer.done();
}

/** Throws a `StoreFault` or a `ProtocolError` where the bytes are no payload. */
export function decodePayload(bytes: Uint8Array): Payload {
  const reader = new PayloadReader(bytes);
  const kind = reader.uint8('kind');
  const version = reader.uint8('version');
  if (kind < COMMIT || kind > DIRECTORY || version !== VERSION) {
    throw new StoreFault(bilingual(STORE_FAULTS.payloadKind, { kind, version }));
  }
  const payload = READERS[kind]!(reader);
  reader.end();
  return payload;
}

const READERS: Readonly<Record<number, (reader: PayloadReader) => Payload>> = {
  [COMMIT]: readCommit,
  [CHECKPOINT]: readCheckpoint,
  [ANCHOR]: readAnchor,
  [DIRECTORY]: readDirectory,
};

function encodeCommit({ firstIndex, items, head }: CommitPayload): Buffer {
  const note = utf8Bytes(head.note);
  let length = 2 + 8 + 4 + HASH_BYTES + 8 + 4 + note.length;
  for (const { body, mark } of items) {
    length += 4 + body.length + ENTRY_BYTES + 1 + (mark === undefined ? 0 : 2 * HASH_BYTES);
  }
  const writer = new PayloadWriter(length, COMMIT, VERSION);
  writer.uint64(firstIndex);
  writer.uint32(items.length);
  writer.bytes(head.root);
  writer.uint64(BigInt(head.lastTimeMs));
  writer.sized(note);
  for (const { body, entry, mark } of items) {
    writer.sized(body);
    writer.bytes(entry);
    writer.uint8(mark === undefined ? 0 : 1);
    if (mark === undefined) continue;
    writer.bytes(mark.scope);
    writer.bytes(mark.request);
  }
  return writer.done();
}

function encodeCheckpoint({ checkpoint }: CheckpointPayload): Buffer {
  const note = utf8Bytes(checkpoint.note);
  const writer = new PayloadWriter(2 + 8 + 4 + note.length, CHECKPOINT, VERSION);
  writer.uint64(checkpoint.size);
  writer.sized(note);
  return writer.done();
}

function encodeDirectory({ first, entries, head }: DirectoryPayload): Buffer {
  const encoded = entries.map(encodeDirectoryEntry);
  const length = encoded.reduce((sum, entry) => sum + entry.length, 2 + 8 + 4 + HASH_BYTES);
  const writer = new PayloadWriter(length, DIRECTORY, VERSION);
  writer.uint64(BigInt(first));
  writer.uint32(entries.length);
  writer.bytes(head.hash);
  for (const entry of encoded) writer.bytes(entry);
  return writer.done();
}

function readCommit(reader: PayloadReader): CommitPayload {
  const firstIndex = reader.uint64('firstIndex');
  const count = reader.uint32('count');
  // a copy: the head outlives the frame
  const root = new Uint8Array(reader.bytes('root', HASH_BYTES));
  const lastTimeMs = reader.uint64('lastTime');
  if (lastTimeMs > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new StoreFault(bilingual(STORE_FAULTS.timeTooLarge, { ms: lastTimeMs }));
  }
  const note = reader.text('note', MAX_NOTE_BYTES);
  const items: JournaledRecord[] = [];
  for (let i = 0; i < count; i++) items.push(readRecord(reader, firstIndex + BigInt(i)));
  return {
    kind: 'commit',
    firstIndex,
    items,
    head: { size: firstIndex + BigInt(count), root, note, lastTimeMs: Number(lastTimeMs) },
  };
}

function readRecord(reader: PayloadReader, index: bigint): JournaledRecord {
  const body = reader.sized('body');
  const entry = reader.bytes('entry', ENTRY_BYTES);
  const hasMark = reader.uint8('mark');
  if (hasMark > 1) throw new StoreFault(bilingual(STORE_FAULTS.markFlag, { record: index, found: hasMark }));
  const mark = () => ({ scope: reader.bytes('scope', HASH_BYTES), request: reader.bytes('request', HASH_BYTES) });
  return { body, findable: decodeFindable(body), entry, ...(hasMark === 1 ? { mark: mark() } : {}) };
}

function readCheckpoint(reader: PayloadReader): CheckpointPayload {
  const size = reader.uint64('size');
  return { kind: 'checkpoint', checkpoint: { size, note: reader.text('note', MAX_NOTE_BYTES) } };
}

function readAnchor(reader: PayloadReader): AnchorPayload {
  return { kind: 'anchor', job: decodeAnchor(reader.rest()) };
}

function readDirectory(reader: PayloadReader): DirectoryPayload {
  const first = Number(reader.uint64('first'));
  const count = reader.uint32('count');
  const hash = new Uint8Array(reader.bytes('hash', HASH_BYTES));
  const entries: DirectoryEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(readDirectoryEntry(reader));
  return { kind: 'directory', first, entries, head: { count: first + count, hash } };
}
