import { utf8Bytes } from './bytes.ts';
import { ProtocolError, type ReadingFacts } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/*
 * Checks of the shape of foreign JSON: closed objects, bounded strings and lists. All throw
 * `shape-wrong`; `what` names the value in the message.
 */

/**
 * An object with all members in `required`, and no others except those in `optional`. Without
 * `required`, any object.
 */
export function members(
  what: string,
  value: Json | undefined,
  required?: readonly string[],
  optional: readonly string[] = [],
): JsonObject {
  if (!isJsonObject(value)) throw ofOtherKind(what, value, 'an object');
  if (required === undefined) return value;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) {
      throw wrong(`${what} has no member "${name}"`, { place: `${what}.${name}`, found: 'absent' });
    }
  }
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name)) {
      const unknown = JSON.stringify(name.slice(0, 80));
      throw wrong(`${what} has an unknown member ${unknown}`, { place: what, found: unknown });
    }
  }
  return value;
}

/** A string of at most `maxBytes` bytes in UTF-8. */
export function text(what: string, value: Json | undefined, maxBytes: number): string {
  if (typeof value !== 'string') throw ofOtherKind(what, value, 'a string');
  // a string has at most three times as many bytes as UTF-16 units: most need no encoding to know
  if (value.length * 3 <= maxBytes) return value;
  const length = utf8Bytes(value).length;
  if (length > maxBytes) throw tooLong(what, length, maxBytes, 'bytes');
  return value;
}

/** A list of at most `maxItems` items. */
export function list(what: string, value: Json | undefined, maxItems: number): readonly Json[] {
  if (!Array.isArray(value)) throw ofOtherKind(what, value, 'a list');
  if (value.length > maxItems) throw tooLong(what, value.length, maxItems, 'items');
  return value as readonly Json[];
}

/** A safe integer from `min` to `max`. */
export function integer(what: string, value: Json | undefined, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    const expected = `${min} … ${max}`;
    throw wrong(`${what} should be an integer from ${min} to ${max}`, { place: what, expected });
  }
  return value;
}

export function wrong(message: string, facts: ReadingFacts = {}): ProtocolError {
  return new ProtocolError('shape-wrong', message, facts);
}

function ofOtherKind(place: string, value: Json | undefined, expected: JsonKind): ProtocolError {
  const found = kindOf(value);
  return wrong(`${place} is ${found}, should be ${expected}`, { place, found, expected });
}

function tooLong(place: string, found: number, limit: number, unit: 'bytes' | 'items'): ProtocolError {
  return wrong(`${place} has ${found} ${unit}, should have at most ${limit}`, { place, found, limit, unit });
}

/** The kinds of JSON values, as `found` and `expected` name them. */
export const JSON_KINDS = ['absent', 'null', 'a list', 'an object', 'a string', 'a number', 'a boolean'] as const;
type JsonKind = (typeof JSON_KINDS)[number];

function kindOf(value: Json | undefined): JsonKind {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value as 'string' | 'number' | 'boolean'}`;
}
