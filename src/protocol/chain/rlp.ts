import { ProtocolError } from '../encoding/errors.ts';

/**
 * An item of Ethereum's recursive length prefix encoding: bytes or a list of items. Bytes are views
 * into the decoded array.
 */
export type RlpItem = Uint8Array | readonly RlpItem[];

const MAX_DEPTH = 16;
const SHORT = 55;
const BYTES_AT = 0x80;
const LIST_AT = 0xc0;

/**
 * Decodes one item that takes up all bytes. Each item has one encoding (Yellow Paper, appendix B):
 * a length with leading zeros, a long form where the short one suffices, and a prefixed single byte
 * below 0x80 throw `rlp-invalid`.
 */
export function decodeRlp(what: string, bytes: Uint8Array): RlpItem {
  const reader = new RlpReader(what, bytes);
  const item = reader.item(0, bytes.length, 0);
  if (item.end !== bytes.length) reader.fail(`${bytes.length - item.end} bytes after the item`);
  return item.value;
}

/** The items of a list with `atLeast` to `atMost` items; throws `rlp-invalid`. */
export function rlpList(
  what: string,
  item: RlpItem | undefined,
  atLeast: number,
  atMost = Infinity,
): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw invalid(what, 'should be a list');
  if (item.length < atLeast || item.length > atMost) throw invalid(what, `has ${item.length} items`);
  return item;
}

/** The bytes of an item, of this length if given; throws `rlp-invalid`. */
export function rlpBytes(what: string, item: RlpItem | undefined, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw invalid(what, 'should be bytes');
  if (length !== undefined && item.length !== length) throw invalid(what, `has ${item.length} bytes, not ${length}`);
  return item;
}

/** A number of at most 32 bytes, big endian without leading zeros; throws `rlp-invalid`. */
export function rlpUint(what: string, item: RlpItem | undefined): bigint {
  const bytes = rlpBytes(what, item);
  if (bytes.length > 32 || bytes[0] === 0) throw invalid(what, 'is not a number');
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

class RlpReader {
  readonly #what: string;
  readonly #bytes: Uint8Array;

  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#bytes = bytes;
  }

  /** The item at `at`, which must end at or before `limit`. */
  item(at: number, limit: number, depth: number): { readonly value: RlpItem; readonly end: number } {
    if (depth > MAX_DEPTH) this.fail(`nesting deeper than ${MAX_DEPTH}`);
    if (at >= limit) this.fail('an item is missing');
    const first = this.#bytes[at]!;
    if (first < BYTES_AT) return { value: this.#bytes.subarray(at, at + 1), end: at + 1 };
    const isList = first >= LIST_AT;
    const { begin, end } = this.#content(at, first - (isList ? LIST_AT : BYTES_AT), limit);
    if (!isList) {
      if (end - begin === 1 && this.#bytes[begin]! < BYTES_AT) this.fail('a byte has a prefix that it does not need');
      return { value: this.#bytes.subarray(begin, end), end };
    }
    const value: RlpItem[] = [];
    for (let next = begin; next < end;) {
      const item = this.item(next, end, depth + 1);
      value.push(item.value);
      next = item.end;
    }
    return { value, end };
  }

  /** The range of the content; `code` is the first byte without its kind. */
  #content(at: number, code: number, limit: number): { readonly begin: number; readonly end: number } {
    const lengthBytes = code <= SHORT ? 0 : code - SHORT;
    const begin = at + 1 + lengthBytes;
    if (begin > limit) this.fail('a length is cut off');
    let length = code;
    if (lengthBytes > 0) {
      if (lengthBytes > 4 || this.#bytes[at + 1] === 0) this.fail('a length is too long, or has leading zeros');
      length = this.#bytes.subarray(at + 1, begin).reduce((sum, byte) => sum * 256 + byte, 0);
      if (length <= SHORT) this.fail('a short length is spelled as a long one');
    }
    if (begin + length > limit) this.fail('an item is cut off');
    return { begin, end: begin + length };
  }

  fail(reason: string): never {
    throw invalid(this.#what, reason);
  }
}

function invalid(what: string, reason: string): ProtocolError {
  return new ProtocolError('rlp-invalid', `${what}: ${reason}`, { place: what });
}
