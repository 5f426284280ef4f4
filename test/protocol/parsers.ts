import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAnchor, parseAnchor } from '../../src/protocol/chain/anchor.ts';
import {
  fromBase64,
  fromHex,
  fromHex0x,
  toBase64,
  toHex,
  toHex0x,
  utf8Bytes,
  utf8Text,
} from '../../src/protocol/encoding/bytes.ts';
import { decodeWords, uintWord, wordUint } from '../../src/protocol/chain/abi.ts';
import {
  ANCHORED_TOPIC,
  decodeAnchored,
  decodeEndorsed,
  decodeEndorsedSize,
  decodeHead,
  decodeRootAt,
  ENDORSED_TOPIC,
  endorserTopic,
} from '../../src/protocol/chain/contract.ts';
import {
  parseBlock,
  parseData,
  parseLogs,
  parseQuantity,
  quantity,
  readEnvelope,
} from '../../src/protocol/chain/rpc.ts';
import { formatCheckpoint, parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseDecimal } from '../../src/protocol/encoding/decimal.ts';
import { formatEndorsement, parseEndorsements } from '../../src/protocol/chain/endorsement.ts';
import { canonicalJson, type Json, parseJson } from '../../src/protocol/encoding/json.ts';
import { formatRotation, parseRotation, parseRotations, rotationsJson } from '../../src/protocol/key-rotation.ts';
import { formatEntryBundle, parseEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { parseTilePath, tilePath } from '../../src/protocol/merkle/tile.ts';
import { formatNote, formatSignatureLine, parseNote, parseSignatureLines } from '../../src/protocol/note/note.ts';
import { MAX_RECEIPT_BYTES, parseReceipt, receiptJson } from '../../src/protocol/receipt.ts';
import { parseRecordHeader } from '../../src/protocol/record/header.ts';
import { formatTlogProof, parseTlogProof } from '../../src/protocol/note/tlog-proof.ts';
import { parseTrust, trustJson } from '../../src/protocol/trust-file.ts';
import { formatVkey, parseVkey } from '../../src/protocol/note/vkey.ts';
import { list, members, text as asText } from '../../src/protocol/encoding/shape.ts';
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';

/**
 * All parsers of foreign bytes. Each takes any bytes and throws a `ProtocolError`, or returns the
 * parsed value formatted again, with the spelling that this must equal.
 */
export interface Parser {
  readonly read: (bytes: Uint8Array) => readonly [again: string, source: string] | undefined;
  /** Well-formed inputs from which mutation starts. */
  readonly seeds: readonly string[];
}

const LIMIT = MAX_RECEIPT_BYTES;
const vectors = (name: string) => readFileSync(join(import.meta.dirname, '..', 'vectors', name), 'utf8');
const text = (bytes: Uint8Array) => utf8Text(bytes);
/** JSON in the canonical spelling, where it has one; floats have none. */
const canonical = (value: unknown) => canonicalJson(value as Json);

const { cases } = JSON.parse(vectors('note.json')) as { cases: { note: string; expected: string }[] };
const NOTE_SEEDS = cases.filter(({ expected }) => expected === 'signed').map(({ note }) => note);
const checkpoints = [NOTE_SEEDS[0]!.slice(0, NOTE_SEEDS[0]!.lastIndexOf('\n\n') + 1)];
interface ReceiptJson {
  readonly record: { readonly header: object };
  readonly proof: string;
  readonly anchor: {
    readonly blockHash: string;
    readonly txHash: string;
    readonly contract: string;
    readonly logId: string;
    readonly size: string;
    readonly root: string;
    readonly blockNumber: string;
  };
}
const { trust, cases: receiptCases } = JSON.parse(vectors('receipt.json')) as {
  trust: { log: { keys: { vkey: string }[] } };
  cases: { name: string; receipt: ReceiptJson }[];
};
const { receipt } = receiptCases.find(({ name }) => name === 'anchored, and no chain asked')!;
const ROTATION_TIME = '2026-11-26T06:00:00.000Z';
const [{ vkey }] = trust.log.keys as [{ vkey: string }];
const rotationNote = `evidence-ledger/key-rotation/v1\n${vkey.split('+')[0]}\n8\n${vkey}\n${ROTATION_TIME}\n\n${NOTE_SEEDS[0]!.split('\n\n').at(-1)!}`;
const uint = (value: bigint) => toHex0x(uintWord(value));
const event = {
  topics: [ANCHORED_TOPIC, receipt.anchor.logId, uint(5n)],
  data: `0x${[uint(7n), uint(3n), uint(1n)].map((each) => each.slice(2)).join('')}`,
};
const { size, root, blockNumber, blockHash, txHash } = receipt.anchor;
const endorsement = {
  endorser: receipt.anchor.contract,
  size,
  root,
  blockNumber,
  blockHash,
  txHash,
  transactionIndex: 0,
  logPosition: 1,
  header: '0xc0',
  receiptProof: ['0xc0'],
};
const block = { number: '0x7', hash: receipt.anchor.blockHash, timestamp: '0x6955b900', extraData: '0x' };
const anchoredLog = {
  ...event,
  address: receipt.anchor.contract,
  blockNumber: '0x7',
  blockHash: receipt.anchor.blockHash,
  transactionHash: receipt.anchor.txHash,
  transactionIndex: '0x0',
  logIndex: '0x1F',
  removed: false,
};

const json =
  <T>(
    parse: (value: Json) => T,
    write: (parsed: T) => unknown,
    spelt: (value: Json) => unknown = (value) => value,
  ): Parser['read'] =>
  (bytes) => {
    const value = parseJson('value', bytes, LIMIT);
    const parsed = parse(value);
    return [canonical(write(parsed)), canonical(spelt(value))];
  };
/** EVM hex is accepted in either case and is lower-case afterwards. */
const lower = (value: Json) => JSON.parse(JSON.stringify(value).toLowerCase()) as Json;
const picked = (value: Json, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name.toLowerCase(), (lower(value) as Record<string, Json>)[name.toLowerCase()]!]),
  );

