import type { Json } from '../protocol/encoding/json.ts';
import { list, text, wrong } from '../protocol/encoding/shape.ts';

/** Parsers of the members of an event: bounded, closed, and the source of their types. */
export type Parser<T> = (what: string, value: Json | undefined) => T;

/** The object that a table of parsers reads; members that may be absent are optional. */
export type Parsed<Fields extends Readonly<Record<string, Parser<unknown>>>> = {
  readonly [Name in keyof Fields as undefined extends ReturnType<Fields[Name]> ? never : Name]: ReturnType<
    Fields[Name]
  >;
} & {
  readonly [Name in keyof Fields as undefined extends ReturnType<Fields[Name]> ? Name : never]?:
    ReturnType<Fields[Name]> | undefined;
};

const MAX_TEXT_BYTES = 2048;
const MAX_LIST = 16;

/** An id of the directory or of a record: UUIDv7 in lower case (RFC 9562, section 5.7). */
export const id: Parser<string> = (what, value) =>
  matching(what, value, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a UUIDv7');

export const sha256Hex: Parser<string> = (what, value) => matching(what, value, /^[0-9a-f]{64}$/, 'SHA-256 in hex');

/** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const time: Parser<string> = (what, value) => {
  const stated = matching(what, value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'a time in UTC');
  const ms = Date.parse(stated);
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== stated) throw wrong(`${what} is no time of the calendar`);
  return stated;
};

/** Text of one line: neither empty nor with control characters or spaces at its ends. */
export const shortText: Parser<string> = (what, value) => {
  const stated = text(what, value, MAX_TEXT_BYTES);
  if (stated === '' || stated !== stated.trim() || /\p{Cc}/u.test(stated) || !stated.isWellFormed()) {
    throw wrong(`${what} should be one line of text without spaces at its ends`);
  }
  return stated;
};

export function oneOf<const Values extends readonly string[]>(values: Values): Parser<Values[number]> {
  return (what, value) => {
    const stated = text(what, value, 64);
    if (!values.includes(stated)) throw wrong(`${what} should be one of ${values.join(', ')}`);
    return stated;
  };
}

/** A list without duplicates. */
export function listOf<T>(item: Parser<T>): Parser<readonly T[]> {
  return (what, value) => {
    const items = list(what, value, MAX_LIST).map((member) => item(what, member));
    if (new Set(items).size !== items.length) throw wrong(`${what} should hold each value once`);
    return items;
  };
}

export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return (what, value) => (value === undefined ? undefined : parser(what, value));
}

function matching(what: string, value: Json | undefined, pattern: RegExp, expected: string): string {
  const stated = text(what, value, MAX_TEXT_BYTES);
  if (!pattern.test(stated)) throw wrong(`${what} should be ${expected}`);
  return stated;
}
