import { fromBase64, toBase64 } from '../../../protocol/encoding/bytes.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';
import type { Json } from '../../../protocol/encoding/json.ts';
import { parseRecordHeader } from '../../../protocol/record/header.ts';
import { SALT_BYTES, type Section } from '../../../protocol/record/section.ts';
import { list, members, text } from '../../../protocol/encoding/shape.ts';
import type { LedgerRecord, Lookup } from '../../../log/model.ts';

/**
 * A record's body as a blob: a version byte, then for version 1 (plain) the UTF-8 JSON `{"header",
 * "sections": [{"name", "salt": base64, "value"}], "lookups": [{"by", "value"}], "content"?}`. The
 * same bytes stand in the journal and in the index. Sealed forms get other version bytes.
 */

const PLAIN = 1;
const MAX_LIST = 1024;
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a record is found by: all that the index needs of a body. */
export interface Findable {
  readonly id: string;
  readonly number: string;
  readonly lookups: readonly Lookup[];
}

export function findableOf({ header, lookups }: LedgerRecord): Findable {
  return { id: header.id, number: header.number, lookups };
}

export function encodeBody({ header, sections, lookups, content }: LedgerRecord): Buffer {
  const json = JSON.stringify({
    header,
    sections: sections.map(({ name, salt, value }) => ({ name, salt: toBase64(salt), value })),
    lookups,
    content,
  });
  return Buffer.from(`${String.fromCharCode(PLAIN)}${json}`, 'utf8');
}

/** The whole record; every member is checked. Throws a `StoreFault` or a `ProtocolError`. */
export function decodeBody(body: Uint8Array): LedgerRecord {
  const record = members('record body', bodyJson(body), ['header', 'sections', 'lookups'], ['content']);
  const content = record['content'];
  return {
    header: parseRecordHeader(record['header']),
    sections: list('sections', record['sections'], MAX_LIST).map(parseSection),
    lookups: list('lookups', record['lookups'], MAX_LIST).map(parseLookup),
    ...(content === undefined ? {} : { content: text('content', content, 64) }),
  };
}

/**
 * Only what the record is found by: replay and rebuild need no more, and leave the rest to the
 * readers of the record.
 */
export function decodeFindable(body: Uint8Array): Findable {
  const record = members('record body', bodyJson(body));
  const header = members('record header', record['header']);
  return {
    id: text('id', header['id'], 64),
    number: text('number', header['number'], 64),
    lookups: list('lookups', record['lookups'], MAX_LIST).map(parseLookup),
  };
}

// JSON.parse, not the strict reader for foreign text: these bytes were written here, under a crc,
// and the values were bounded on their way in.
function bodyJson(body: Uint8Array): Json {
  if (body[0] !== PLAIN) {
    throw new StoreFault(bilingual(STORE_FAULTS.bodyVersion, { found: body[0] ?? '–', expected: PLAIN }));
  }
  try {
    return JSON.parse(utf8Decoder.decode(body.subarray(1))) as Json;
  } catch (cause) {
    throw new StoreFault(STORE_FAULTS.bodyNotJson, { cause });
  }
}

function parseSection(value: Json): Section {
  const section = members('section', value, ['name', 'salt', 'value']);
  const salt = text('salt', section['salt'], 24);
  return {
    name: text('section name', section['name'], 64),
    salt: fromBase64('salt', salt, SALT_BYTES),
    value: section['value']!,
  };
}

function parseLookup(value: Json): Lookup {
  const lookup = members('look-up', value, ['by', 'value']);
  return { by: text('look-up name', lookup['by'], 32), value: text('look-up value', lookup['value'], 1024) };
}
