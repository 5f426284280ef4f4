import { toHex0x } from '../encoding/bytes.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { keccak256 } from './abi.ts';
import { decodeRlp, rlpBytes, type RlpItem, rlpList, rlpUint } from './rlp.ts';
import { trieValue } from './trie.ts';

/** The fields of a block header that proofs need, from bytes that hash to the block's hash. */
export interface BlockHeader {
  /** keccak256 of the header's RLP, 0x-hex. */
  readonly hash: string;
  readonly number: bigint;
  readonly receiptsRoot: Uint8Array;
  readonly timestampSeconds: bigint;
}

/** One log of a transaction receipt. 0x-hex, lower case. */
export interface ReceiptLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** Above the header size of any chain: with many validators a header is long. */
export const MAX_HEADER_BYTES = 64 * 1024;
export const MAX_PROOF_NODES = 32;
export const MAX_NODE_BYTES = 1024 * 1024;

/** Positions of fields in the header; fields that forks added later are only hashed. */
const RECEIPTS_ROOT = 5;
const NUMBER = 8;
const TIMESTAMP = 11;
const FIRST_FIELDS = 15;
const MAX_FIELDS = 64;
/** EIP-2718: receipts of all but the oldest transaction type begin with the type. */
const LAST_TYPE_BYTE = 0x7f;
const STATUS_SUCCESS = 1n;

/** Parses the RLP of a block header; throws `rlp-invalid`. */
export function readHeader(bytes: Uint8Array): BlockHeader {
  const fields = rlpList('block header', decodeRlp('block header', bytes), FIRST_FIELDS, MAX_FIELDS);
  return {
    hash: toHex0x(keccak256(bytes)),
    number: rlpUint('block number', fields[NUMBER]),
    receiptsRoot: rlpBytes('receipts root', fields[RECEIPTS_ROOT], 32),
    timestampSeconds: rlpUint('block timestamp', fields[TIMESTAMP]),
  };
}

/**
 * The logs of the transaction with this index in the block, by the trie proof of its receipt: the
 * RLP nodes from the receipts root down. Throws `trie-proof-invalid` or `rlp-invalid` where the
 * proof is not valid, and `receipt-status` where the transaction failed.
 */
export function provenLogs(
  { receiptsRoot }: BlockHeader,
  transactionIndex: number,
  nodes: readonly Uint8Array[],
): ReceiptLog[] {
  const value = trieValue(receiptsRoot, rlpOfIndex(transactionIndex), nodes);
  const isTyped = value[0]! <= LAST_TYPE_BYTE;
  const receipt = rlpList('receipt', decodeRlp('receipt', isTyped ? value.subarray(1) : value), 4, 4);
  if (rlpUint('receipt status', receipt[0]) !== STATUS_SUCCESS) {
    throw new ProtocolError('receipt-status', 'the transaction of the receipt failed');
  }
  return rlpList('receipt logs', receipt[3], 0).map(readLog);
}

function readLog(item: RlpItem): ReceiptLog {
  const [address, topics, data] = rlpList('receipt log', item, 3, 3);
  return {
    address: toHex0x(rlpBytes('log address', address, 20)),
    topics: rlpList('log topics', topics, 0, 4).map((topic) => toHex0x(rlpBytes('log topic', topic, 32))),
    data: toHex0x(rlpBytes('log data', data)),
  };
}

/** The key of a receipt in its trie: the RLP of its index. */
function rlpOfIndex(index: number): Uint8Array {
  if (index === 0) return Uint8Array.of(0x80);
  const bytes: number[] = [];
  for (let rest = index; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes.length === 1 && bytes[0]! < 0x80
    ? Uint8Array.from(bytes)
    : Uint8Array.from([0x80 + bytes.length, ...bytes]);
}
