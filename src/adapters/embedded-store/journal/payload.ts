import { parseHeaderBytes, parseReceiptProof } from '../../../protocol/chain/event-place.ts';
import { equalBytes, fromHex, toHex, toHex0x, utf8Bytes } from '../../../protocol/encoding/bytes.ts';
import { parseDecimal } from '../../../protocol/encoding/decimal.ts';
import { ProtocolError } from '../../../protocol/encoding/errors.ts';
import { HASH_BYTES } from '../../../protocol/encoding/hash.ts';
import { canonicalJson, type Json } from '../../../protocol/encoding/json.ts';
import { integer, list, members, text, wrong } from '../../../protocol/encoding/shape.ts';
import type {
  AnchorInclusion,
  AnchorJob,
  Commit,
  Head,
  IdempotencyMark,
  OrphanedBlock,
  PublishedCheckpoint,
} from '../../../log/model.ts';
import { decodeFindable, encodeBody, findableOf, type Findable } from './body.ts';

/**
 * What a frame of the journal says, pure. Integers are big-endian.
 *
 *     commit      01 01 | first index u64 | count u32 | root 32 | last time u64 (Unix ms) | note length u32, note
 *                 | count × (body length u32, body | entry 33 | 00, or 01 scope 32 request 32)
 *     checkpoint  02 01 | size u64 | note length u32, note
 *     anchor job  03 01 | JSON of the job
 *
 * Decoding consumes exactly all bytes and accepts one spelling.
 */
export type Payload = CommitPayload | CheckpointPayload | AnchorPayload;

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
  readonly mark?: IdempotencyMark;
}

export interface CheckpointPayload {
  readonly kind: 'checkpoint';
  readonly checkpoint: PublishedCheckpoint;
}

export interface AnchorPayload {
  readonly kind: 'anchor';
  readonly job: AnchorJob;
}

const COMMIT = 1;
const CHECKPOINT = 2;
const ANCHOR = 3;
const VERSION = 1;
const ENTRY_BYTES = 33;
const MAX_NOTE_BYTES = 256 * 1024;
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function commitPayload(commit: Commit): CommitPayload {
  return {
    kind: 'commit',
    firstIndex: commit.head.size - BigInt(commit.items.length),
    head: commit.head,
    items: commit.items.map(({ record, entry, mark }) => ({
      body: encodeBody(record),
      findable: findableOf(record),
      entry,
      ...(mark === undefined ? {} : { mark }),
    })),
  };
}

export function encodePayload(payload: Payload): Buffer {
  if (payload.kind === 'commit') return encodeCommit(payload);
  if (payload.kind === 'checkpoint') return encodeCheckpoint(payload);
  const json = encodeAnchor(payload.job);
  const writer = new Writer(2 + json.length, ANCHOR);
  writer.bytes(json);
  return writer.done();
}

export function decodePayload(bytes: Uint8Array): Payload {
  const reader = new Reader(bytes);
  const kind = reader.uint8('kind');
  const version = reader.uint8('version');
  if (kind < COMMIT || kind > ANCHOR || version !== VERSION) {
    throw new ProtocolError('payload-kind-unknown', `payload has kind ${kind} version ${version}, known are 1 to 3, 1`);
  }
  const payload =
    kind === COMMIT ? readCommit(reader) : kind === CHECKPOINT ? readCheckpoint(reader) : readAnchor(reader);
  reader.end();
  return payload;
}

function encodeCommit({ firstIndex, items, head }: CommitPayload): Buffer {
  const note = utf8Bytes(head.note);
  let length = 2 + 8 + 4 + HASH_BYTES + 8 + 4 + note.length;
  for (const { body, mark } of items) {
    length += 4 + body.length + ENTRY_BYTES + 1 + (mark === undefined ? 0 : 2 * HASH_BYTES);
  }
  const writer = new Writer(length, COMMIT);
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
  const writer = new Writer(2 + 8 + 4 + note.length, CHECKPOINT);
  writer.uint64(checkpoint.size);
  writer.sized(note);
  return writer.done();
}

