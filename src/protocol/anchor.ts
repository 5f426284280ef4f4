import { fromBase64, toBase64 } from './bytes.ts';
import { decimal, hexField } from './chain/rpc.ts';
import { HASH_BYTES } from './hash.ts';
import type { Json, JsonObject } from './json.ts';
import { integer, members, text } from './shape.ts';

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

const MAX_POSITION = 1_000_000;

export function formatAnchor(anchor: Anchor): JsonObject {
  return {
    ...anchor,
    chainId: anchor.chainId.toString(),
    size: anchor.size.toString(),
    root: toBase64(anchor.root),
    anchorIndex: anchor.anchorIndex.toString(),
    blockNumber: anchor.blockNumber.toString(),
  };
}

export function parseAnchor(value: Json): Anchor {
  const anchor = members('anchor', value, REQUIRED);
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
  };
}
