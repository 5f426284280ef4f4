import { utf8Bytes, utf8Text } from './bytes.ts';
import { type ProtocolCode, ProtocolError, type ReadingFacts } from './errors.ts';

/**
 * A JSON value. This file has a strict parser for foreign JSON (RFC 8259, without duplicate names,
 * with bounded size and depth, and with well-formed strings) and the canonical form (RFC 8785) of
 * all values that are hashed or signed.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export const MAX_JSON_DEPTH = 32;

/**
 * Parses one JSON text of at most `limitBytes`, checked first. Objects have no prototype. Throws
 * `json-too-large`, `json-invalid`, `json-too-deep`, `json-duplicate-name`, `json-number-unsafe`,
 * `text-not-wellformed` or `text-not-utf8`; `what` names the text in the message.
 */
export function parseJson(what: string, source: Uint8Array | string, limitBytes: number): Json {
  // A text has at least as many bytes as UTF-16 units: one that is far too long is not copied.
  const length = typeof source === 'string' && source.length <= limitBytes ? utf8Bytes(source).length : source.length;
  if (length > limitBytes) {
    const message = `${what} has ${length} bytes, should have at most ${limitBytes}`;
    const facts = { place: what, found: length, limit: limitBytes, unit: 'bytes' } as const;
    throw new ProtocolError('json-too-large', message, facts);
  }
  const reader = new JsonReader(what, typeof source === 'string' ? source : utf8Text(source));
  return reader.document();
}

/**
 * The RFC 8785 text of a value of objects, arrays, well-formed strings, booleans, null and safe
 * integers. Throws `json-too-deep`, `json-number-unsafe`, `json-type-unsupported` or
 * `text-not-wellformed` for other values.
 */
export function canonicalJson(value: Json): string {
  return canonical(value, 0);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function canonical(value: Json, depth: number): string {
  if (depth > MAX_JSON_DEPTH) throw new ProtocolError('json-too-deep', `value is nested deeper than ${MAX_JSON_DEPTH}`);
  switch (typeof value) {
    case 'string':
      return canonicalText(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isSafeInteger(value)) {
        throw new ProtocolError('json-number-unsafe', `number ${value} is not a safe integer`);
      }
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? `[${value.map((item: Json) => canonical(item, depth + 1)).join(',')}]`
        : canonicalObject(value as JsonObject, depth);
    default:
      throw new ProtocolError('json-type-unsupported', `a ${typeof value} has no canonical JSON form`);
  }
}

/**
 * The members by the UTF-16 code units of their names (RFC 8785 section 3.2.3), which is the order
 * of JavaScript's sort.
 */
function canonicalObject(value: JsonObject, depth: number): string {
  let members = '';
  for (const name of Object.keys(value).toSorted()) {
    members += `${members === '' ? '' : ','}${canonicalText(name)}:${canonical(value[name]!, depth + 1)}`;
  }
  return `{${members}}`;
}

const UNESCAPED = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * RFC 8785 section 3.2.2.2 uses the strings of ECMAScript's JSON; most need no escape, which is
 * faster to test than to serialise.
 */
function canonicalText(text: string): string {
  if (UNESCAPED.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new ProtocolError('text-not-wellformed', 'text has a lone surrogate');
  return JSON.stringify(text);
}

const SPACE = /[ \t\n\r]*/y;
/** The largest of the white-space characters. */
const SPACE_CHARACTER = 0x20;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERAL = /true|false|null/y;
/**
 * V8 makes a slice of so many characters by referring to the whole text, and so keeps the text in
 * memory for as long as one id of it is kept: longer strings are copied.
 */
const MIN_REFERRING = 13;

class JsonReader {
  readonly #what: string;
  readonly #text: string;
  #at = 0;

  constructor(what: string, text: string) {
    this.#what = what;
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) this.#fail('json-invalid', 'text after the value');
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_JSON_DEPTH) {
      this.#fail('json-too-deep', `nesting deeper than ${MAX_JSON_DEPTH}`, { limit: MAX_JSON_DEPTH });
    }
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): JsonObject {
    const object: Record<string, Json> = Object.create(null);
    this.#at++;
    if (this.#accept('}')) return object;
    do {
      this.#space();
      const name = this.#string();
      if (name in object) {
        const found = JSON.stringify(name.slice(0, 80));
        this.#fail('json-duplicate-name', `duplicate name ${found}`, { found });
      }
      this.#expect(':');
      object[name] = this.#value(depth + 1);
    } while (this.#accept(','));
    this.#expect('}');
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at++;
    if (this.#accept(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#accept(','));
    this.#expect(']');
    return array;
  }

  #string(): string {
    const begin = this.#at;
    if (this.#text[this.#at++] !== '"') this.#fail('json-invalid', 'a string was expected');
    // In pieces: one regular expression for a whole string exhausts its stack on strings of several
    // MiB.
    do this.#skip(PLAIN);
    while (this.#skip(ESCAPE));
    if (this.#text[this.#at++] !== '"') this.#fail('json-invalid', 'a string is not closed or has a bad character');
    const inside = this.#text.slice(begin + 1, this.#at - 1);
    if (inside.length < MIN_REFERRING && !inside.includes('\\') && inside.isWellFormed()) return inside;
    const text = JSON.parse(this.#text.slice(begin, this.#at)) as string;
    if (!text.isWellFormed()) this.#fail('text-not-wellformed', 'a string has a lone surrogate');
    return text;
  }

  #scalar(): Json {
    const literal = this.#token(LITERAL);
    if (literal !== undefined) return JSON.parse(literal) as Json;
    const number = this.#token(NUMBER);
    if (number === undefined) this.#fail('json-invalid', 'a value was expected');
    const value = Number(number);
    if (!Number.isFinite(value)) this.#fail('json-number-unsafe', 'a number is out of range');
    return value;
  }

  #accept(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#accept(mark)) this.#fail('json-invalid', `"${mark}" was expected`, { expected: mark });
  }

  #space(): void {
    if (this.#text.charCodeAt(this.#at) <= SPACE_CHARACTER) this.#skip(SPACE);
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #token(pattern: RegExp): string | undefined {
    const begin = this.#at;
    return this.#skip(pattern) ? this.#text.slice(begin, this.#at) : undefined;
  }

  #fail(code: ProtocolCode, reason: string, facts: ReadingFacts = {}): never {
    const where = { place: this.#what, character: this.#at };
    throw new ProtocolError(code, `${this.#what}: ${reason} at character ${this.#at}`, { ...where, ...facts });
  }
}
