import { concatBytes, fromHex0x, toHex0x, utf8Bytes } from '../encoding/bytes.ts';
import { addressWord, decodeWords, encodeCall, eventTopic, keccak256, uintWord, wordUint } from './abi.ts';

/*
 * The views and events of `EvidenceAnchor.sol` as call data and answers. Ids and addresses are
 * lower-case 0x-hex.
 */

const ADDRESS_BYTES = 20;

export const ANCHORED_TOPIC = eventTopic('Anchored(bytes32,uint64,bytes32,uint64,uint64)');
export const ENDORSED_TOPIC = eventTopic('Endorsed(bytes32,address,uint64,bytes32)');

/** keccak256(abi.encode(operator, keccak256(vkey))), which ties log key and chain key. */
export function logIdOf(operator: string, vkey: string): string {
  return toHex0x(keccak256(concatBytes(addressWord(operator), keccak256(utf8Bytes(vkey)))));
}

export function rootAtCall(logId: string, size: bigint): string {
  return encodeCall('rootAt(bytes32,uint64)', logIdWord(logId), uintWord(size));
}

export function headCall(logId: string): string {
  return encodeCall('head(bytes32)', logIdWord(logId));
}

/** The call by which an endorser states that it has audited a tree. */
export function endorseCall(logId: string, size: bigint, root: Uint8Array): string {
  return encodeCall('endorse(bytes32,uint64,bytes32)', logIdWord(logId), uintWord(size), root);
}

export function endorsedSizeCall(logId: string, endorser: string): string {
  return encodeCall('endorsedSize(bytes32,address)', logIdWord(logId), addressWord(endorser));
}

/** The root, or undefined where nothing is anchored at that size. */
export function decodeRootAt(data: string): Uint8Array | undefined {
  const [root] = decodeWords('answer of rootAt', data, 1) as [Uint8Array];
  return root.every((byte) => byte === 0) ? undefined : root;
}

export interface ContractHead {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly timeSeconds: bigint;
  readonly count: bigint;
}

export function decodeHead(data: string): ContractHead {
  const words = decodeWords('answer of head', data, 4) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return { size: wordUint(words[0]), root: words[1], timeSeconds: wordUint(words[2]), count: wordUint(words[3]) };
}

export function decodeEndorsedSize(data: string): bigint {
  const [size] = decodeWords('answer of endorsedSize', data, 1) as [Uint8Array];
  return wordUint(size);
}

/** The values of an `Anchored` event. */
export interface AnchoredEvent {
  readonly logId: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly previousSize: bigint;
  readonly anchorIndex: bigint;
}

/** Undefined where topics and data are not those of `Anchored`. */
export function decodeAnchored(topics: readonly string[], data: string): AnchoredEvent | undefined {
  const [topic, logId, size] = topics;
  if (topics.length !== 3 || topic !== ANCHORED_TOPIC || logId === undefined || size === undefined) return undefined;
  const words = decodeWords('data of Anchored', data, 3) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    logId: logId.toLowerCase(),
    size: wordUint(fromHex0x('topic', size.toLowerCase(), 32)),
    root: words[0],
    previousSize: wordUint(words[1]),
    anchorIndex: wordUint(words[2]),
  };
}

/** The values of an `Endorsed` event. */
export interface EndorsedEvent {
  readonly logId: string;
  readonly endorser: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** The endorser's account as a topic of the event. */
export function endorserTopic(endorser: string): string {
  return toHex0x(addressWord(endorser));
}

/** Undefined where topics and data are not those of `Endorsed`. */
export function decodeEndorsed(topics: readonly string[], data: string): EndorsedEvent | undefined {
  const [topic, logId, who] = topics;
  if (topics.length !== 3 || topic !== ENDORSED_TOPIC || logId === undefined || who === undefined) return undefined;
  const endorser = `0x${who.slice(-2 * ADDRESS_BYTES).toLowerCase()}`;
  if (endorserTopic(endorser) !== who.toLowerCase()) return undefined; // not an address
  const [size, root] = decodeWords('data of Endorsed', data, 2) as [Uint8Array, Uint8Array];
  return { logId: logId.toLowerCase(), endorser, size: wordUint(size), root };
}

function logIdWord(logId: string): Uint8Array {
  return fromHex0x('logId', logId, 32);
}
