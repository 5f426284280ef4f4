import { fromBase64, toBase64, toHex, utf8Bytes } from '../encoding/bytes.ts';
import { parseDecimal } from '../encoding/decimal.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { HASH_BYTES, sha256 } from '../encoding/hash.ts';
import { MAX_NOTE_BYTES } from './note.ts';

/** The request of a log to `add-checkpoint` of a witness (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** The size that the witness is assumed to have cosigned last; 0 where it is not known. */
  readonly oldSize: bigint;
  /**
   * Consistency proof from `oldSize` (RFC 6962 section 2.1.2); empty from 0 and for equal sizes.
   */
  readonly proof: readonly Uint8Array[];
  /** The signed note, with its signatures. */
  readonly note: string;
}

/** The name of a log in a witness's paths: hex SHA-256 of its origin. */
export function originHash(origin: string): string {
  return toHex(sha256(utf8Bytes(origin)));
}

/** Where a witness shows the newest checkpoint of a log that it has cosigned. */
export function witnessCheckpointPath(origin: string): string {
  return `/${originHash(origin)}/checkpoint`;
}

const MAX_PROOF_HASHES = 63;
export const MAX_ADD_CHECKPOINT_BYTES = MAX_NOTE_BYTES + 4096;

/**
 * Asks a witness for the size that it remembers of a log, which every C2SP tlog-witness states,
 * also one that shows no checkpoint: the log's own checkpoint is submitted as the successor of its
 * own size. A witness that remembers another size answers 409 with that size, one that remembers
 * this tree cosigns it again. Unlike a submission from size 0, the question makes a witness without
 * memory remember nothing.
 */
export function sizeQuestion({ size, note }: { readonly size: bigint; readonly note: string }): AddCheckpoint {
  return { oldSize: size, proof: [], note };
}

/** The size in a witness's answer 409; throws ProtocolError where the body is none. */
export function parseStatedSize(body: string): bigint {
  return parseDecimal('size', body.replace(/\n$/, ''));
}

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

/** Parses a request, but not its note. Throws `add-checkpoint-malformed`, among others. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  if (body.length > MAX_ADD_CHECKPOINT_BYTES) throw malformed('is too long');
  const separator = body.indexOf('\n\n');
  if (separator < 0) throw malformed('has no empty line before its checkpoint');
  const [oldLine, ...hashes] = body.slice(0, separator).split('\n');
  if (oldLine?.startsWith('old ') !== true) throw malformed('does not begin with "old "');
  if (hashes.length > MAX_PROOF_HASHES) throw malformed(`has ${hashes.length} hashes, at most ${MAX_PROOF_HASHES}`);
  return {
    oldSize: parseDecimal('old size', oldLine.slice('old '.length)),
    proof: hashes.map((line, i) => fromBase64(`proof hash ${i}`, line, HASH_BYTES)),
    note: body.slice(separator + 2),
  };
}

function malformed(reason: string): ProtocolError {
  return new ProtocolError('add-checkpoint-malformed', `add-checkpoint request ${reason}`);
}
