import { utf8Bytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
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
  if (!isJsonObject(value)) throw wrong(`${what} is ${kindOf(value)}, should be an object`);
  if (required === undefined) return value;
  for (const name of required) if (!Object.hasOwn(value, name)) throw wrong(`${what} has no member "${name}"`);
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name)) {
      throw wrong(`${what} has an unknown member ${JSON.stringify(name.slice(0, 80))}`);
    }
  }
  return value;
}

/** A string of at most `maxBytes` bytes in UTF-8. */
export function text(what: string, value: Json | undefined, maxBytes: number): string {
  if (typeof value !== 'string') throw wrong(`${what} is ${kindOf(value)}, should be a string`);
  const length = utf8Bytes(value).length;
  if (length > maxBytes) throw wrong(`${what} has ${length} bytes, should have at most ${maxBytes}`);
  return value;
}

/** A list of at most `maxItems` items. */
export function list(what: string, value: Json | undefined, maxItems: number): readonly Json[] {
  if (!Array.isArray(value)) throw wrong(`${what} is ${kindOf(value)}, should be a list`);
  if (value.length > maxItems) throw wrong(`${what} has ${value.length} items, should have at most ${maxItems}`);
  return value as readonly Json[];
}

/** A safe integer from `min` to `max`. */
export function integer(what: string, value: Json | undefined, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw wrong(`${what} should be an integer from ${min} to ${max}`);
  }
  return value;
}

export function wrong(message: string): ProtocolError {
  return new ProtocolError('shape-wrong', message);
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
