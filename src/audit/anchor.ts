import type { AnchoredEvent } from '../protocol/chain/contract.ts';
import { decimal, hexField } from '../protocol/chain/rpc.ts';
import { equalBytes, fromBase64, toBase64 } from '../protocol/encoding/bytes.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import { members, text, wrong } from '../protocol/encoding/shape.ts';

/** An anchor event of the log's history, and the block and transaction it is in. */
export interface HistoricAnchor extends AnchoredEvent {
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly txHash: string;
}

/** The part of an anchor that an audit state keeps. */
export type RememberedAnchor = Pick<
  HistoricAnchor,
  'logId' | 'anchorIndex' | 'size' | 'root' | 'blockNumber' | 'blockHash'
>;

/** Whether an anchor on the chain is the remembered one, in the same block. */
export function isSameAnchor(anchor: RememberedAnchor, remembered: RememberedAnchor): boolean {
  return (
    anchor.logId === remembered.logId &&
    anchor.anchorIndex === remembered.anchorIndex &&
    anchor.size === remembered.size &&
    equalBytes(anchor.root, remembered.root) &&
    anchor.blockHash === remembered.blockHash
  );
}

/** The wire format of an anchor in audit states and evidence files. */
export function anchorJson({ logId, anchorIndex, size, root, blockNumber, blockHash }: RememberedAnchor): JsonObject {
  return {
    logId,
    anchorIndex: anchorIndex.toString(),
    size: size.toString(),
    root: toBase64(root),
    blockNumber: blockNumber.toString(),
    blockHash,
  };
}

/** Reads what `anchorJson` wrote; throws `ProtocolError` for anything else. */
export function parseAnchor(value: Json | undefined): RememberedAnchor {
  const names = ['logId', 'anchorIndex', 'size', 'root', 'blockNumber', 'blockHash'];
  const anchor = members('last anchor', value, names);
  const size = decimal('size', anchor['size']);
  if (size === 0n) throw wrong('the last anchor has size 0', { place: 'size', found: 0 });
  return {
    logId: hexField('logId', anchor['logId'], 32),
    anchorIndex: decimal('anchorIndex', anchor['anchorIndex']),
    size,
    root: fromBase64('root', text('root', anchor['root'], 44), HASH_BYTES),
    blockNumber: decimal('blockNumber', anchor['blockNumber']),
    blockHash: hexField('blockHash', anchor['blockHash'], 32),
  };
}