export const PARSERS: Readonly<Record<string, Parser>> = {
  json: {
    read: (bytes) => {
      const value = parseJson('value', bytes, LIMIT);
      return [JSON.stringify(value), JSON.stringify(JSON.parse(Buffer.from(bytes).toString()))];
    },
    seeds: [vectors('record.json'), '[1,-0,1.5e3,true,null,"\\u0041\\n"]', '{"__proto__":{"a":[{}]}}'],
  },
  'canonical json': {
    read: (bytes) => {
      const once = canonical(parseJson('value', bytes, LIMIT));
      return [canonical(parseJson('value', once, LIMIT)), once];
    },
    seeds: ['{"b":1,"a":[true,"x"]}'],
  },
  'utf-8': { read: (bytes) => [toHex(utf8Bytes(text(bytes))), toHex(bytes)], seeds: ['证据', '\ufeff', '😀'] },
  base64: { read: (bytes) => [toBase64(fromBase64('value', text(bytes))), text(bytes)], seeds: ['QUI=', 'AAAA'] },
  hex: { read: (bytes) => [toHex(fromHex('value', text(bytes))), text(bytes)], seeds: ['00ff'] },
  '0x-hex': { read: (bytes) => [toHex0x(fromHex0x('value', text(bytes))), text(bytes)], seeds: ['0x', '0x00ff'] },
  decimal: {
    read: (bytes) => [parseDecimal('value', text(bytes)).toString(), text(bytes)],
    seeds: ['0', '18446744073709551615'],
  },
  note: { read: (bytes) => [formatNote(parseNote(text(bytes))), text(bytes)], seeds: NOTE_SEEDS },
  'signature lines': {
    read: (bytes) => [parseSignatureLines(text(bytes)).map(formatSignatureLine).join(''), text(bytes)],
    seeds: NOTE_SEEDS.map((note) => note.slice(note.lastIndexOf('\n\n') + 2)),
  },
  checkpoint: { read: (bytes) => [formatCheckpoint(parseCheckpoint(text(bytes))), text(bytes)], seeds: checkpoints },
  vkey: { read: (bytes) => [formatVkey(parseVkey(text(bytes))), text(bytes)], seeds: [trust.log.keys[0]!.vkey] },
  'key rotation': {
    read: (bytes) => {
      const { note, rotation } = parseRotation(text(bytes));
      return [formatRotation(rotation, note.signatures), text(bytes)];
    },
    seeds: [rotationNote],
  },
  rotations: {
    read: (bytes) => [canonical(rotationsJson(parseRotations(bytes))), canonical(parseJson('value', bytes, LIMIT))],
    seeds: [JSON.stringify({ format: 'evidence-ledger/rotations/v1', log: [rotationNote], chain: [] })],
  },
  'tlog-proof': {
    read: (bytes) => [formatTlogProof(parseTlogProof(text(bytes))), text(bytes)],
    seeds: [receipt.proof],
  },
  'tile path': {
    read: (bytes) => [tilePath(parseTilePath(text(bytes))), text(bytes)],
    seeds: ['tile/0/000', 'tile/entries/x001/x234/067.p/255', 'tile/63/x018/x446/x744/x073/x709/x551/615'],
  },
  'entry bundle': {
    // the first byte is the count
    read: (bytes) => [
      toHex(formatEntryBundle(parseEntryBundle(bytes.subarray(1), bytes[0] ?? 0))),
      toHex(bytes.subarray(1)),
    ],
    seeds: ['\x02\0\x01a\0\x02bc', '\0'],
  },
  receipt: {
    read: (bytes) => {
      const { record, proof, anchor } = parseReceipt(bytes);
      if (!('value' in record && 'value' in proof && 'value' in anchor)) return undefined;
      const parts = { ...record.value, proof: proof.value, anchor: anchor.value };
      return [canonical(receiptJson(parts)), canonical(parseJson('value', bytes, LIMIT))];
    },
    seeds: [JSON.stringify(receipt), JSON.stringify({ ...receipt, anchor: null })],
  },
  'record header': {
    read: json(parseRecordHeader, (header) => header),
    seeds: [JSON.stringify(receipt.record.header)],
  },
  anchor: { read: json(parseAnchor, formatAnchor), seeds: [JSON.stringify(receipt.anchor)] },
  endorsements: {
    read: json(parseEndorsements, (endorsements) => endorsements.map(formatEndorsement)),
    seeds: [JSON.stringify([endorsement]), '[]'],
  },
  'trust file': {
    // empty members may be left out: formatted, they parse to the same value
    read: (bytes) => {
      const once = canonical(trustJson(parseTrust(bytes)));
      return [canonical(trustJson(parseTrust(once))), once];
    },
    seeds: [JSON.stringify(trust)],
  },
  block: {
    read: json(
      parseBlock,
      (read) => read && { hash: read.hash, number: quantity(read.number), timestamp: quantity(read.timestampSeconds) },
      (value) => (value === null ? null : picked(value, ['number', 'hash', 'timestamp'])),
    ),
    seeds: [JSON.stringify(block)],
  },
  logs: {
    read: json(
      parseLogs,
      (all) =>
        all.map((log) => ({
          address: log.address,
          topics: log.topics,
          data: log.data,
          blocknumber: quantity(log.blockNumber),
          blockhash: log.blockHash,
          transactionhash: log.transactionHash,
          transactionindex: quantity(BigInt(log.transactionIndex)),
          logindex: quantity(BigInt(log.logIndex)),
        })),
      (value) =>
        (value as readonly Json[]).map((log) =>
          picked(log, [
            'address',
            'topics',
            'data',
            'blockNumber',
            'blockHash',
            'transactionHash',
            'transactionIndex',
            'logIndex',
          ]),
        ),
    ),
    seeds: [JSON.stringify([anchoredLog, anchoredLog])],
  },
  data: { read: json(parseData, (data) => data, lower), seeds: ['"0x00FF"'] },
  quantity: {
    read: json((value) => parseQuantity('value', value), quantity, lower),
    seeds: ['"0x0"', '"0xffffffffffffffff"'],
  },
  envelope: {
    read: (bytes) => {
      const value = parseJson('value', bytes, LIMIT);
      const read = readEnvelope(value);
      return 'error' in read ? undefined : [canonical(read.result), canonical((value as { result: Json }).result)];
    },
    seeds: ['{"jsonrpc":"2.0","id":1,"result":"0x1"}', '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}'],
  },
  'ABI words': {
    // the first character is the count
    read: (bytes) => {
      const words = decodeWords('value', text(bytes).slice(1), text(bytes).codePointAt(0)! % 8);
      const again = words.map((word) => toHex(uintWord(wordUint(word)))).join('');
      return [`0x${again}`, text(bytes).slice(1).toLowerCase()];
    },
    seeds: [`1${event.topics[2]!}`, `3${event.data}`, `40x${'00'.repeat(128)}`],
  },
  'answers of the contract': {
    read: (bytes) => {
      for (const decode of [decodeRootAt, decodeHead, decodeEndorsedSize]) {
        try {
          decode(text(bytes));
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }
      return undefined;
    },
    seeds: [event.topics[2]!, `0x${'00'.repeat(128)}`],
  },
  event: {
    read: (bytes) => {
      const { topics, data } = members('event', parseJson('value', bytes, LIMIT), ['topics', 'data']);
      const all = list('topics', topics, 4).map((topic) => asText('topic', topic, 100));
      const decoded = decodeAnchored(all, asText('data', data, 1000));
      if (decoded === undefined) return undefined;
      return [toHex0x(uintWord(decoded.size)), all[2]!.toLowerCase()];
    },
    seeds: [JSON.stringify({ topics: event.topics, data: event.data })],
  },
  endorsed: {
    read: (bytes) => {
      const { topics, data } = members('event', parseJson('value', bytes, LIMIT), ['topics', 'data']);
      const all = list('topics', topics, 4).map((topic) => asText('topic', topic, 100));
      const decoded = decodeEndorsed(all, asText('data', data, 1000));
      return decoded && [endorserTopic(decoded.endorser), all[2]!.toLowerCase()];
    },
    seeds: [
      JSON.stringify({
        topics: [ENDORSED_TOPIC, receipt.anchor.logId, endorserTopic(receipt.anchor.contract)],
        data: `${uint(5n)}${uint(7n).slice(2)}`,
      }),
    ],
  },
};
