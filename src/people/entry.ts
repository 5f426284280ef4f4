import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { canonicalJson, type JsonObject, parseJson } from '../protocol/encoding/json.ts';
import { members, text, wrong } from '../protocol/encoding/shape.ts';
import { sectionCommitment } from '../protocol/record/section.ts';
import { type DirectoryEvent, type EventName, EVENTS, type EventShape } from './events.ts';
import { type Parser, time } from './fields.ts';
import { type DirectoryEntry, MAX_EVENT_BYTES, MAX_PERSONAL_BYTES, personalCommitment } from './model.ts';

/** Events of the directory as the entries that a store keeps, and back. */

const PERSONAL = 'personal';
const COMMON: readonly string[] = ['event', 'at', 'by'];

/** The entry of an event; `salt` are 16 random bytes, drawn for it alone. */
export function formatEntry(hash: Sha256, event: DirectoryEvent, salt: Uint8Array): DirectoryEntry {
  const { personal: value, ...open } = event as DirectoryEvent & { readonly personal?: object };
  if (value === undefined) return { event: canonicalJson(defined(open)), personal: undefined };
  const section = { name: PERSONAL, salt, value: defined(value) };
  const commitment = toBase64(sectionCommitment(hash, section));
  return {
    event: canonicalJson({ ...defined(open), [PERSONAL]: commitment }),
    personal: canonicalJson({ salt: toBase64(salt), value: section.value }),
  };
}

/**
 * The event of an entry; throws a `ProtocolError` where it is none, or its personal part is not the
 * one that the event commits to.
 */
export function parseEntry(hash: Sha256, entry: DirectoryEntry): DirectoryEvent {
  const stated = members('event', parseJson('event', entry.event, MAX_EVENT_BYTES));
  const name = text('event', stated['event'], 64);
  if (!Object.hasOwn(EVENTS, name)) throw wrong(`event ${JSON.stringify(name)} is unknown`);
  const { open, personal }: EventShape = EVENTS[name as EventName];
  members('event', stated, COMMON, [...Object.keys(open), ...(personal === undefined ? [] : [PERSONAL])]);
  const event = {
    event: name,
    at: time('at', stated['at']),
    by: text('by', stated['by'], 64),
    ...readFields(name, open, stated),
    ...(personal === undefined ? {} : { personal: readPersonal(hash, name, personal, stated, entry) }),
  };
  return event as unknown as DirectoryEvent;
}

function readPersonal(
  hash: Sha256,
  name: string,
  fields: NonNullable<EventShape['personal']>,
  stated: JsonObject,
  entry: DirectoryEntry,
): unknown {
  const commitment = text(PERSONAL, stated[PERSONAL], 64);
  if (entry.personal === undefined) return undefined;
  if (personalCommitment(hash, entry.personal) !== commitment) {
    throw wrong(`personal part of ${name} is not the one that the event commits to`);
  }
  const { value: opened } = members(PERSONAL, parseJson(PERSONAL, entry.personal, MAX_PERSONAL_BYTES));
  const value = members(PERSONAL, opened, [], Object.keys(fields));
  return readFields(name, fields, value);
}

function readFields(name: string, fields: Readonly<Record<string, Parser<unknown>>>, values: JsonObject): object {
  const read = Object.entries(fields).map(([field, parse]) => [field, parse(`${name}.${field}`, values[field])]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as object;
}

function defined(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
