import { decimal } from '../protocol/chain/rpc.ts';
import { fromBase64, toBase64 } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { type JsonObject, parseJson } from '../protocol/encoding/json.ts';
import { list, members, text } from '../protocol/encoding/shape.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { portableTreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type Checkpoint, parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { MAX_NOTE_BYTES, parseNote } from '../protocol/note/note.ts';
import { MAX_TRUST_BYTES, readTrust, trustJson } from '../protocol/trust-file.ts';
import type { Trust } from '../protocol/trust.ts';
import { anchorJson, parseAnchor, type RememberedAnchor } from './anchor.ts';

/** What an auditor remembers of a log that was in order; every later audit is compared with it. */
export interface AuditState {
  readonly trust: Trust;
  /** The signed checkpoint as text, and its parsed content. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** Roots of the complete subtrees of that tree, left to right; they hash to its root. */
  readonly peaks: readonly Uint8Array[];
  /** The newest final anchor; undefined before the first. */
  readonly lastAnchor: RememberedAnchor | undefined;
}

const STATE_FORMAT = 'evidence-ledger/audit-state/v1';
/** Upper limit for the JSON of a state. */
export const MAX_STATE_BYTES = MAX_TRUST_BYTES + 2 * MAX_NOTE_BYTES;
const MAX_PEAKS = 64;

/** The wire format of a state. */
export function stateJson({ trust, note, checkpoint, peaks, lastAnchor }: AuditState): JsonObject {
  return {
    format: STATE_FORMAT,
    trust: trustJson(trust),
    checkpoint: note,
    size: checkpoint.size.toString(),
    root: toBase64(checkpoint.root),
    peaks: peaks.map(toBase64),
    lastAnchor: lastAnchor === undefined ? null : anchorJson(lastAnchor),
  };
}

/**
 * Reads what `stateJson` wrote. Throws `ProtocolError` for anything else, and for a state whose
 * parts do not fit each other: comparing with a damaged state would be worse than having none.
 */
export function parseState(source: Uint8Array | string): AuditState {
  const value = parseJson('audit state', source, MAX_STATE_BYTES);
  if (members('audit state', value)['format'] !== STATE_FORMAT) {
    throw new ProtocolError('state-format-unknown', `audit state has a format other than "${STATE_FORMAT}"`, {
      place: 'format',
      expected: STATE_FORMAT,
    });
  }
  const names = ['format', 'trust', 'checkpoint', 'size', 'root', 'peaks', 'lastAnchor'];
  const state = members('audit state', value, names);
  const trust = readTrust(state['trust']!);
  const note = text('checkpoint', state['checkpoint'], MAX_NOTE_BYTES);
  const checkpoint = parseCheckpoint(parseNote(note).text);
  const peaks = list('peaks', state['peaks'], MAX_PEAKS).map((peak) =>
    fromBase64('peak', text('peak', peak, 44), HASH_BYTES),
  );
  const fits =
    checkpoint.origin === trust.log.origin &&
    decimal('size', state['size']) === checkpoint.size &&
    text('root', state['root'], 44) === toBase64(checkpoint.root) &&
    hashesTo(peaks, checkpoint);
  if (!fits) throw new ProtocolError('state-damaged', 'audit state contradicts itself');
  const lastAnchor = state['lastAnchor'] === null ? undefined : parseAnchor(state['lastAnchor']);
  return { trust, note, checkpoint, peaks, lastAnchor };
}

/**
 * Whether the existing state is of the same log and covers more entries, or as many and a newer
 * anchor.
 */
export function isFurther(existing: AuditState, state: AuditState): boolean {
  if (existing.checkpoint.origin !== state.checkpoint.origin) return false;
  if (existing.checkpoint.size !== state.checkpoint.size) return existing.checkpoint.size > state.checkpoint.size;
  return (existing.lastAnchor?.size ?? 0n) > (state.lastAnchor?.size ?? 0n);
}

function hashesTo(peaks: readonly Uint8Array[], { size, root }: Checkpoint): boolean {
  const ones = size.toString(2).replaceAll('0', '').length;
  return peaks.length === ones && toBase64(new CompactRange(portableTreeHasher, size, peaks).root()) === toBase64(root);
}