function readCommit(reader: Reader): CommitPayload {
  const firstIndex = reader.uint64('first index');
  const count = reader.uint32('count');
  const root = new Uint8Array(reader.bytes('root', HASH_BYTES)); // a copy: the head outlives the frame
  const lastTimeMs = reader.uint64('last time');
  if (lastTimeMs > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(`last time is ${lastTimeMs} ms, beyond all time`);
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

function readRecord(reader: Reader, index: bigint): JournaledRecord {
  const body = reader.sized('body');
  const entry = reader.bytes('entry', ENTRY_BYTES);
  const hasMark = reader.uint8('mark flag');
  if (hasMark > 1) throw malformed(`mark flag of record ${index} is ${hasMark}, should be 0 or 1`);
  const mark = () => ({ scope: reader.bytes('scope', HASH_BYTES), request: reader.bytes('request', HASH_BYTES) });
  return { body, findable: decodeFindable(body), entry, ...(hasMark === 1 ? { mark: mark() } : {}) };
}

function readCheckpoint(reader: Reader): CheckpointPayload {
  const size = reader.uint64('size');
  return { kind: 'checkpoint', checkpoint: { size, note: reader.text('note', MAX_NOTE_BYTES) } };
}

function readAnchor(reader: Reader): AnchorPayload {
  return { kind: 'anchor', job: decodeAnchor(reader.rest()) };
}

/** RFC 8785, so that a job has one spelling. */
export function encodeAnchor(job: AnchorJob): Uint8Array {
  return utf8Bytes(canonicalJson(anchorJson(job)));
}

export function decodeAnchor(bytes: Uint8Array): AnchorJob {
  let value: Json;
  try {
    value = JSON.parse(utf8Decoder.decode(bytes)) as Json;
  } catch (cause) {
    throw new ProtocolError('payload-malformed', 'anchor job is not UTF-8 JSON', { cause });
  }
  const job = parseAnchor(value);
  if (!equalBytes(encodeAnchor(job), bytes)) throw malformed('anchor job is not in its canonical spelling');
  return job;
}

function anchorJson({ size, root, inclusion, replaced, formerBlocks, ...job }: AnchorJob): Json {
  return {
    ...job,
    ...(replaced === undefined
      ? {}
      : { replaced: replaced.map(({ rawTransaction, txHash }) => ({ rawTransaction, txHash })) }),
    ...(formerBlocks === undefined
      ? {}
      : {
          formerBlocks: formerBlocks.map(({ blockNumber, blockHash, blockTimeMs }) => ({
            blockNumber: blockNumber.toString(),
            blockHash,
            blockTimeMs,
          })),
        }),
    size: size.toString(),
    root: toHex(root),
    ...(inclusion === undefined
      ? {}
      : {
          inclusion: {
            ...inclusion,
            blockNumber: inclusion.blockNumber.toString(),
            anchorIndex: inclusion.anchorIndex.toString(),
          },
        }),
  };
}

const ANCHOR_STATES = ['signed', 'sent', 'mined', 'final', 'failed'] as const;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const MAX_REPLACED = 1000;
const MAX_ORPHANED_BLOCKS = 1000;
const MAX_TRANSACTION_CHARS = 256 * 1024;

function parseAnchor(value: Json): AnchorJob {
  const job = members(
    'anchor job',
    value,
    ['id', 'state', 'size', 'root', 'nonce', 'rawTransaction', 'txHash', 'createdAtMs'],
    ['inclusion', 'failure', 'sentAtMs', 'replaced', 'formerBlocks'],
  );
  const state = ANCHOR_STATES.find((known) => known === job['state']);
  if (state === undefined) throw wrong(`anchor state should be one of ${ANCHOR_STATES.join(', ')}`);
  return {
    id: integer('anchor id', job['id'], 0, MAX_COUNT),
    state,
    size: parseDecimal('anchor size', text('anchor size', job['size'], 20)),
    root: fromHex('anchor root', text('anchor root', job['root'], 64), HASH_BYTES),
    nonce: integer('nonce', job['nonce'], 0, MAX_COUNT),
    rawTransaction: text('raw transaction', job['rawTransaction'], MAX_TRANSACTION_CHARS),
    txHash: text('transaction hash', job['txHash'], 66),
    createdAtMs: integer('createdAtMs', job['createdAtMs'], 0, MAX_COUNT),
    ...(job['sentAtMs'] === undefined ? {} : { sentAtMs: integer('sentAtMs', job['sentAtMs'], 0, MAX_COUNT) }),
    ...(job['replaced'] === undefined
      ? {}
      : { replaced: list('replaced', job['replaced'], MAX_REPLACED).map(parseReplaced) }),
    ...(job['formerBlocks'] === undefined
      ? {}
      : { formerBlocks: list('former blocks', job['formerBlocks'], MAX_ORPHANED_BLOCKS).map(parseOrphanedBlock) }),
    ...(job['inclusion'] === undefined ? {} : { inclusion: parseInclusion(job['inclusion']) }),
    ...(job['failure'] === undefined ? {} : { failure: text('failure', job['failure'], 1024) }),
  };
}

function parseReplaced(value: Json): NonNullable<AnchorJob['replaced']>[number] {
  const transaction = members('replaced transaction', value, ['rawTransaction', 'txHash']);
  return {
    rawTransaction: text('raw transaction', transaction['rawTransaction'], MAX_TRANSACTION_CHARS),
    txHash: text('transaction hash', transaction['txHash'], 66),
  };
}

function parseOrphanedBlock(value: Json): OrphanedBlock {
  const block = members('former block', value, ['blockNumber', 'blockHash', 'blockTimeMs']);
  return {
    blockNumber: parseDecimal('block number', text('block number', block['blockNumber'], 20)),
    blockHash: text('block hash', block['blockHash'], 66),
    blockTimeMs: integer('blockTimeMs', block['blockTimeMs'], 0, MAX_COUNT),
  };
}

function parseInclusion(value: Json): AnchorInclusion {
  const inclusion = members(
    'inclusion',
    value,
    ['blockNumber', 'blockHash', 'blockTimeMs', 'transactionIndex', 'logPosition', 'anchorIndex'],
    ['header', 'receiptProof'],
  );
  const { header, receiptProof } = inclusion;
  return {
    blockNumber: parseDecimal('block number', text('block number', inclusion['blockNumber'], 20)),
    blockHash: text('block hash', inclusion['blockHash'], 66),
    blockTimeMs: integer('blockTimeMs', inclusion['blockTimeMs'], 0, MAX_COUNT),
    transactionIndex: integer('transactionIndex', inclusion['transactionIndex'], 0, MAX_COUNT),
    logPosition: integer('logPosition', inclusion['logPosition'], 0, MAX_COUNT),
    anchorIndex: parseDecimal('anchor index', text('anchor index', inclusion['anchorIndex'], 20)),
    ...(header !== undefined && { header: toHex0x(parseHeaderBytes(header)) }),
    ...(receiptProof !== undefined && { receiptProof: parseReceiptProof(receiptProof).map(toHex0x) }),
  };
}

class Writer {
  readonly #buffer: Buffer;
  #at = 2;

  constructor(length: number, kind: number) {
    this.#buffer = Buffer.allocUnsafe(length);
    this.#buffer[0] = kind;
    this.#buffer[1] = VERSION;
  }

  uint8(value: number): void {
    this.#at = this.#buffer.writeUInt8(value, this.#at);
  }

  uint32(value: number): void {
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
  }

  uint64(value: bigint): void {
    this.#at = this.#buffer.writeBigUInt64BE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  sized(value: Uint8Array): void {
    this.uint32(value.length);
    this.bytes(value);
  }

  done(): Buffer {
    if (this.#at !== this.#buffer.length) throw new Error('internal: payload length was computed wrong');
    return this.#buffer;
  }
}

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint8(what: string): number {
    return this.bytes(what, 1)[0]!;
  }

  uint32(what: string): number {
    return this.bytes(what, 4).readUInt32BE(0);
  }

  uint64(what: string): bigint {
    return this.bytes(what, 8).readBigUInt64BE(0);
  }

  bytes(what: string, length: number): Buffer {
    if (this.#at + length > this.#buffer.length) throw malformed(`payload ends within its ${what}`);
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }

  sized(what: string): Buffer {
    return this.bytes(what, this.uint32(`${what} length`));
  }

  text(what: string, limitBytes: number): string {
    const bytes = this.sized(what);
    if (bytes.length > limitBytes) throw malformed(`${what} has ${bytes.length} bytes, at most ${limitBytes}`);
    try {
      return utf8Decoder.decode(bytes);
    } catch {
      throw malformed(`${what} is not UTF-8`);
    }
  }

  rest(): Buffer {
    return this.bytes('rest', this.#buffer.length - this.#at);
  }

  end(): void {
    const left = this.#buffer.length - this.#at;
    if (left !== 0) throw malformed(`payload has ${left} bytes after its end`);
  }
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('payload-malformed', message);
}
