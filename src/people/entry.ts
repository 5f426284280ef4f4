import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { canonicalJson, type Json, type JsonObject } from '../protocol/encoding/json.ts';
import { members, text, wrong } from '../protocol/encoding/shape.ts';
import { sectionCommitment } from '../protocol/record/section.ts';
import { type DirectoryEvent, type EventName, EVENTS, type EventShape } from './events.ts';
import { type Parser, time } from './fields.ts';
import { type DirectoryEntry, MAX_EVENT_BYTES, MAX_PERSONAL_BYTES } from './model.ts';

/** Events of the directory as the entries that a store keeps, and back. */

const PERSONAL = 'personal';
const COMMON: readonly string[] = ['event', 'at', 'by'];

/**
 * The entry of an event; `salt` are 16 random bytes, drawn for it alone. Throws `shape-wrong` where
 * it is too long.
 */
export function formatEntry(hash: Sha256, event: DirectoryEvent, salt: Uint8Array): DirectoryEntry {
  const { personal: value, ...open } = event as DirectoryEvent & { readonly personal?: object };
  if (value === undefined)
    return { event: text('event', canonicalJson(defined(open)), MAX_EVENT_BYTES), personal: undefined };
  const section = { name: PERSONAL, salt, value: defined(value) };
  const commitment = toBase64(sectionCommitment(hash, section));
  return {
    event: text('event', canonicalJson({ ...defined(open), [PERSONAL]: commitment }), MAX_EVENT_BYTES),
    personal: text(PERSONAL, canonicalJson({ salt: toBase64(salt), value: section.value }), MAX_PERSONAL_BYTES),
  };
}

/**
 * The event of a stored entry; throws a `ProtocolError` where it is none. Whether the personal part
 * is the one that the event commits to is for `personalFault` to say.
 */
export function parseEntry(entry: DirectoryEntry): DirectoryEvent {
  const stated = members('event', storedJson(entry.event));
  const name = text('event', stated['event'], 64);
  if (!Object.hasOwn(EVENTS, name)) throw wrong(`event ${JSON.stringify(name)} is unknown`);
  const { open, personal }: EventShape = EVENTS[name as EventName];
  members('event', stated, COMMON, [...Object.keys(open), ...(personal === undefined ? [] : [PERSONAL])]);
  const event = {
    event: name,
    at: time('at', stated['at']),
    by: text('by', stated['by'], 64),
    ...readFields(name, open, stated),
    ...(personal === undefined ? {} : { personal: readPersonal(name, personal, stated, entry.personal) }),
  };
  return event as unknown as DirectoryEvent;
}

function readPersonal(
  name: string,
  fields: NonNullable<EventShape['personal']>,
  stated: JsonObject,
  personal?: string,
) {
  text(PERSONAL, stated[PERSONAL], 64);
  if (personal === undefined) return undefined;
  const { value } = members(PERSONAL, storedJson(personal));
  return readFields(name, fields, members(PERSONAL, value, [], Object.keys(fields)));
}

// JSON.parse, not the strict reader for foreign text: these texts were written here, under a crc.
function storedJson(stored: string): Json {
  try {
    return JSON.parse(stored) as Json;
  } catch {
    throw wrong('entry of the directory is no JSON');
  }
}

function readFields(name: string, fields: Readonly<Record<string, Parser<unknown>>>, values: JsonObject): object {
  const read = Object.entries(fields).map(([field, parse]) => [field, parse(`${name}.${field}`, values[field])]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as object;
}

function defined(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
