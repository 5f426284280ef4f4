import { fromBase64, fromHex0x, toBase64, toHex0x } from './bytes.ts';
import { MAX_HEADER_BYTES, MAX_NODE_BYTES, MAX_PROOF_NODES } from './chain/block-proof.ts';
import { decimal, hexField } from './chain/rpc.ts';
import { HASH_BYTES } from './hash.ts';
import type { Json, JsonObject } from './json.ts';
import { integer, list, members, text } from './shape.ts';

/** Where a checkpoint stands on the chain. Only final anchors are put into receipts. */
export interface Anchor {
  readonly chainId: bigint;
  readonly genesisHash: string;
  readonly contract: string;
  readonly logId: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly anchorIndex: bigint;
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly txHash: string;
  readonly transactionIndex: number;
  /** Position of the event within the receipt of its transaction. */
  readonly logPosition: number;
  /** RLP of the block's header: its keccak256 is `blockHash`. */
  readonly header?: Uint8Array;
  /** Nodes of the trie, in RLP, from the header's receipts root to the receipt of the transaction. */
  readonly receiptProof?: readonly Uint8Array[];
  /** RLP of the header of the block that the record names as `notBefore`. */
  readonly notBeforeHeader?: Uint8Array;
}

const REQUIRED = [
  'chainId',
  'genesisHash',
  'contract',
  'logId',
  'size',
  'root',
  'anchorIndex',
  'blockNumber',
  'blockHash',
  'txHash',
  'transactionIndex',
  'logPosition',
] as const;

const OPTIONAL = ['header', 'receiptProof', 'notBeforeHeader'] as const;

const MAX_POSITION = 1_000_000;

export function formatAnchor({ header, receiptProof, notBeforeHeader, ...anchor }: Anchor): JsonObject {
  return {
    ...anchor,
    chainId: anchor.chainId.toString(),
    size: anchor.size.toString(),
    root: toBase64(anchor.root),
    anchorIndex: anchor.anchorIndex.toString(),
    blockNumber: anchor.blockNumber.toString(),
    ...(header !== undefined && { header: toHex0x(header) }),
    ...(receiptProof !== undefined && { receiptProof: receiptProof.map(toHex0x) }),
    ...(notBeforeHeader !== undefined && { notBeforeHeader: toHex0x(notBeforeHeader) }),
  };
}

/** 0x-hex of a header; whether it is one shows when it is judged. */
export function parseHeaderBytes(value: Json): Uint8Array {
  return fromHex0x('header', text('header', value, 2 + 2 * MAX_HEADER_BYTES));
}

export function parseReceiptProof(value: Json): Uint8Array[] {
  return list('receiptProof', value, MAX_PROOF_NODES).map((node) =>
    fromHex0x('proof node', text('proof node', node, 2 + 2 * MAX_NODE_BYTES)),
  );
}

function optional<Name extends string, T>(
  name: Name,
  value: Json | undefined,
  parse: (value: Json) => T,
): { readonly [_ in Name]?: T } {
  return (value === undefined ? {} : { [name]: parse(value) }) as { readonly [_ in Name]?: T };
}

export function parseAnchor(value: Json): Anchor {
  const anchor = members('anchor', value, REQUIRED, OPTIONAL);
  return {
    chainId: decimal('chainId', anchor['chainId']),
    genesisHash: hexField('genesisHash', anchor['genesisHash'], 32),
    contract: hexField('contract', anchor['contract'], 20),
    logId: hexField('logId', anchor['logId'], 32),
    size: decimal('size', anchor['size']),
    root: fromBase64('root', text('root', anchor['root'], 44), HASH_BYTES),
    anchorIndex: decimal('anchorIndex', anchor['anchorIndex']),
    blockNumber: decimal('blockNumber', anchor['blockNumber']),
    blockHash: hexField('blockHash', anchor['blockHash'], 32),
    txHash: hexField('txHash', anchor['txHash'], 32),
    transactionIndex: integer('transactionIndex', anchor['transactionIndex'], 0, MAX_POSITION),
    logPosition: integer('logPosition', anchor['logPosition'], 0, MAX_POSITION),
    ...optional('header', anchor['header'], parseHeaderBytes),
    ...optional('receiptProof', anchor['receiptProof'], parseReceiptProof),
    ...optional('notBeforeHeader', anchor['notBeforeHeader'], parseHeaderBytes),
  };
}
