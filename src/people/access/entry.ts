import { toHex, utf8Bytes } from '../../protocol/encoding/bytes.ts';
import { hashOfParts, type Sha256 } from '../../protocol/encoding/hash.ts';
import { canonicalJson, type JsonObject } from '../../protocol/encoding/json.ts';
import { integer, members, text, wrong } from '../../protocol/encoding/shape.ts';

/**
 * The entries of an access log, and their lines: the hash of the chain after the entry in hex, the
 * entry in JCS, a line feed. They hold ids and nothing that could name a person or a file.
 */

/** Of an address: the first 24 bits of IPv4, 64 of IPv6. */
export interface AddressCount {
  readonly prefix: string;
  /** Requests that needed a sign-in and came without one. */
  readonly anonymous: number;
  readonly failedSignIns: number;
}

/** What one person was refused in one minute. */
export interface RefusalCount {
  /** A person, or `host`. */
  readonly by: string;
  /** Objects that are hidden from the person, or that there are none of. */
  readonly notFound: number;
  readonly forbidden: number;
  /** The hidden ones among the records asked for, at most 16. */
  readonly records: readonly string[];
}

/** A stream whose file was removed, at a head that a record of the log states. */
export interface CutStream {
  readonly stream: string;
  readonly to: number;
  /** Base64. */
  readonly head: string;
}

/** What is logged, without its number and its time. */
export type NewAccessEntry =
  | { readonly entry: 'began'; readonly stream: string; readonly origin: string }
  | {
      readonly entry: 'asked';
      /** A person, or `host`. */
      readonly by: string;
      /** The API key that was used. */
      readonly key?: string | undefined;
      readonly act: string;
      readonly operation: string;
      readonly record?: string | undefined;
      readonly case?: string | undefined;
    }
  /** `asked`: number of the entry; `status`: of HTTP, 0 where the client left before the answer. */
  | { readonly entry: 'answered'; readonly asked: number; readonly status: number }
  /** `others`: requests from addresses beyond those that are listed. */
  | { readonly entry: 'counted'; readonly counts: readonly AddressCount[]; readonly others: number }
  /** `others`: refusals of persons beyond those that are listed. */
  | { readonly entry: 'refused'; readonly counts: readonly RefusalCount[]; readonly others: number }
  /** All streams that have been cut so far. */
  | { readonly entry: 'cut'; readonly streams: readonly CutStream[] };

export type AccessEntryName = NewAccessEntry['entry'];

/** An entry that was read: what its kind states is in `value`. */
export interface AccessEntry {
  /** From 1 in each stream. */
  readonly seq: number;
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  readonly entry: AccessEntryName;
  readonly value: JsonObject;
}

/** The chain of hashes after `count` entries. */
export interface AccessHead {
  readonly count: number;
  /** 32 bytes; zero before the first entry. */
  readonly hash: Uint8Array;
}

export const EMPTY_ACCESS: AccessHead = { count: 0, hash: new Uint8Array(32) };
export const MAX_LINE_BYTES = 256 * 1024;

const DOMAIN = 'evidence-ledger/access/v1\0';
const NAMES: readonly string[] = [
  'began',
  'asked',
  'answered',
  'counted',
  'refused',
  'cut',
] satisfies AccessEntryName[];

/** The line of an entry, and the head after it. */
export function formatLine(
  hash: Sha256,
  head: AccessHead,
  entry: NewAccessEntry,
  at: string,
): { readonly line: Uint8Array; readonly head: AccessHead } {
  const stated = Object.entries({ ...entry, seq: head.count + 1, at }).filter(([, value]) => value !== undefined);
  const json = canonicalJson(Object.fromEntries(stated));
  const next = { count: head.count + 1, hash: hashOfParts(hash, DOMAIN, head.hash, json) };
  return { line: utf8Bytes(`${toHex(next.hash)}${json}\n`), head: next };
}

/** The entry of a line without its line feed; throws a `ProtocolError` where it is not the next. */
export function parseLine(
  hash: Sha256,
  head: AccessHead,
  line: string,
): { readonly entry: AccessEntry; readonly head: AccessHead } {
  const [stated, json] = [line.slice(0, 64), line.slice(64)];
  const next = { count: head.count + 1, hash: hashOfParts(hash, DOMAIN, head.hash, json) };
  if (stated !== toHex(next.hash)) throw wrong(`entry ${next.count} does not follow the one before it`);
  const value = members('entry', JSON.parse(json) as JsonObject);
  const entry = text('entry', value['entry'], 20);
  if (!NAMES.includes(entry)) throw wrong(`entry ${JSON.stringify(entry)} is unknown`);
  integer('seq', value['seq'], next.count, next.count);
  const at = text('at', value['at'], 24);
  if (Number.isNaN(Date.parse(at))) throw wrong('at is no time');
  return { entry: { seq: next.count, at, entry: entry as AccessEntryName, value }, head: next };
}
