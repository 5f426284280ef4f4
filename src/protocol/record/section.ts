import { hashOfParts, type Sha256 } from '../encoding/hash.ts';
import { canonicalJson, type Json } from '../encoding/json.ts';

/**
 * One part of a record. Its commitment reveals nothing; name, salt and value together open it.
 */
export interface Section {
  readonly name: string;
  /** 16 random bytes, drawn for this section alone. */
  readonly salt: Uint8Array;
  readonly value: Json;
}

export const SALT_BYTES = 16;
const SECTION_DOMAIN = 'evidence-ledger/section/v1\0';

/** SHA-256(domain || 0x00 || salt || JCS({name, value})); PROTOCOL.md section 2. */
export function sectionCommitment(hash: Sha256, { name, salt, value }: Section): Uint8Array {
  return hashOfParts(hash, SECTION_DOMAIN, salt, canonicalJson({ name, value }));
}
