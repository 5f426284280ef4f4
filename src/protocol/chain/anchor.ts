import { fromBase64, toBase64, toHex0x } from '../encoding/bytes.ts';
import { decimal, hexField } from './rpc.ts';
import { type Endorsement, formatEndorsement, parseEndorsements } from './endorsement.ts';
import {
  type EventPlace,
  formatPlace,
  optional,
  parseHeaderBytes,
  parsePlace,
  PLACE_OPTIONAL,
  PLACE_REQUIRED,
} from './event-place.ts';
import { HASH_BYTES } from '../encoding/hash.ts';
import type { Json, JsonObject } from '../encoding/json.ts';
import { members, text } from '../encoding/shape.ts';

/** The anchor of a checkpoint on the chain. Receipts have final anchors only. Hex has 0x. */
export interface Anchor extends EventPlace {
  readonly chainId: bigint;
  readonly genesisHash: string;
  readonly contract: string;
  readonly logId: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly anchorIndex: bigint;
  /** RLP of the header of the block that the record names as `notBefore`. */
  readonly notBeforeHeader?: Uint8Array;
  /** Of this tree or larger ones under the same log id: the contract only ever extends a tree. */
  readonly endorsements?: readonly Endorsement[];
}

const REQUIRED = ['chainId', 'genesisHash', 'contract', 'logId', 'size', 'root', 'anchorIndex', ...PLACE_REQUIRED];
const OPTIONAL = [...PLACE_OPTIONAL, 'notBeforeHeader', 'endorsements'];

export function formatAnchor(anchor: Anchor): JsonObject {
  const { chainId, genesisHash, contract, logId, size, root, anchorIndex, notBeforeHeader, endorsements } = anchor;
  return {
    chainId: chainId.toString(),
    genesisHash,
    contract,
    logId,
    size: size.toString(),
    root: toBase64(root),
    anchorIndex: anchorIndex.toString(),
    ...formatPlace(anchor),
    ...(notBeforeHeader !== undefined && { notBeforeHeader: toHex0x(notBeforeHeader) }),
    ...(endorsements !== undefined && { endorsements: endorsements.map(formatEndorsement) }),
  };
}

/** Parses the anchor of a receipt; throws `shape-wrong` or the error of a member. */
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
    ...parsePlace(anchor),
    ...optional('notBeforeHeader', anchor['notBeforeHeader'], parseHeaderBytes),
    ...optional('endorsements', anchor['endorsements'], parseEndorsements),
  };
}
