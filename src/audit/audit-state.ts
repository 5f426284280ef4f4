import { equalBytes, fromBase64, toBase64 } from '../protocol/encoding/bytes.ts';
import { decimal, hexField } from '../protocol/chain/rpc.ts';
import { type Checkpoint, parseCheckpoint } from '../protocol/note/checkpoint.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { type Json, type JsonObject, parseJson } from '../protocol/encoding/json.ts';
import { CompactRange } from '../protocol/merkle/compact-range.ts';
import { portableTreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { MAX_NOTE_BYTES, parseNote } from '../protocol/note/note.ts';
import { list, members, text, wrong } from '../protocol/encoding/shape.ts';
import { MAX_TRUST_BYTES, readTrust, type Trust, trustJson } from '../protocol/trust.ts';
import type { HistoricAnchor } from './node-view.ts';

/** What an auditor remembers of a log that it found in order: the measure of every later visit. */
export interface AuditState {
  readonly trust: Trust;
  /** The signed checkpoint, and what it says. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** Roots of the complete subtrees of that tree, left to right; they hash to its root. */
  readonly peaks: readonly Uint8Array[];
  /** The newest final anchor; undefined before the first. */
  readonly lastAnchor?: RememberedAnchor;
}

export type RememberedAnchor = Pick<
  HistoricAnchor,
  'logId' | 'anchorIndex' | 'size' | 'root' | 'blockNumber' | 'blockHash'
>;

/** Whether an anchor that the chain shows is the remembered one, in the same block. */
export function isSameAnchor(anchor: RememberedAnchor, remembered: RememberedAnchor): boolean {
  return (
    anchor.logId === remembered.logId &&
    anchor.anchorIndex === remembered.anchorIndex &&
    anchor.size === remembered.size &&
    equalBytes(anchor.root, remembered.root) &&
    anchor.blockHash === remembered.blockHash
  );
}

export const STATE_FORMAT = 'evidence-ledger/audit-state/v1';
export const MAX_STATE_BYTES = MAX_TRUST_BYTES + 2 * MAX_NOTE_BYTES;
const MAX_PEAKS = 64;

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

/** Refuses a state whose parts do not fit each other: a damaged memory is worse than none. */
export function parseState(source: Uint8Array | string): AuditState {
  const value = parseJson('audit state', source, MAX_STATE_BYTES);
  if (members('audit state', value)['format'] !== STATE_FORMAT) {
    throw new ProtocolError('state-format-unknown', `audit state has a format other than "${STATE_FORMAT}"`);
  }
  const names = ['format', 'trust', 'checkpoint', 'size', 'root', 'peaks', 'lastAnchor'];
  const state = members('audit state', value, names);
  const trust = readTrust(state['trust']!);
  const note = text('checkpoint', state['checkpoint'], MAX_NOTE_BYTES);
  const checkpoint = parseCheckpoint(parseNote(note).text);
  const peaks = list('peaks', state['peaks'], MAX_PEAKS).map((peak) => hashField('peak', peak));
  const fits =
    checkpoint.origin === trust.log.origin &&
    decimal('size', state['size']) === checkpoint.size &&
    text('root', state['root'], 44) === toBase64(checkpoint.root) &&
    hashesTo(peaks, checkpoint);
  if (!fits) throw new ProtocolError('state-damaged', 'audit state contradicts itself');
  const lastAnchor = state['lastAnchor'] === null ? undefined : parseAnchor(state['lastAnchor']);
  return { trust, note, checkpoint, peaks, ...(lastAnchor !== undefined && { lastAnchor }) };
}

function hashesTo(peaks: readonly Uint8Array[], { size, root }: Checkpoint): boolean {
  const ones = size.toString(2).replaceAll('0', '').length;
  return peaks.length === ones && toBase64(new CompactRange(portableTreeHasher, size, peaks).root()) === toBase64(root);
}

function parseAnchor(value: Json | undefined): RememberedAnchor {
  const names = ['logId', 'anchorIndex', 'size', 'root', 'blockNumber', 'blockHash'];
  const anchor = members('last anchor', value, names);
  const size = decimal('size', anchor['size']);
  if (size === 0n) throw wrong('the last anchor has size 0');
  return {
    logId: hexField('logId', anchor['logId'], 32),
    anchorIndex: decimal('anchorIndex', anchor['anchorIndex']),
    size,
    root: hashField('root', anchor['root']),
    blockNumber: decimal('blockNumber', anchor['blockNumber']),
    blockHash: hexField('blockHash', anchor['blockHash'], 32),
  };
}

function hashField(what: string, value: Json | undefined): Uint8Array {
  return fromBase64(what, text(what, value, 44), HASH_BYTES);
}
