import { fromHex0x, toHex0x } from '../encoding/bytes.ts';
import { MAX_HEADER_BYTES, MAX_NODE_BYTES, MAX_PROOF_NODES } from './block-proof.ts';
import { decimal, hexField } from './rpc.ts';
import type { Json, JsonObject } from '../encoding/json.ts';
import { integer, list, text } from '../encoding/shape.ts';

/** The place of an event of the contract on the chain, and its proof without a node. */
export interface EventPlace {
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly txHash: string;
  readonly transactionIndex: number;
  /** Position of the event within the receipt of its transaction. */
  readonly logPosition: number;
  /** RLP of the block's header: its keccak256 is `blockHash`. */
  readonly header?: Uint8Array;
  /** The RLP nodes of the trie from the header's receipts root to the transaction's receipt. */
  readonly receiptProof?: readonly Uint8Array[];
}

export const PLACE_REQUIRED = ['blockNumber', 'blockHash', 'txHash', 'transactionIndex', 'logPosition'] as const;
export const PLACE_OPTIONAL = ['header', 'receiptProof'] as const;

const MAX_POSITION = 1_000_000;

export function formatPlace(place: EventPlace): JsonObject {
  const { blockNumber, blockHash, txHash, transactionIndex, logPosition, header, receiptProof } = place;
  return {
    blockNumber: blockNumber.toString(),
    blockHash,
    txHash,
    transactionIndex,
    logPosition,
    ...(header !== undefined && { header: toHex0x(header) }),
    ...(receiptProof !== undefined && { receiptProof: receiptProof.map(toHex0x) }),
  };
}

/** Parses the place from an object whose member names have been checked. */
export function parsePlace(object: JsonObject): EventPlace {
  return {
    blockNumber: decimal('blockNumber', object['blockNumber']),
    blockHash: hexField('blockHash', object['blockHash'], 32),
    txHash: hexField('txHash', object['txHash'], 32),
    transactionIndex: integer('transactionIndex', object['transactionIndex'], 0, MAX_POSITION),
    logPosition: integer('logPosition', object['logPosition'], 0, MAX_POSITION),
    ...optional('header', object['header'], parseHeaderBytes),
    ...optional('receiptProof', object['receiptProof'], parseReceiptProof),
  };
}

/** The bytes of a header in 0x-hex, not parsed yet. */
export function parseHeaderBytes(value: Json): Uint8Array {
  return fromHex0x('header', text('header', value, 2 + 2 * MAX_HEADER_BYTES));
}

export function parseReceiptProof(value: Json): Uint8Array[] {
  return list('receiptProof', value, MAX_PROOF_NODES).map((node) =>
    fromHex0x('proof node', text('proof node', node, 2 + 2 * MAX_NODE_BYTES)),
  );
}

/** An object with the parsed member, or without it where `value` is undefined. */
export function optional<Name extends string, T>(
  name: Name,
  value: Json | undefined,
  parse: (value: Json) => T,
): { readonly [_ in Name]?: T } {
  return (value === undefined ? {} : { [name]: parse(value) }) as { readonly [_ in Name]?: T };
}
