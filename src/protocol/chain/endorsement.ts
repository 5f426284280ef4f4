import { fromBase64, toBase64 } from '../encoding/bytes.ts';
import { decimal, hexField } from './rpc.ts';
import { type EventPlace, formatPlace, parsePlace, PLACE_OPTIONAL, PLACE_REQUIRED } from './event-place.ts';
import { HASH_BYTES } from '../encoding/hash.ts';
import type { Json, JsonObject } from '../encoding/json.ts';
import { list, members, text, wrong } from '../encoding/shape.ts';

/**
 * The statement of an endorser on the chain that it has audited the anchored tree of this size.
 * Receipts have final endorsements only.
 */
export interface Endorsement extends EventPlace {
  /** The endorser's account, 0x-hex. */
  readonly endorser: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The number of endorsements in a receipt; each endorser appears once. */
export const MAX_ENDORSEMENTS = 16;

export function formatEndorsement(endorsement: Endorsement): JsonObject {
  const { endorser, size, root } = endorsement;
  return { endorser, size: size.toString(), root: toBase64(root), ...formatPlace(endorsement) };
}

export function parseEndorsements(value: Json): Endorsement[] {
  const endorsements = list('endorsements', value, MAX_ENDORSEMENTS).map(parseEndorsement);
  if (new Set(endorsements.map(({ endorser }) => endorser)).size !== endorsements.length) {
    throw wrong('an endorser appears twice among the endorsements');
  }
  return endorsements;
}

function parseEndorsement(value: Json): Endorsement {
  const endorsement = members('endorsement', value, ['endorser', 'size', 'root', ...PLACE_REQUIRED], PLACE_OPTIONAL);
  return {
    endorser: hexField('endorser', endorsement['endorser'], 20),
    size: decimal('size', endorsement['size']),
    root: fromBase64('root', text('root', endorsement['root'], 44), HASH_BYTES),
    ...parsePlace(endorsement),
  };
}
